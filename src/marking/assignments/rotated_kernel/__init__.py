"""The assignment rotated-kernel: rotation, padding, correlation and convolution, from nothing."""

from marking.assignments.rotated_kernel import (
    convolve2d_same,
    cross_correlate2d,
    rotate180,
    zero_pad,
)
from marking.assignments.rotated_kernel._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="The rotated kernel",
    order=1,
    questions=(
        rotate180.QUESTION,
        zero_pad.QUESTION,
        cross_correlate2d.QUESTION,
        convolve2d_same.QUESTION,
    ),
    builds_on={"convolve2d_same": ("rotate180", "zero_pad", "cross_correlate2d")},
    predictions=PREDICTIONS,
)
