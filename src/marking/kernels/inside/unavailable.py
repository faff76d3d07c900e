"""The finder that refuses packages that are not there when marks are made."""

from __future__ import annotations

from collections.abc import Sequence


class Unavailable:
    """Says in one sentence why a package cannot be imported where marks are made.  Goes first on
    `sys.meta_path`.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset([*names, "marking"])  # of which only the stand-in is there

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing, for the packages that may be looked for elsewhere."""
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(
                f"{name.partition('.')[0]} is not available where marks are made; "
                "use NumPy, math and itertools",
                name=name,
            )
