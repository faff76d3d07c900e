"""Builds the exercises for the browser into the book's site: `make lite PYODIDE=...`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.lite.building import build
from tools.lite.distribution import LOCK, LiteError, require

ROOT = Path(__file__).resolve().parents[2]
PACKED = ROOT / "_build" / "packages" / "all-assignments.zip"
TARGET = ROOT / "_build" / "html" / "lite"
CORE = ROOT / "node_modules" / "pyodide"


def main() -> int:
    """The exit code: 0, or 1 where a sentence says what is missing."""
    parser = argparse.ArgumentParser(prog="python -m tools.lite", description=__doc__)
    parser.add_argument("source", help="a Pyodide distribution: a folder or an archive")
    parser.add_argument("--look", action="store_true", help="only look whether it can be one")
    parser.add_argument(
        "--own-lock",
        action="store_true",
        help=f"believe the {LOCK} in the folder, for a distribution that you have built yourself",
    )
    options = parser.parse_args()
    try:
        source = require(Path(options.source) if options.source else None)
        if not options.look:
            served = build(
                source, CORE, PACKED, TARGET, source / LOCK if options.own_lock else None
            )
            size = sum(file.stat().st_size for file in TARGET.rglob("*") if file.is_file())
            print(f"{TARGET.relative_to(ROOT)}: {size / 1e6:.0f} MB")
            if "matplotlib" not in served:
                print("The distribution holds no matplotlib: the notebooks will show no pictures.")
    except LiteError as problem:
        print(f"make lite: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
