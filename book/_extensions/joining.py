"""Scripts of pages that compute, joined from modules.

The sources are ES modules, which browsers do not load from a file: address.  So the build joins
them into one classic script: each module becomes a function that returns what the module exports,
in an order in which nothing is used before it is there.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from digests import digest
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

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


def serve(app: Sphinx, name: str, *imported: str) -> str:
    """Write `name`.js, joined from ``book/<name>/page.mjs`` and what it imports, and `name`.css
    into the site.  Returns a digest of all sources, also of the folders `imported`: pages are
    written again when it changes; empty, and nothing written, if there is no such folder.

    They are written here because Sphinx copies static files only when it writes a page.
    """
    book = Path(app.srcdir) / "book"
    if not (book / name).is_dir():
        return ""
    served = Path(app.outdir) / "_static"
    served.mkdir(parents=True, exist_ok=True)
    script = join_modules(book / name / "page.mjs")
    (served / f"{name}.js").write_text(script, encoding="utf-8")
    shutil.copy2(book / name / f"{name}.css", served)
    return digest(book, [path for part in (name, *imported) for path in (book / part).glob("*.*")])


def load(app: Sphinx, name: str) -> None:
    """Have the page that is being written load both; Sphinx forgets them before the next."""
    app.add_js_file(f"{name}.js", loading_method="defer")
    app.add_css_file(f"{name}.css")
