"""The modules of a page become one classic script that says the same."""

from __future__ import annotations

import re

import pytest
from sphinx.errors import ConfigError
from tests.book.extensions import extension
from tests.house.sources import ROOT
from tools.engine import run_node

joining = extension("joining")
PAGE = ROOT / "book" / "calculator" / "page.mjs"
LIVE = ROOT / "book" / "live" / "page.mjs"


def written(folder, **modules):
    for name, text in modules.items():
        (folder / f"{name}.mjs").write_text(text, encoding="utf-8")
    return folder / "page.mjs"


def test_names_are_kept_apart_and_each_module_runs_once(tmp_path):
    page = written(
        tmp_path,
        count='console.log("once");\nconst own = 1;\nexport function next(n) { return n + own; }\n',
        more='import { next as after } from "./count.mjs";\nconst own = 10;\n'
        "export const LAST = 40;\nexport class Twice { of(n) { return after(after(n)) + own; } }\n",
        page='import { next } from "./count.mjs";\nimport * as more from "./more.mjs";\n'
        "console.log(next(new more.Twice().of(more.LAST)));\n",
    )
    script = tmp_path / "joined.cjs"  # what node takes for a classic script
    script.write_text(joining.join_modules(page), encoding="utf-8")
    result = run_node(script)
    assert result.stdout.split() == ["once", "53"], result.stderr


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ('import "./other.mjs";\n', "cannot be joined"),
        ('import other from "./other.mjs";\n', "cannot be joined"),
        ("export default 1;\n", "cannot be joined"),
        ('export { x } from "./other.mjs";\n', "cannot be joined"),
        ('import { x } from "./nowhere.mjs";\n', "no module nowhere.mjs"),
        ('import { x } from "./page.mjs";\nexport const x = 1;\n', "in a circle"),
    ],
)
def test_what_cannot_be_joined_stops_the_build(tmp_path, page, sentence):
    with pytest.raises(ConfigError, match=sentence):
        joining.join_modules(written(tmp_path, other="export const x = 1;\n", page=page))


@pytest.mark.parametrize(("page", "left"), [(PAGE, {"learning.mjs"}), (LIVE, {"conventions.mjs"})])
def test_the_page_is_one_script_without_modules(page, left):
    script = joining.join_modules(page)
    assert not re.search(r"^(?:import|export)\b", script, re.M)
    # Only comments of their own lines are left out, and no code between two comments.
    engine = [path for path in (ROOT / "book" / "engine").glob("*.mjs") if path.name not in left]
    for path in {*page.parent.glob("*.mjs"), *engine}:
        code = [
            line.removeprefix("export ")
            for line in path.read_text(encoding="utf-8").splitlines()
            if not re.match(r" *(?:/\*\*| \*|//)|(?:import|\}| )", line)
        ]
        assert not [line for line in code if line not in script], path.name
    assert script.count("function outputSize(") == script.count("function byPlacing(") == 1
    result = run_node("--check", "-", given=script)
    assert result.returncode == 0, result.stderr


def test_every_label_that_a_sentence_ends_with_is_in_the_list_of_proofs():
    page = (ROOT / "book" / "calculator.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"<([\w-]+)>`", page.partition("calc-proofs")[2]))
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE.parent.glob("*.mjs"))
    labels = set(re.findall(r'"((?:stride|layer|checkerboard|cures)-[a-z-]+)"', scripts))
    assert labels == listed and len(labels) > 10


def test_every_field_that_a_script_names_is_on_the_page():
    forms = "".join(path.read_text(encoding="utf-8") for path in PAGE.parent.glob("*.html"))
    ids = set(re.findall(r'\bid="([\w-]+)"', forms))
    scripts = "".join(path.read_text(encoding="utf-8") for path in PAGE.parent.glob("*.mjs"))
    assert set(re.findall(r'byId\("([\w-]+)"\)', scripts)) <= ids
    assert len(ids) == len(re.findall(r'\bid="', forms)), "an id stands twice"
