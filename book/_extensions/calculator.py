"""The script and the stylesheet of the calculator page.

The sources in book/engine and book/calculator are ES modules, which browsers do not load from a
file: address.  So the build joins them into one classic script: each module becomes a function that
returns what the module exports, in an order in which nothing is used before it is there.  Only the
page itself loads the two files.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from digests import digest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

PAGE = "book/calculator"
LINK = """
<p class="to-calculator">With your own numbers: <a href="{address}">the calculator</a>.</p>
"""
SCRIPT, STYLE = "calculator.js", "calculator.css"

# Names in braces, or one name for all that a module exports.
IMPORT = re.compile(r'^import (\{[^}]*\}|\* as \w+) from "([^"]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) (\w+))", re.M)
# A comment that has its lines to itself: half of the sources, and of no use to a reader's browser.
COMMENT = re.compile(r"^ *(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.M | re.S)
# Whatever else a module could say to the outside; it would be joined wrongly.
OTHER = re.compile(r"^(?:import|export)\b.*$", re.M)


def join_modules(entry: Path) -> str:
    """The module `entry` and all that it imports, as one classic script.

    Imports must be `import {…} from` or `import * as … from`, exports declarations.  ConfigError
    for any other, for a missing file, and for modules that import each other in a circle.
    """
    done: dict[Path, str] = {}
    written: list[str] = []

    def add(path: Path, importers: tuple[Path, ...]) -> str:
        if path in importers:
            raise ConfigError(f"modules import each other in a circle: {path.name}")
        if path not in done:
            if not path.is_file():
                raise ConfigError(f"there is no module {path.name}, which {importers[-1]} imports")
            source = COMMENT.sub("", path.read_text(encoding="utf-8"))
            needed = [
                f"const {names} = {add((path.parent / other).resolve(), (*importers, path))};\n"
                for names, other in IMPORT.findall(source)
            ]
            body = IMPORT.sub("", source)
            exported = EXPORT.findall(body)
            body = EXPORT.sub("", body)
            if other := OTHER.search(body):
                raise ConfigError(f"{path.name} cannot be joined because of the line: {other[0]}")
            done[path] = f"module{len(done)}"
            uses = "".join(needed).replace("* as ", "").replace(" as ", ": ")
            back = f"return {{ {', '.join(exported)} }};\n"
            written.append(f"const {done[path]} = (() => {{\n{uses}{body}{back}}})();\n")
        return done[path]

    add(entry.resolve(), ())
    return '(() => {\n"use strict";\n' + "".join(written) + "})();\n"


def serve_script(app: Sphinx, config: Config) -> None:
    """Write both files into the site, and have pages written again when one has changed.

    They are written here because Sphinx copies static files only when it writes a page.
    """
    book = Path(app.srcdir) / "book"
    if not (book / "calculator").is_dir():
        return
    sources = [path for part in ("engine", "calculator") for path in (book / part).glob("*.*")]
    config.calculator_files = digest(book, sources)
    served = Path(app.outdir) / "_static"
    served.mkdir(parents=True, exist_ok=True)
    script = join_modules(book / "calculator" / "page.mjs")
    (served / SCRIPT).write_text(script, encoding="utf-8")
    shutil.copy2(book / "calculator" / STYLE, served)


def load_script(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Have the calculator page load the two files; Sphinx forgets them before the next page.  Every
    chapter ends with a link to the page.
    """
    if page == PAGE:
        app.add_js_file(SCRIPT, loading_method="defer")
        app.add_css_file(STYLE)
    elif PAGE in app.env.found_docs and app.env.toc_secnumbers.get(page) and "body" in context:
        context["body"] += LINK.format(address=app.builder.get_relative_uri(page, PAGE))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_config_value("calculator_files", "", "html")
    app.connect("config-inited", serve_script)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
