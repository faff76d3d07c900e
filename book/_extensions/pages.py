"""The site holds the pages of the table of contents, with the current state of its own files.

- Pages that an earlier build wrote and that are no longer in the contents are removed.
- A changed script or stylesheet is served at once, and pages name its new checksum.
- A changed extension of the course makes all pages anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from digests import digest
from sphinx.application import Sphinx
from sphinx.config import Config


def notice_changed_assets(app: Sphinx, config: Config) -> None:
    """Have all pages written again when a file in book/assets has changed.

    Sphinx copies static files only when it writes a page, and pages name the checksums of the files
    they load.  A setting that pages depend on, and that is made from the files' contents, brings
    both up to date.
    """
    root = Path(app.srcdir)
    assets = (path for path in (root / "book" / "assets").rglob("*") if path.is_file())
    config.pages_assets = digest(root, assets)


def notice_changed_extensions(app: Sphinx, config: Config) -> None:
    """Have all pages read again when one of the course's own extensions has changed: Sphinx looks
    only at the version that an extension states.
    """
    root = Path(app.srcdir)
    config.pages_extensions = digest(root, (root / "book" / "_extensions").glob("*.py"))


def remove_old_pages(app: Sphinx, exception: Exception | None) -> None:
    """Remove pages that an earlier build wrote and that are no longer in the table of contents."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    current = {Path(app.builder.get_outfilename(name)) for name in app.env.found_docs}
    for page in set(site.glob("*/**/*.html")) - current:
        folder = page.relative_to(site).parts[0]
        # _static, _downloads, ... and the site of the exercises, which `make lite` puts there
        if not folder.startswith("_") and folder != "lite":
            page.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks; called by Sphinx."""
    app.add_config_value("pages_assets", "", "html")
    app.add_config_value("pages_extensions", "", "env")
    app.connect("config-inited", notice_changed_assets)
    app.connect("config-inited", notice_changed_extensions)
    app.connect("build-finished", remove_old_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
