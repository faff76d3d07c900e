"""What the site says about itself to search engines and to messages that quote a page.  Nothing is
asked of another host.

Every page has a title that names its subject, a description (its own first paragraph), Open Graph's
properties, and schema.org's: the course on the start page, a learning resource on every other.
Some facts need the absolute address of the site: when ``html: baseurl`` is set in _config.yml,
pages also name their own address and a picture, and the site gets a sitemap.xml.  The site's root
leads to the start page; a page that does not exist has a page that says so.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

from appearance import edition, subject
from docutils import nodes
from sphinx.application import Sphinx

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST = 200  # characters of a description: what search engines show at most
CARD = "_static/card.png"
CARD_WORDS = "A portrait covered by a fine grid, and the same portrait without it"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PLAIN_STYLE = (
    "<style>:root{color-scheme:light dark}body{margin:0;background:light-dark(#fdfcf8,#15181b);"
    "color:light-dark(#1c2126,#e6e4de);font:1.1rem/1.6 Georgia,serif}"
    "main{max-width:36rem;margin:12vh auto;padding:0 1rem}"
    "a{color:light-dark(#005f96,#6fbbea)}</style>"
)


def description(doctree: nodes.document) -> str:
    """The first paragraph of a page as plain text, as many whole sentences as `LONGEST` characters
    hold; of a longer first sentence its beginning.  Empty if there is no paragraph.
    """
    plain = (
        node for node in doctree.findall(nodes.paragraph) if isinstance(node.parent, nodes.section)
    )
    first = next(plain, None)
    text = re.sub(r"\s+", " ", first.astext()).strip() if first is not None else ""
    if len(text) <= LONGEST:
        return text
    end = max(text.rfind(mark, 0, LONGEST) for mark in (". ", "? ", "。"))
    return text[: end + 1] if end >= LONGEST // 3 else text[:LONGEST].rsplit(" ", 1)[0] + " …"


def base_address(app: Sphinx) -> str:
    """The site's address with a slash at its end, or an empty string when none is configured."""
    address = app.config.html_baseurl
    return address.rstrip("/") + "/" if address else ""


def schema(app: Sphinx, page: str, title: str, words: str) -> dict[str, Any]:
    """What schema.org's vocabulary says of a page."""
    course = {
        "@type": "Course",
        "name": app.config.project,
        "provider": {"@type": "Organization", "name": app.config.author},
    }
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": title,
        "description": words,
        "inLanguage": "zh-Hans" if page.endswith("/zh") else "en",
        "license": LICENCE,
        "isAccessibleForFree": True,
        "isPartOf": course,
    }
    if page == app.config.root_doc:
        said |= course | {
            "educationalLevel": "university",
            "teaches": "Transposed convolution, its sizes, and the condition for checkerboards",
        }
        del said["isPartOf"]
        release = edition(Path(app.srcdir))
        said |= {"version": release["version"], "dateModified": release["release_date"]}
    if base := base_address(app):
        said["url"] = urljoin(base, quote(app.builder.get_target_uri(page)))
    return said


def metadata(app: Sphinx, page: str, title: str, words: str) -> str:
    """The tags in the head of a page."""
    start = page == app.config.root_doc
    properties = {
        "og:title": title,
        "og:type": "website" if start else "article",
        "og:site_name": app.config.project,
        "og:locale": "zh_CN" if page.endswith("/zh") else "en_GB",
    }
    names = {
        "author": app.config.author,
        "twitter:card": "summary",
        "color-scheme": "light dark",
    }
    tags = []
    if words:
        properties["og:description"] = names["description"] = words
    if base := base_address(app):
        address = urljoin(base, quote(app.builder.get_target_uri(page)))
        properties |= {
            "og:url": address,
            "og:image": urljoin(base, CARD),
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": CARD_WORDS,
        }
        names["twitter:card"] = "summary_large_image"
        tags.append(f'<link rel="canonical" href="{html.escape(address)}">')
        tags += other_language(app, page, base)
    tags += [
        f'<meta property="{name}" content="{html.escape(text)}" />'
        for name, text in properties.items()
    ]
    tags += [
        f'<meta name="{name}" content="{html.escape(text)}" />' for name, text in names.items()
    ]
    for theme, paper in (("light", "#fdfcf8"), ("dark", "#15181b")):
        media = f"(prefers-color-scheme: {theme})"
        tags.append(f'<meta name="theme-color" media="{media}" content="{paper}">')
    facts = json.dumps(schema(app, page, title, words), ensure_ascii=False).replace("</", "<\\/")
    tags.append(f'<script type="application/ld+json">{facts}</script>')
    return "\n".join(tags) + "\n"


