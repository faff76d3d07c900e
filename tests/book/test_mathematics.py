"""KaTeX draws formulae with the program, the connection and the strictness that the extension asks
for, and what it draws is styled by the same version.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinxcontrib import katex
from tests.book.extensions import extension
from tests.book.site import ROOT

mathematics = extension("mathematics")
RENDERER = katex.KaTeXServer
NAMES = ("NODEJS_BINARY", "KATEX_DEFAULT_OPTIONS", "STARTUP_TIMEOUT", "RENDER_TIMEOUT")


@pytest.fixture
def prepared(monkeypatch):
    """The package as the extension prepares it; as it was, and its process ended, afterwards."""
    for name in NAMES:
        monkeypatch.setattr(katex, name, getattr(katex, name))
    monkeypatch.setattr(katex, "KATEX_DEFAULT_OPTIONS", dict(katex.KATEX_DEFAULT_OPTIONS))
    # vars: the class method itself, not bound to the class
    monkeypatch.setattr(RENDERER, "start_server_process", vars(RENDERER)["start_server_process"])
    monkeypatch.setattr(RENDERER, "katex_server", None)
    mathematics.prepare_katex()
    yield katex
    server = RENDERER.katex_server
    if server is not None:
        server.sock.close()
        server.process.kill()
        server.process.wait()


def test_formulae_are_drawn_by_the_node_of_the_package(prepared):
    program = Path(mathematics.node_program())
    assert program.is_file()
    assert 'class="katex-html"' in prepared.render_latex("x^2")
    assert RENDERER.katex_server.process.args[0] == str(program)


LISTENS_LATE = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
time.sleep(0.2)
server.listen()
server.accept()[0].recv(1)
"""


def test_the_connection_waits_for_somebody_to_listen(prepared, monkeypatch, tmp_path):
    monkeypatch.setattr(
        RENDERER,
        "build_command",
        lambda socket: [sys.executable, "-c", LISTENS_LATE, str(socket)],
    )
    process, connection = RENDERER.start_server_process(tmp_path, 60.0)
    connection.close()
    assert process.wait(60) == 0


def test_a_process_that_ends_is_not_waited_for(prepared, monkeypatch, tmp_path):
    monkeypatch.setattr(RENDERER, "build_command", lambda socket: [sys.executable, "-c", ""])
    with pytest.raises(prepared.KaTeXError):
        RENDERER.start_server_process(tmp_path, 60.0)


def test_a_formula_that_cannot_be_read_is_an_error(prepared):
    with pytest.raises(prepared.KaTeXError, match="nosuchcommand"):
        prepared.render_latex(r"\nosuchcommand{2}")


def test_both_times_to_wait_are_read_where_they_are_set(prepared):
    assert "STARTUP_TIMEOUT" in RENDERER.start.__func__.__code__.co_names
    assert "RENDER_TIMEOUT" in katex.render_latex.__code__.co_names
    assert prepared.STARTUP_TIMEOUT == prepared.RENDER_TIMEOUT >= 60


def test_stylesheet_and_renderer_are_of_one_version():
    package = json.loads((ROOT / "package.json").read_text())
    assert package["dependencies"]["katex"] == katex.katex_version
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["packages"]["node_modules/katex"]["version"] == katex.katex_version


def test_letters_of_input_kernel_and_output_say_which_they_are(prepared):
    drawn = mathematics.with_roles(prepared.render_latex(r"y_0 = w\,x + h\,\mathrm{x} + n"))
    marked = re.findall(r'<span class="mord mathnormal (is-\w+)"[^>]*>(\w)</span>', drawn)
    roles = [("is-output", "y"), ("is-kernel", "w"), ("is-input", "x"), ("is-kernel", "h")]
    assert marked == roles
    styles = (ROOT / "book" / "assets" / "identity.css").read_text(encoding="utf-8")
    assert all(f".katex .{role} " in styles for role, _ in roles)


def test_a_formula_in_the_text_gets_its_roles(prepared):
    def visit(writer, node):
        writer.body.append(prepared.render_latex("x"))
        raise nodes.SkipNode

    writer = SimpleNamespace(body=["before x"])
    with pytest.raises(nodes.SkipNode):
        mathematics.course_visitor(visit)(writer, nodes.math())
    assert writer.body[0] == "before x" and "is-input" in writer.body[1]


@pytest.mark.parametrize(
    ("source", "following", "held", "rest"),
    [
        (r"\omega = \pi", ". There", [r"\omega = \pi."], " There"),
        ("k", "), or", ["k),"], " or"),
        ("p = 1", " and", ["p = 1"], " and"),
        ("x" * 40, " and", [], " and"),
        ("x" * 40, ". There", [], " There"),
    ],
)
def test_a_formula_and_what_closes_it_stay_on_one_line(source, following, held, rest):
    paragraph = nodes.paragraph("", "", nodes.Text("At "), nodes.math("", source))
    paragraph += nodes.Text(following)
    mathematics.hold_together(None, paragraph, "page")
    found = [part.astext() for part in paragraph.findall(nodes.inline)]
    assert found == held
    assert paragraph.astext().replace(r"\text{.}", ".") == f"At {source}{following}"
    assert paragraph[-1].astext() == rest


def test_a_computed_number_keeps_its_unit():
    short, long = (nodes.inline("", text, classes=["pasted-text"]) for text in ("1.3 %", "x" * 40))
    mathematics.hold_together(None, nodes.paragraph("", "", short, long), "page")
    assert [number["classes"] for number in (short, long)] == [
        ["pasted-text", "held"],
        ["pasted-text"],
    ]
