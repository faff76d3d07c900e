"""What a page says about itself to search engines and to messages that quote it.  Nothing is asked
of another host.

Every page has a description (its own first paragraph) and Open Graph's title, type, description and
site name.  Some facts need the absolute address of the site: when ``html: baseurl`` is set in
_config.yml, pages also name their own address and a picture, and the site gets a sitemap.xml.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.application import Sphinx

LONGEST = 200  # characters of a description: what search engines show at most
CARD = "_static/card.png"


def description(doctree: nodes.document) -> str:
    """The first paragraph of a page as plain text, cut at `LONGEST` characters; empty if there is
    none.
    """
    plain = (
        node for node in doctree.findall(nodes.paragraph) if isinstance(node.parent, nodes.section)
    )
    first = next(plain, None)
    text = re.sub(r"\s+", " ", first.astext()).strip() if first is not None else ""
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def base_address(app: Sphinx) -> str:
    """The site's address with a slash at its end, or an empty string when none is configured."""
    address = app.config.html_baseurl
    return address.rstrip("/") + "/" if address else ""


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the page's metadata to its head."""
    if doctree is None:
        return
    title = re.sub(r"<[^>]+>", "", context["title"])
    words = description(doctree)
    properties = {
        "og:title": html.unescape(title),
        "og:type": "article",
        "og:site_name": app.config.project,
    }
    if words:
        properties["og:description"] = words
    if base := base_address(app):
        properties["og:url"] = urljoin(base, quote(app.builder.get_target_uri(page)))
        properties["og:image"] = urljoin(base, CARD)
        properties["og:image:alt"] = (
            "Four kernels placed three steps apart, and how often they cover each output"
        )
    tags = [
        f'<meta property="{name}" content="{html.escape(text)}" />'
        for name, text in properties.items()
    ]
    if words:
        tags.append(f'<meta name="description" content="{html.escape(words)}" />')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags) + "\n"


def draw_card(path: Path, title: str) -> None:
    """Write the picture that goes with a link: the title over the overlap counts of the worked
    example, 1200×630.
    """
    import numpy as np
    from matplotlib.figure import Figure

    from convtranspose import overlap_count

    counts = np.multiply.outer(overlap_count(2, 4, 3), overlap_count(2, 4, 3))
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="white")
    axes = figure.add_axes((0.06, 0.1, 0.42, 0.8))
    axes.imshow(counts, cmap="Blues", vmin=0, vmax=6)
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, count, ha="center", va="center", fontsize=20)
    axes.axis("off")
    figure.text(
        0.54,
        0.5,
        title.replace(", ", ",\n"),
        fontsize=30,
        va="center",
        weight="bold",
        color="#102a43",
    )
    figure.savefig(path, metadata={"Software": None})


def publish(app: Sphinx, exception: Exception | None) -> None:
    """Write sitemap.xml and the picture when the site's address is known; remove a sitemap when it
    is not.
    """
    if exception or app.builder.format != "html":
        return
    sitemap = Path(app.outdir, "sitemap.xml")
    base = base_address(app)
    if not base:
        sitemap.unlink(missing_ok=True)
        return
    pages = [
        urljoin(base, quote(app.builder.get_target_uri(name)))
        for name in sorted(app.env.found_docs)
    ]
    entries = "".join(f"  <url><loc>{escape(page)}</loc></url>\n" for page in pages)
    sitemap.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        encoding="utf-8",
    )
    draw_card(Path(app.outdir, CARD), app.config.project)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.connect("html-page-context", describe)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
