"""`check` as a student calls it."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys

import numpy as np
import pytest

from marking import check
from marking.questions import QUESTIONS


def rotate180(h):
    return h[::-1, ::-1].copy()


# The modules of old names say so when they are imported.
@pytest.mark.filterwarnings("ignore:marking.judge goes:FutureWarning")
def test_check_stays_the_function_whatever_is_imported(capsys):
    import marking

    for module in pkgutil.walk_packages(marking.__path__, "marking."):
        if not module.name.endswith("__main__"):  # a program: it is run, not imported
            importlib.import_module(module.name)
    assert marking.check(rotate180) == QUESTIONS["rotate180"].points


def test_it_prints_the_verdict_and_gives_the_points(capsys):
    points = check(rotate180)
    assert isinstance(points, float) and repr(points) == "2.0"
    assert points == QUESTIONS["rotate180"].points
    assert "rotate180: passed" in capsys.readouterr().out


def test_partial_credit_comes_back_as_a_number():
    def rotate180(h):
        return np.rint(h[::-1, ::-1] - 0.01).astype(int)

    assert check(rotate180) == 1.0


@pytest.mark.parametrize("thing", [rotate180(np.zeros((2, 2))), "rotate180", None, 3, np.ndarray])
def test_what_is_no_function_is_refused_in_one_sentence(thing):
    with pytest.raises(
        TypeError, match=f"check takes the function itself.*got {type(thing).__name__}"
    ):
        check(thing)


def test_an_unknown_name_is_refused_in_one_sentence():
    def rotate90(h):
        return h

    with pytest.raises(
        ValueError, match="check knows no question called 'rotate90'; it knows rotate180, zero_pad"
    ):
        check(rotate90)


def test_in_a_notebook_it_displays_text_and_html_and_evaluates_to_the_points():
    source = """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.run_cell("def rotate180(h):\\n    return h[::-1]")
with capture_output() as seen:
    result = shell.run_cell("from marking import check\\ncheck(rotate180)")
[output] = seen.outputs
number = shell.display_formatter.format(result.result)[0]
print([number, sorted(output.data), output.data["text/html"], output.data["text/plain"]])
"""
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    result, kinds, html, text = ast.literal_eval(done.stdout.strip().splitlines()[-1])
    assert result["text/plain"] == "0.0"
    # no bare number is seen
    assert not re.sub(r"<style>.*?</style>|<[^>]*>", "", result["text/html"])
    assert kinds == ["text/html", "text/plain"]
    assert "only turned upside down" in html and "only turned upside down" in text


def test_importing_it_is_light():
    code = (
        "import sys; from marking import check;"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('numpy', 'convtranspose', "
        "'nbgrader', 'IPython')];"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
