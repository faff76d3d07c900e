"""The assignment cures: interpolation, resize-convolution, pixel shuffle and ICNR."""

from marking.assignments.cures import (
    bilinear_kernel,
    icnr,
    nearest,
    pixel_shuffle,
    resize_convolve,
)
from marking.assignments.cures._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="Cures for the checkerboard",
    order=7,
    questions=(
        nearest.QUESTION,
        bilinear_kernel.QUESTION,
        resize_convolve.QUESTION,
        pixel_shuffle.QUESTION,
        icnr.QUESTION,
    ),
    builds_on={"resize_convolve": ("nearest",)},
    predictions=PREDICTIONS,
)
