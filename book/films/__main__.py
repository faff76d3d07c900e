"""Write every film of the gallery as an SVG and as a GIF: `python -m book.films FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .cases import CREDIT, FILMS
from .moving_svg import standing_alone
from .raster import encoded


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="films", description="Write the gallery's animations.")
    parser.add_argument("folder", type=Path, help="where the files are written; made if need be")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, film in FILMS.items():
        text = standing_alone(film, CREDIT)
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
        (folder / f"{name}.gif").write_bytes(encoded(film, "GIF", CREDIT))


if __name__ == "__main__":
    main()
