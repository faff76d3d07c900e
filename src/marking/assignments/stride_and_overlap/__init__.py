"""The assignment stride-and-overlap: sizes, zero insertion, strides and overlaps."""

from marking.assignments.stride_and_overlap import (
    conv_transpose2d,
    conv_transpose2d_by_zero_insertion,
    insert_zeros,
    output_size,
    overlap_count,
)
from marking.assignments.stride_and_overlap._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="Stride and overlap",
    order=4,
    questions=(
        output_size.QUESTION,
        insert_zeros.QUESTION,
        conv_transpose2d.QUESTION,
        conv_transpose2d_by_zero_insertion.QUESTION,
        overlap_count.QUESTION,
    ),
    builds_on={"conv_transpose2d_by_zero_insertion": ("insert_zeros",)},
    predictions=PREDICTIONS,
)
