"""The engine in the page and the library compute the same: sizes, images, kernels and sentences.

Everything is drawn anew at each run.  A failure prints the seed; ENGINE_SEED=<seed> draws it again.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tools.engine import Call, ask

import convtranspose as library

GEOMETRIES = 5000
FACES = ("by_placing", "by_zero_insertion", "by_phases")
# Rounding alone leaves a rejection of some 300 dB: there the two may differ, or one be infinite.
NO_GRID = 250


@pytest.fixture(scope="module")
def draw() -> random.Random:
    """Random numbers from a seed that is printed."""
    seed = int(os.environ.get("ENGINE_SEED") or random.SystemRandom().getrandbits(32))
    print(f"ENGINE_SEED={seed}")
    return random.Random(seed)


def drawn_axis(draw: random.Random) -> tuple[int, ...]:
    """n, k, s, p, d, op of one axis, such that an output is left."""
    while True:
        n, k, s, d = (draw.randint(1, top) for top in (5, 5, 4, 3))
        p, op = draw.randint(0, 4), draw.randrange(max(s, d))
        if (n - 1) * s - 2 * p + d * (k - 1) + op + 1 >= 1:
            return n, k, s, p, d, op


def drawn_image(draw: random.Random, rows: int, columns: int, whole: bool) -> list[list[float]]:
    """Integers, or multiples of 1/8, which floats hold exactly."""
    scale = 1 if whole else 8
    values = [[draw.randint(-99, 99) / scale for _ in range(columns)] for _ in range(rows)]
    return [[int(value) for value in row] for row in values] if whole else values


def compare(pairs: list[tuple[Call, Any]], same: Callable[[Any, Any], bool]) -> None:
    """Ask the engine all calls at once; each answer must be the same as what is expected."""
    answers = ask([call for call, _ in pairs])
    wrong = [
        (call, expected, answer)
        for (call, expected), answer in zip(pairs, answers, strict=True)
        if "value" not in answer or not same(answer["value"], expected)
    ]
    assert not wrong, f"{len(wrong)} of {len(pairs)} differ, the first: {wrong[0]}"


def exact(mine: Any, theirs: Any) -> bool:
    """Equal as JSON: the same numbers in the same places."""
    return bool(np.array_equal(np.asarray(mine), np.asarray(theirs)))


def close(mine: Any, theirs: Any) -> bool:
    """Within 10⁻¹², of numbers that are large within that part of them."""
    room = 1e-12 * max(1, float(np.max(np.abs(theirs))))
    return np.shape(mine) == np.shape(theirs) and bool(np.all(np.abs(mine - theirs) <= room))


def test_operator_and_sizes_are_the_librarys_exactly(draw):
    pairs: list[tuple[Call, Any]] = []
    for number in range(GEOMETRIES):
        rows, columns = drawn_axis(draw), drawn_axis(draw)
        n, k, s, p, d, op = zip(rows, columns, strict=True)
        x, w = drawn_image(draw, *n, number % 2 == 0), drawn_image(draw, *k, number % 2 == 0)
        face = FACES[number % 3]
        pairs.append(
            (
                (face, (x, w, {"stride": s, "padding": p, "outputPadding": op, "dilation": d})),
                getattr(library, face)(x, w, s, p, op, d),
            )
        )
        pairs += [(("output_size", axis), library.output_size(*axis)) for axis in (rows, columns)]
        compared = [("phase_sums", (w, s)), ("is_even", (w, s)), ("insert_zeros", (x, s))]
        name, arguments = compared[number % 3]
        pairs.append(((name, arguments), getattr(library, name)(*arguments)))
    assert len(pairs) == 4 * GEOMETRIES
    compare(pairs, exact)


def test_numbers_of_one_axis_are_the_librarys(draw):
    pairs: list[tuple[Call, Any]] = []
    for _ in range(1000):
        n, k, s, p, d, _op = drawn_axis(draw)
        begin, end = draw.randint(0, 3), draw.randint(0, 3)
        full = library.output_size(n, k, s, 0, d)
        lower = draw.random() < 0.5
        pairs += [
            (("same_padding", (n, k, s, d, lower)), library.same_padding(n, k, s, d, lower=lower)),
            (("input_sizes", (n, k, s, p, d)), list(library.input_sizes(n, k, s, p, d).items())),
            (("overlap_count", (n, k, s)), library.overlap_count(n, k, s)),
            (
                ("overlap_count2d", ((n, k), (k, s), (s, d))),
                library.overlap_count2d((n, k), (k, s), (s, d)),
            ),
            (("overlap_count", (n, k, s, d)), spread_counts(n, k, s, d)),
            (("interior", (n, k, s, d)), interior_by_trying(n, k, s, d)),
        ]
        if n + 2 * p >= d * (k - 1) + 1:
            size = library.conv_output_size(n, k, s, p, d)
            pairs.append((("conv_output_size", (n, k, s, p, d)), size))
        if n + begin + end >= d * (k - 1) + 1:
            size = library.conv_output_size(n + begin + end, k, s, 0, d)
            pairs.append((("conv_output_size", (n, k, s, (begin, end), d)), size))
        if full > begin + end:
            pairs.append((("output_size", (n, k, s, (begin, end), d)), full - begin - end))
    assert len(pairs) > 6500
    compare(pairs, exact)


def spread_counts(n: int, k: int, s: int, d: int) -> np.ndarray:
    """Overlap counts with dilation, by the library's operator."""
    ones = np.ones((1, n), int), np.ones((1, k), int)
    counts: np.ndarray = library.by_placing(*ones, (1, s), dilation=(1, d))[0]
    return counts