def other_language(app: Sphinx, page: str, base: str) -> list[str]:
    """Links between the start page and the Chinese one, if there is one."""
    pair = {"en": app.config.root_doc, "zh-Hans": app.config.root_doc.rpartition("/")[0] + "/zh"}
    if page not in pair.values() or not set(pair.values()) <= app.env.found_docs:
        return []
    return [
        f'<link rel="alternate" hreflang="{language}" '
        f'href="{html.escape(urljoin(base, quote(app.builder.get_target_uri(name))))}">'
        for language, name in pair.items()
    ]


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Put the page's metadata into its head, in place of docutils' own."""
    context["metatags"] = ""
    if doctree is not None:
        title = subject(app, page)
        context["metatags"] = metadata(app, page, title, description(doctree))


def collect_pages(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """The site's root, and the page for what does not exist."""
    start = app.builder.get_target_uri(app.config.root_doc)
    shared = {
        "start_page": start,
        "base_or_root": base_address(app) or "/",
        "plain_style": PLAIN_STYLE,
    }
    pages = [("404", shared | {"title": "No such page"}, "404.html")]
    if app.config.root_doc != "index":
        pages.append(("index", shared | {"title": app.config.project}, "root.html"))
    return pages


def describe_root(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """The site's root says of itself what the start page says."""
    if template != "root.html":
        return
    start = app.config.root_doc
    words = description(app.env.get_doctree(start))
    title = subject(app, start)
    context["metatags"] = metadata(app, start, title, words)
    context["page_title"] = title


def card(title: str) -> Figure:
    """The picture that goes with a link, 1200×630: the title beside a
    portrait that was enlarged by a kernel with unequal phase sums, and by one with equal ones.
    """
    import numpy as np
    from matplotlib.figure import Figure

    from convtranspose.figures import photograph, upsample

    portrait = photograph(48)
    grid = upsample(portrait, 2, "transposed, k = s + 1, equal weights")[0]
    smooth = upsample(portrait, 2, "transposed, bilinear kernel")[0]
    half = grid.shape[1] // 2
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#fdfcf8")
    axes = figure.add_axes((0, 0, 0.525, 1))
    both = np.concatenate([grid[:, :half], smooth[:, half:]], axis=1)
    axes.imshow(both, cmap="gray", vmin=0, vmax=255 if both.max() > 2 else 1, aspect="auto")
    axes.axvline(half - 0.5, color="#d55e00", linewidth=4)
    axes.axis("off")
    lines = title.replace(", ", ",\n").replace("Transposed ", "Transposed\n")
    figure.text(
        0.57,
        0.6,
        lines,
        fontsize=30,
        va="center",
        weight="bold",
        color="#1c2126",
        family="serif",
        linespacing=1.3,
    )
    figure.text(
        0.57,
        0.26,
        "When a kernel draws a checkerboard,\nand when it cannot.",
        fontsize=17,
        va="center",
        color="#a84600",
        family="serif",
        linespacing=1.4,
    )
    return figure


def publish(app: Sphinx, exception: Exception | None) -> None:
    """Write robots.txt; write sitemap.xml and the picture when the site's address is known, and
    remove them when it is not.
    """
    if exception or app.builder.format != "html":
        return
    sitemap, picture = Path(app.outdir, "sitemap.xml"), Path(app.outdir, CARD)
    robots = Path(app.outdir, "robots.txt")
    base = base_address(app)
    everything = "User-agent: *\nAllow: /\n"
    if not base:
        sitemap.unlink(missing_ok=True)
        picture.unlink(missing_ok=True)
        robots.write_text(everything, encoding="utf-8")
        return
    robots.write_text(f"{everything}Sitemap: {urljoin(base, 'sitemap.xml')}\n", encoding="utf-8")
    pages = [
        urljoin(base, quote(app.builder.get_target_uri(name)))
        for name in sorted(app.env.found_docs)
    ]
    changed = edition(Path(app.srcdir))["release_date"]
    when = f"<lastmod>{changed}</lastmod>" if changed else ""
    entries = "".join(f"  <url><loc>{escape(page)}</loc>{when}</url>\n" for page in pages)
    sitemap.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n',
        encoding="utf-8",
    )
    picture.parent.mkdir(exist_ok=True)
    card(app.config.project).savefig(picture, metadata={"Software": None})


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.connect("html-collect-pages", collect_pages)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", describe_root, priority=950)  # after the title is known
    app.connect("build-finished", publish, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
