"""The tools beside the book: a browser is found, or one sentence says what to do; a student's copy
of the exercises is never overwritten.
"""

from __future__ import annotations

import pytest
from tools import browser
from tools.lab import copy_exercises


def test_the_browser_that_is_named_is_taken(tmp_path, monkeypatch):
    named = tmp_path / "my browser"
    named.write_text("")
    monkeypatch.setenv(browser.VARIABLE, str(named))
    assert browser.find_browser() == str(named)


def test_a_browser_on_the_path_is_found(tmp_path, monkeypatch):
    program = tmp_path / browser.PROGRAMS[1]
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find_browser() == str(program)


@pytest.mark.parametrize("named", ["", "nowhere/to be found"])
def test_without_a_browser_one_sentence_says_what_to_do(named, tmp_path, monkeypatch):
    monkeypatch.setenv(browser.VARIABLE, named)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "ON_MACOS", ())
    monkeypatch.setattr(browser, "_playwright_browser", lambda: None)
    with pytest.raises(browser.BrowserError, match=browser.VARIABLE), browser.started_browser():
        pass
    assert named in browser.advice() and "\n" not in browser.advice()


def test_exercises_that_a_student_has_are_left_alone(tmp_path):
    released, own = tmp_path / "released", tmp_path / "own"
    for name in ("one", "two"):
        (released / name).mkdir(parents=True)
        (released / name / f"{name}.ipynb").write_text("released")
    (released / "file").write_text("no assignment")
    (own / "one").mkdir(parents=True)
    (own / "one" / "one.ipynb").write_text("half done")
    assert copy_exercises(released, own) == ["two"]
    assert (own / "one" / "one.ipynb").read_text() == "half done"
    assert (own / "two" / "two.ipynb").read_text() == "released"
    assert sorted(path.name for path in own.iterdir()) == ["one", "two"]
    assert copy_exercises(released, own) == []
