"""Whatever opens a text names its encoding: the default is another one on other machines."""

import ast
import re

import pytest
from tests.house.sources import NOT_OURS, ROOT, python_files

NAMED = "encoding"
CODE = re.compile(r"(?ms)^```{code-cell}[^\n]*\n(.*?)^```")


def without_encoding(source):
    """Numbers of the lines of a Python text that open a text and name no encoding."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and opens_text(node):
            given = {keyword.arg for keyword in node.keywords}
            if NAMED not in given and None not in given:
                yield node.lineno


def opens_text(call):
    match call.func:
        case ast.Attribute(attr="read_text" | "write_text"):
            return not any(type(a) is ast.Constant and a.value == "utf-8" for a in call.args)
        case ast.Name(id="open"):
            mode = call.args[1] if len(call.args) > 1 else keyword(call, "mode")
            return not (isinstance(mode, ast.Constant) and "b" in mode.value)
        case ast.Attribute(attr="run" | "Popen" | "check_output" | "check_call"):
            said = keyword(call, "text") or keyword(call, "universal_newlines")
            return isinstance(said, ast.Constant) and said.value is True
    return False


def keyword(call, name):
    return next((k.value for k in call.keywords if k.arg == name), None)


def cells(page):
    """The code cells of a page in MyST, without its options and what is IPython's."""
    for found in CODE.finditer(page):
        lines = [line for line in found[1].split("\n") if not re.match(r":|\s*[%!]", line)]
        yield re.sub(r"\A---\n.*?\n---\n", "", "\n".join(lines), flags=re.DOTALL)


def pages():
    yield from sorted(
        path
        for folder in ROOT.iterdir()
        if folder.is_dir() and folder.name[0] not in "._" and folder.name not in NOT_OURS
        for path in folder.rglob("*.md")
    )


OURS = [path for path in python_files() if path.relative_to(ROOT).parts[0] != "tests"]


@pytest.mark.parametrize(
    "source",
    [
        "path.read_text()",
        "path.write_text('x')",
        "open('x')",
        "open('x', 'w')",
        "open('x', mode='a')",
        "subprocess.run(['x'], text=True)",
        "subprocess.Popen(['x'], universal_newlines=True)",
    ],
)
def test_what_names_none_is_seen(source):
    assert list(without_encoding(source)) == [1]
    named = f"{source[:-1]}, encoding='utf-8')".replace("(,", "(")
    assert not list(without_encoding(named))


def test_bytes_need_none():
    assert not list(without_encoding("open('x', 'rb')\nopen('x', mode='wb')\nrun(['x'])"))


def test_every_program_names_its_encodings():
    assert len(OURS) > 100
    wrong = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in OURS
        for number in without_encoding(path.read_text(encoding="utf-8"))
    }
    assert not wrong


def test_every_page_names_its_encodings():
    found = [(path, cell) for path in pages() for cell in cells(path.read_text(encoding="utf-8"))]
    assert len(found) > 100
    assert not {str(path.relative_to(ROOT)) for path, cell in found if any(without_encoding(cell))}
