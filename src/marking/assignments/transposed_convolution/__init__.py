"""The assignment transposed-convolution: Cᵀ, placing, adjoint and gradient, at stride 1."""

from marking.assignments.transposed_convolution import (
    adjoint_gap,
    input_gradient,
    transpose_by_matrix,
    transpose_by_placing,
)
from marking.assignments.transposed_convolution._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="Transposed convolution",
    order=3,
    questions=(
        transpose_by_matrix.QUESTION,
        transpose_by_placing.QUESTION,
        adjoint_gap.QUESTION,
        input_gradient.QUESTION,
    ),
    builds_on={"adjoint_gap": ("transpose_by_matrix", "transpose_by_placing")},
    predictions=PREDICTIONS,
)
