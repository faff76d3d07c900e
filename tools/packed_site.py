"""The built site in one file to carry: `python -m tools.packed_site SITE FILE`.

It is packed as small as a zip can be, which `shutil.make_archive` does not offer.
"""

from __future__ import annotations

import argparse
import os
import zipfile
from pathlib import Path


def pack(site: Path, target: Path) -> None:
    """Write all files of the folder `site` to the zip `target`, below the folder's own name."""
    part = target.with_name(target.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(path for path in site.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(site.parent))
    os.replace(part, target)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="packed_site", description="Pack the built site.")
    parser.add_argument("site", type=Path, help="folder of the built site")
    parser.add_argument("file", type=Path, help="the zip to write")
    options = parser.parse_args(arguments)
    pack(options.site.resolve(), options.file)


if __name__ == "__main__":
    main()
