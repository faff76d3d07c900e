"""The functions of pyplot that notebooks call, without pictures."""

from typing import Any

import numpy as np

from matplotlib import SENTENCE, Nothing


def subplots(rows: int = 1, columns: int = 1, **kwargs: object) -> tuple[Nothing, Any]:
    """A figure and its axes, in the shape that matplotlib gives them."""
    axes = np.empty((rows, columns), dtype=object)
    axes[:] = Nothing()
    kept = axes if kwargs.get("squeeze") is False else axes.squeeze()
    return Nothing(), kept if kept.ndim else kept.item()


def show(*args: object, **kwargs: object) -> None:
    """Say why there is no picture."""
    print(SENTENCE)


def imread(*args: object, **kwargs: object) -> Any:
    """A picture drawn here, of the size of the photograph that comes with matplotlib."""
    rows, columns = np.mgrid[:600, :512]
    waves = 127 + 90 * np.sin(rows / 40) * np.cos(columns / 25) + 30 * np.sin(rows * columns / 9e3)
    return np.repeat(waves.astype(np.uint8)[..., None], 3, axis=2)


def __getattr__(name: str) -> Nothing:
    if name.startswith("_"):
        raise AttributeError(name)
    return Nothing()
