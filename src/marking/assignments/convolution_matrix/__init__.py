"""The assignment convolution-matrix: convolution as a matrix."""

from marking.assignments.convolution_matrix import (
    apply_matrix,
    convolution_matrix,
    count_multiplications,
)
from marking.assignments.convolution_matrix._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="The convolution matrix",
    order=2,
    questions=(
        convolution_matrix.QUESTION,
        apply_matrix.QUESTION,
        count_multiplications.QUESTION,
    ),
    predictions=PREDICTIONS,
)
