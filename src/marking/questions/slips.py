"""Slips that cost the points of one category: see `model.Slip`.

The slice ``p:-p`` is empty for p = 0, in questions that cut or pad.  A kernel with a ring of zeros
asks for a cut of one more and gives the same result, so the call is the same one without the slip.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from marking.questions.model import Slip


def of_small_kernels(category: str, kernel: str) -> Slip:
    """The slip where the cut follows from the kernel's size: 0 for an odd kernel's side of 1."""

    def instead(given: dict[str, Any], empty: tuple[bool, bool]) -> dict[str, Any] | None:
        sides = given[kernel].shape
        if any(none and k > 1 for none, k in zip(empty, sides, strict=True)):
            return None  # nothing is left for another reason
        return given | {kernel: np.pad(given[kernel], [(int(k == 1),) * 2 for k in sides])}

    return Slip(category, instead)


def of_no_padding(category: str) -> Slip:
    """The slip where `padding` is an argument, a number or a pair of them, as `dilation` is."""

    def instead(given: dict[str, Any], empty: tuple[bool, bool]) -> dict[str, Any] | None:
        padding = given.get("padding", 0)
        pairs = np.broadcast_to(padding, 2), np.broadcast_to(given.get("dilation", 1), 2)
        if any(none and p > 0 for none, p in zip(empty, pairs[0], strict=True)):
            return None  # nothing is left for another reason
        ring = [int(p == 0) for p in pairs[0]]
        more = tuple(int(p) or int(d) for p, d in zip(*pairs, strict=True))
        around = [(0, 0)] * (given["w"].ndim - 2) + [(n, n) for n in ring]
        changed = more if isinstance(padding, tuple) or given["w"].ndim > 2 else more[0]
        return given | {"w": np.pad(given["w"], around), "padding": changed}

    return Slip(category, instead)


def of_nothing_given(category: str, name: str, size: Callable[[dict[str, Any]], int]) -> Slip:
    """The slip where the array called `name` may be None, and that is not looked at: zeros, as many
    as `size` of the arguments says, are the same.
    """

    def instead(given: dict[str, Any], empty: tuple[bool, bool]) -> dict[str, Any] | None:
        if given.get(name) is not None:
            return None  # it stopped for another reason
        return given | {name: np.zeros(size(given))}

    return Slip(category, instead, stops=True)
