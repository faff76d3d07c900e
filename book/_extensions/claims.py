"""The directive ``claims``: the table of all claims, made from the data that the tests of the
claims read as well.

Each row links to the place in the chapter that decides the claim, which carries the label
``claim-<id>``.  A label that is missing is a warning, like any other link that leads nowhere, and
fails the build.  A claim whose chapter is not in the table of contents has no link.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

GROUPS = {
    "K": "Convolution",
    "M": "Convolution as a matrix",
    "T": "Transposed convolution",
    "B": "Checkerboards",
}
FIELDS = {"id", "articles", "statement", "verdict", "finding", "page"}
VERDICTS = {"teach": "holds", "qualify": "holds under conditions", "correct": "corrected"}


def read_claims(path: Path) -> list[dict[str, Any]]:
    """The claims in the order of the file: dictionaries with id, articles, statement, verdict,
    finding and page.

    Raises ValueError that names the claim when a field is missing or a verdict unknown.
    """
    claims = tomllib.loads(path.read_text(encoding="utf-8"))["claim"]
    for claim in claims:
        missing = FIELDS - claim.keys()
        if missing:
            raise ValueError(
                f"{path.name}: claim {claim.get('id', claim)!r} lacks {', '.join(sorted(missing))}"
            )
        if claim["verdict"] not in VERDICTS:
            raise ValueError(
                f"{path.name}: the verdict on {claim['id']} is {claim['verdict']!r}; allowed are "
                f"{', '.join(VERDICTS)}"
            )
    return claims


def as_markdown(claims: list[dict[str, Any]], pages: Collection[str]) -> str:
    """One table for each group: on the left the claim with its verdict, on the right the reason and
    the place, if that is on one of the `pages` of the book.
    """
    lines = []
    for letter, title in GROUPS.items():
        rows = [claim for claim in claims if claim["id"].startswith(letter)]
        if not rows:
            continue
        lines += [
            f"## {title}",
            "",
            "::::{list-table}",
            ":header-rows: 1",
            ":widths: 45 55",
            ":class: claims",
            "",
        ]
        lines += ["* - Claim", "  - What is true"]
        for claim in rows:
            articles = ", ".join(claim["articles"])
            noun = "article" if len(claim["articles"]) == 1 else "articles"
            shown = claim["page"] in pages
            place = f" ({{ref}}`shown here <claim-{claim['id']}>`)" if shown else ""
            lines += [
                f"* - **{claim['id']}: {VERDICTS[claim['verdict']]}**",
                "",
                f"    {claim['statement']} ({noun} {articles})",
                f"  - {claim['finding']}{place}",
            ]
        lines += ["::::", ""]
    return "\n".join(lines)


class Claims(SphinxDirective):
    """Puts the tables where it stands."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir, "book", "claims.toml")
        self.env.note_dependency(str(path))
        pages = {name.removeprefix("book/") for name in self.env.found_docs}
        try:
            text = as_markdown(read_claims(path), pages)
        except (OSError, ValueError, KeyError) as problem:  # tomllib's errors are ValueErrors
            raise self.error(str(problem)) from problem
        holder = nodes.section()
        self.state.nested_parse(
            StringList(text.splitlines(), source=str(path)), 0, holder, match_titles=True
        )
        return holder.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive; called by Sphinx."""
    app.add_directive("claims", Claims)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
