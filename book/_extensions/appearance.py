"""The course's own theme: its templates, its fonts, and what every template needs to know.

- A page loads the stylesheets and scripts that it has a use for.  What Sphinx and extensions bring
  for their own look is left out: the course's own files do the same.
- The fonts come from npm, as KaTeX's do, and are served by the site itself.
- Nothing here is drawn by a script: a page without JavaScript looks the same.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml
from accessibility import with_chinese_marked
from digests import digest
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

FONTS = Path("node_modules", "@fontsource-variable", "source-serif-4")
FACES = ("source-serif-4-latin-wght-normal.woff2", "source-serif-4-latin-wght-italic.woff2")
THEME = Path("book", "_theme")

# Where the foot of every page leads, as far as the pages exist: (page, place on it) and the words.
FOOT_LINKS = (
    (("book/calculator", ""), "Calculator"),
    (("book/about", "#cite"), "How to cite"),
    (("book/about", "#report"), "Found a fault?"),
    (("book/about", ""), "About"),
    (("genindex", ""), "Index of terms"),
    (("book/zh", ""), "中文导读"),
)

# Files that only some pages have a use for, and an expression that the text of such a page matches.
USED_BY = {
    "katex/katex.min.css": 'class="katex',
    "explore.css": 'class="explore',
    "explore.js": 'class="explore',
    "fullscreen.js": 'class="(explore|live)',
    "gallery.css": 'class="film',
    "gallery.js": 'class="film',
    "start.css": 'class="start',
    "start.js": 'class="start',
    "solve-here.js": 'class="solve-here',
    "search.css": r"\[search\]",
    "search.js": r"\[search\]",
}
# What Sphinx, its basic theme and extensions bring and the course's own files do in its place.
LEFT_OUT = (
    "basic.css",
    "pygments.css",
    "mystnb*.css",
    "sphinx-design*.css",
    "design-tabs.js",
    "katex-math.css",
    "doctools.js",
    "documentation_options.js",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
    "file.png",
    "plus.png",
    "minus.png",
)
CHINESE = re.compile("[\u4e00-\u9fff]")


def subjects(root: Path) -> dict[str, dict[str, str]]:
    """What book/pages.toml says of each page, by the page's name without its folder."""
    path = root / "book" / "pages.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def citation(root: Path) -> dict[str, Any]:
    """What CITATION.cff says; nothing where there is none."""
    path = root / "CITATION.cff"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}


def edition(root: Path) -> dict[str, str]:
    """Version and date of the release, as CITATION.cff has them; empty where there is none."""
    said = citation(root)
    return {
        "version": str(said.get("version", "")),
        "release_date": str(said.get("date-released", "")),
    }


def subject(app: Sphinx, page: str) -> str:
    """The title under which a page is to be found: from book/pages.toml, or else its heading."""
    named = subjects(Path(app.srcdir)).get(page.rpartition("/")[2], {}).get("title")
    if named:
        return named
    heading = app.env.titles.get(page)
    return heading.astext() if heading is not None else ""


def serve_fonts(app: Sphinx, config: Config) -> None:
    """Copy the fonts and their licence into the site, and have all pages written again when the
    theme or one of the files that templates speak of has changed.  ConfigError when the fonts are
    not installed.
    """
    root = Path(app.srcdir)
    faces = [root / FONTS / "files" / face for face in FACES]
    if not all(face.is_file() for face in faces):
        raise ConfigError(
            "The site's fonts are missing: run `npm ci` in the project's folder first."
        )
    served = Path(app.outdir) / "_static" / "fonts"
    served.mkdir(parents=True, exist_ok=True)
    for file in [*faces, root / FONTS / "LICENSE"]:
        shutil.copy2(file, served)
    spoken_of = [root / "book" / "pages.toml", root / "CITATION.cff"]
    parts = [*faces, *(root / THEME).glob("*"), *(path for path in spoken_of if path.is_file())]
    config.appearance_files = digest(root, parts)


def left_out(name: str) -> bool:
    """Whether the course's own theme does without a file that Sphinx or an extension brings."""
    return any(fnmatch(name, pattern) for pattern in LEFT_OUT)


def own_files(files: list[Any], body: str) -> list[Any]:
    """Those stylesheets or scripts that the theme does not do without and that the page has a use
    for, each once, in their order.
    """
    kept: dict[str, Any] = {}
    for file in files:
        name = str(getattr(file, "filename", file) or "").removeprefix("_static/")
        if name and not left_out(name) and re.search(USED_BY.get(name, ""), body):
            kept.setdefault(name, file)
    return list(kept.values())


def dress(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the page's template its files, its titles and what stands in the foot."""
    root = Path(app.srcdir)
    config = app.config
    body = context.get("body", "") + f"[{page}]"
    for kind in ("css_files", "script_files"):
        context[kind] = own_files(context[kind], body)
    heading = re.sub(r"<[^>]+>", "", context.get("title") or "")
    context["site_title"] = config.project
    context["page_title"] = subject(app, page) or f"{heading} | {config.project}"
    context["page_language"] = "zh-Hans" if CHINESE.match(context["page_title"]) else "en"
    context["with_chinese_marked"] = with_chinese_marked
    context["author"] = config.author
    context["report_address"] = config.report_address
    pages = {*app.env.found_docs, "genindex"}
    context["foot_links"] = [link for link in FOOT_LINKS if link[0][0] in pages]
    context.update(edition(root))


def remove_unused(app: Sphinx, exception: Exception | None) -> None:
    """Remove from the site what no page loads."""
    if exception or app.builder.format != "html":
        return
    for file in Path(app.outdir, "_static").glob("*.*"):
        if left_out(file.name):
            file.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the theme and the hooks; called by Sphinx."""
    app.add_html_theme("course", str(Path(__file__).parents[1] / "_theme"))
    app.add_config_value("appearance_files", "", "html")
    app.add_config_value("report_address", "", "html")
    app.connect("config-inited", serve_fonts)
    app.connect("html-page-context", dress, priority=900)  # after all that add files of their own
    app.connect("build-finished", remove_unused)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
