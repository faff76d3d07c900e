"""The parts of formgrader's guard; that it holds is shown in a real JupyterLab
(`tests/browser/test_formgrader.py`).
"""

import re
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from sample_class.folder import ROOT

from marking.gradebook import formgrader_pages
from marking.gradebook.formgrader_pages import handler_hashes, policy, quoted


def test_only_numbered_scripts_are_in_the_policy():
    directives = dict(part.split(" ", 1) for part in policy("abc").split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"].startswith("'nonce-abc' 'unsafe-hashes' 'sha256-")
    assert not re.search("unsafe-(inline|eval)|'self'|https?:", directives["script-src"])
    assert len(handler_hashes().split()) == 3  # what nbgrader 0.9 has: names shown, hidden, all


def test_every_script_of_nbgraders_templates_carries_the_number():
    loader = formgrader_pages.NumberedScripts(formgrader_pages.TEMPLATES)
    names = [name for name in loader.list_templates() if name.endswith((".tpl", ".j2"))]
    assert names
    for name in names:
        source = loader.get_source(formgrader_pages.environment(), name)[0]
        scripts = re.findall(r"<script[^>]*>", source)
        assert all('nonce="{{ resources.script_number }}"' in script for script in scripts)


@given(st.text(alphabet='<>"\\\n\r;a/', max_size=10))
def test_a_value_ends_neither_a_string_nor_an_element(value):
    page = formgrader_pages.environment().from_string('<script>var a = "{{ a }}"; b</script>')
    shown = page.render(a=quoted(value))
    inner = shown.removeprefix('<script>var a = "').removesuffix('"; b</script>')
    assert not set('<>"\\\n\r') & set(inner)


def test_the_courses_configuration_calls_the_guard_and_commands_pay_nothing_for_it():
    code = (
        "import sys; from pathlib import Path; from marking.course import Course; "
        f"Course.find(start=Path({str(ROOT)!r})); "
        "print([m for m in ('nbgrader', 'nbconvert', 'tornado') if m in sys.modules]); "
        "import marking.gradebook.hooks as f; print(f.FORMGRADER)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "[]"
    assert "guard()" in (ROOT / "nbgrader_config.py").read_text().splitlines()
