"""The interactive figures of the course, each with the values that its static page offers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .. import figures
from .explorer import Choice, Explorer, explore

# The two kernels of the first chapter: the one of the worked example is odd under the half turn,
# the other has no symmetry at all, so that turning it the wrong way always shows.
SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
LOPSIDED = np.array([[1, 2, 0], [0, 3, -1], [2, 0, 1]])
COUNTING = np.arange(1, 10).reshape(3, 3)
FOUR = np.array([[1, 2], [3, 4]])
# Sixteen times the bilinear kernel for stride 2, in whole numbers: all four phase sums are 16.
EVEN = np.outer([1, 3, 3, 1], [1, 3, 3, 1])

KERNEL_SIZES = Choice(range(1, 8), "kernel size k", start=3)
STRIDES = Choice(range(1, 5), "stride s", start=2)


def sliding() -> Explorer:
    """Convolution and cross-correlation, step by step with the running sum."""

    def figure(kernel: np.ndarray, rotate: bool, step: int) -> figures.Picture:
        return figures.sliding(COUNTING, kernel, step, rotate=rotate)

    return explore(
        figure,
        name="sliding",
        title="A kernel slides over an image",
        kernel=Choice({"worked-example": SOBEL, "lopsided": LOPSIDED}, "kernel"),
        rotate=Choice({"convolution": True, "cross-correlation": False}, "operation"),
        step=Choice(range(9), "step"),
    )


def connections() -> Explorer:
    """The rows of C and the columns of Cᵀ, lit by the chosen pixel."""

    def figure(matrix: bool, stride: int, pixel: int) -> figures.Picture:
        side = 4 if stride == 1 else 5  # either way the small image has 2×2 pixels
        return figures.connections(COUNTING, (side, side), stride, pixel=pixel, transposed=matrix)

    return explore(
        figure,
        name="connections",
        title="One pixel, one row of C, one column of Cᵀ",
        matrix=Choice({"C": False, "C transposed": True}, "matrix"),
        stride=Choice(range(1, 3), "stride s"),
        pixel=Choice(range(4), "pixel of the small image"),
    )


def overlap_1d() -> Explorer:
    """Overlap on a line, for every kernel size, stride and number of inputs."""
    return explore(
        figures.overlap_1d,
        title="How often is each output written to? On a line",
        n=Choice(range(2, 6), "inputs n", start=4),
        s=STRIDES,
        k=KERNEL_SIZES,
    )


def overlap_2d() -> Explorer:
    """Overlap on an image: the counts of rows and columns multiply."""
    return explore(
        figures.overlap_2d,
        title="How often is each output written to? On an image",
        n=Choice(range(2, 5), "inputs n by n", start=4),
        s=STRIDES,
        k=KERNEL_SIZES,
    )


def two_roads() -> Explorer:
    """Placing against zero insertion, output by output; kernel and stride are paired so that 5×5
    outputs result.
    """
    kernels = {1: np.arange(1, 17).reshape(4, 4), 2: COUNTING, 3: np.array([[1, 2], [3, 4]])}

    def figure(stride: int, step: int) -> figures.Picture:
        return figures.two_roads(FOUR, kernels[stride], stride, step)

    return explore(
        figure,
        name="two-roads",
        title="Two roads to one result",
        stride=Choice(range(1, 4), "stride s", start=2),
        step=Choice(range(25), "output pixel", start=12),
    )


def output_window() -> Explorer:
    """padding and output_padding as a window on the full result of the worked example."""

    def figure(output_padding: int, padding: int) -> figures.Picture:
        return figures.output_window(
            FOUR, np.arange(1, 17).reshape(4, 4), 3, padding, output_padding
        )

    return explore(
        figure,
        name="output-window",
        title="padding cuts, output_padding uncovers",
        output_padding=Choice(range(3), "output_padding"),
        padding=Choice(range(4), "padding p", start=1),
    )


def phases() -> Explorer:
    """Change one weight of an even kernel and see the stripes on a constant image."""

    def figure(row: int, column: int, change: float) -> figures.Picture:
        return figures.phases(EVEN, 2, row=row, column=column, change=change)

    return explore(
        figure,
        name="phases",
        title="Change one weight, watch a constant image",
        play="change",
        row=Choice(range(4), "row of the weight", start=1),
        column=Choice(range(4), "column of the weight", start=1),
        change=Choice(range(-4, 5), "added to the weight", start=0, live=(-4.0, 4.0, 0.05)),
    )


def many_to_one() -> Explorer:
    """Many input sizes share one output size; output_padding names each."""
    return explore(
        figures.many_to_one,
        title="Which input size was it?",
        play="s",
        out=Choice(range(1, 5), "output size", start=3),
        k=Choice(range(1, 6), "kernel size k", start=3),
        s=Choice(range(1, 5), "stride s", start=2),
    )


def cures() -> Explorer:
    """Ways of up-sampling a photograph, compared."""
    return explore(
        figures.cures,
        title="Cures compared on a photograph",
        compare="method",
        s=Choice(range(2, 5), "scale s"),
        method=Choice({name: name for name in figures.CURES}, "method"),
    )


COURSE: dict[str, Callable[[], Explorer]] = {
    "sliding": sliding,
    "connections": connections,
    "overlap-1d": overlap_1d,
    "overlap-2d": overlap_2d,
    "two-roads": two_roads,
    "output-window": output_window,
    "phases": phases,
    "cures": cures,
    "many-to-one": many_to_one,
}


def interactive(name: str) -> Explorer:
    """The course's interactive figure of that name.  Raises ValueError, listing the names, when
    there is none.
    """
    if name not in COURSE:
        raise ValueError(f"name must be one of {', '.join(COURSE)}, got {name!r}")
    return COURSE[name]()
