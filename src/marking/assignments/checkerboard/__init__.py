"""The assignment checkerboard: phase sums, evenness and its measure."""

from marking.assignments.checkerboard import (
    equalise,
    is_even,
    phase_sums,
    unevenness,
)
from marking.assignments.checkerboard._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="Checkerboard",
    order=6,
    questions=(
        phase_sums.QUESTION,
        is_even.QUESTION,
        equalise.QUESTION,
        unevenness.QUESTION,
    ),
    builds_on={"is_even": ("phase_sums",), "equalise": ("phase_sums",)},
    predictions=PREDICTIONS,
)
