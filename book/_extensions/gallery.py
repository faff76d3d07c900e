"""The gallery: the directive ``film`` shows one of the animations of book/films, and the site
serves each of them as files.

    ```{film} same-padding
    **Same padding.** What there is to see.
    ```

The figure has the film's name as its address.  It moves by CSS alone; book/assets/gallery.js only
lets it wait until it is seen.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from digests import digest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

PAGE = "book/gallery"
FOLDER = "_static/gallery"
RULES = "films.css"


def films(root: Path, part: str) -> ModuleType:
    """A module of book/films."""
    book = str(root / "book")
    if book not in sys.path:
        sys.path.insert(0, book)
    return importlib.import_module(f"films.{part}")


def write_files(root: Path, folder: Path) -> None:
    """Every film as an SVG, the shorter ones as a PNG as well, and the rules that move them."""
    cases, svg, raster = (films(root, part) for part in ("cases", "moving_svg", "raster"))
    folder.mkdir(parents=True, exist_ok=True)
    for name, film in cases.FILMS.items():
        text = svg.standing_alone(film, cases.CREDIT)
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
        if len(film.frames) <= raster.LONGEST:
            (folder / f"{name}.png").write_bytes(raster.encoded(film, "PNG", cases.CREDIT))
    (folder / RULES).write_text(svg.rules(cases.FILMS.values()), encoding="utf-8")


def serve(app: Sphinx, config: Config) -> None:
    """Write the files, unless they are those of the present films and library.

    They are written here because Sphinx copies static files only when it writes a page.
    """
    root = Path(app.srcdir)
    sources = [*(root / "book" / "films").glob("*.py")]
    if not sources:
        return
    current = digest(root, [*sources, *(root / "src" / "convtranspose").rglob("*.py")])
    folder, stamp = Path(app.outdir) / FOLDER, Path(app.doctreedir) / "gallery.digest"
    known = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
    if known != current or not (folder / RULES).is_file():
        write_files(root, folder)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(current, encoding="utf-8")


def downloads(film: Any, longest: int, up: str) -> str:
    """The links to a film's files.  `up` leads from the page to the site's root."""
    kinds = {"svg": "SVG"} | ({"png": "animated PNG"} if len(film.frames) <= longest else {})
    links = (
        f'<a href="{up}{FOLDER}/{film.name}.{kind}" download>{words}<span class="visually-hidden"> '
        f"of {film.name.replace('-', ' ')}</span></a>"
        for kind, words in kinds.items()
    )
    return f'<p class="take">Download: {" · ".join(links)}</p>'


class ShowFilm(SphinxDirective):
    """A film with its caption, its sizes and its files.  The argument is its name, the content its
    caption.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        for source in (root / "book" / "films").glob("*.py"):
            self.env.note_dependency(str(source))
        cases, svg, raster = (films(root, part) for part in ("cases", "moving_svg", "raster"))
        name = self.arguments[0]
        film = cases.FILMS.get(name)
        if film is None:
            raise self.error(f"no film is called {name!r}; there are {', '.join(cases.FILMS)}")
        said = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, said)
        if len(said.children) != 1 or not isinstance(said[0], nodes.paragraph):
            raise self.error(f"the film {name} must have one paragraph as its caption")
        up = "../" * self.env.docname.count("/")
        figure = nodes.figure(ids=[name], classes=["film"])
        figure += nodes.raw("", svg.inline(film), format="html")
        figure += nodes.caption("", "", *said[0].children)
        legend = nodes.legend()
        legend += nodes.paragraph("", film.sizes + ".")
        legend += nodes.raw("", downloads(film, raster.LONGEST, up), format="html")
        figure += legend
        return [figure]


def load_rules(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Have the gallery load the rules; Sphinx forgets them before the next page."""
    if page == PAGE:
        app.add_css_file(f"gallery/{RULES}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the hooks; called by Sphinx."""
    app.add_directive("film", ShowFilm)
    app.connect("config-inited", serve)
    app.connect("html-page-context", load_rules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