def interior_by_trying(n: int, k: int, s: int, d: int) -> tuple[int, int]:
    """Where copies as long as the kernel's extent, filled, count as they do without ends."""
    far, reach = 8, d * (k - 1) + 1
    here = library.overlap_count(n, reach, s)
    endless = library.overlap_count(n + 2 * far, reach, s)[far * s : far * s + len(here)]
    inside = np.flatnonzero(here == endless)
    if not len(inside):
        return reach - s, reach - s
    return int(inside[0]), int(inside[-1]) + 1


def test_measures_of_kernels_and_pictures_are_the_librarys(draw):
    pairs: list[tuple[Call, Any]] = []
    for number in range(600):
        _, k, s, *_ = zip(drawn_axis(draw), drawn_axis(draw), strict=True)
        w = drawn_image(draw, *k, number % 2 == 0)
        y = drawn_image(draw, s[0] + draw.randrange(4), s[1] + draw.randrange(4), True)
        values = library.spectrum(w, s)
        pairs += [
            (("spectrum", (w, s)), np.stack([values.real, values.imag], axis=-1)),
            (("equalise", (w, s)), library.equalise(w, s)),
            (("phase_means", (y, s)), library.phase_means(y, s)),
        ]
    for s in range(1, 9):
        pairs += [(("bilinear_kernel", (s,)), library.bilinear_kernel(s))]
        pairs += [(("bicubic_kernel", (s,)), library.bicubic_kernel(s))]
    compare(pairs, lambda mine, theirs: close(np.asarray(mine), theirs))


def test_scores_of_grids_are_the_librarys(draw):
    def same(mine: Any, theirs: float) -> bool:
        mine = float(mine.replace("Infinity", "inf") if isinstance(mine, str) else mine)
        if mine == theirs or (mine > NO_GRID and theirs > NO_GRID):
            return True
        return math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9)

    pairs: list[tuple[Call, Any]] = []
    for number in range(600):
        _, k, s, *_ = zip(drawn_axis(draw), drawn_axis(draw), strict=True)
        w = drawn_image(draw, *k, number % 2 == 0)
        balanced = library.equalise(w, s).tolist()
        for kernel in (w, balanced):
            sums = library.phase_sums(kernel, s).tolist()
            pairs.append((("image_rejection", (sums, s)), library.image_rejection(sums, s)))
        y = drawn_image(draw, s[0] + draw.randrange(4), s[1] + draw.randrange(4), True)
        pairs.append((("unevenness", (y, s)), library.unevenness(y, s)))
        pairs.append((("is_even", (balanced, s)), library.is_even(balanced, s)))
    compare(pairs, same)


def test_what_is_refused_is_refused_in_the_librarys_words(draw):
    calls: list[Call] = []
    expected: list[str] = []
    while len(calls) < 300:
        n, k, s, p, d, op = (draw.randint(-1, 4) for _ in range(6))
        for name, arguments in (
            ("output_size", (n, k, s, p, d, op)),
            ("conv_output_size", (n, k, s, p, d)),
        ):
            try:
                getattr(library, name)(*arguments)
            except ValueError as refusal:
                calls.append((name, arguments))
                expected.append(str(refusal))
    assert [answer.get("error") for answer in ask(calls)] == expected
