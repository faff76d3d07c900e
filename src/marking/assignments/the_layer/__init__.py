"""The assignment the-layer: the layer's parameters, and TensorFlow's `same`."""

from marking.assignments.the_layer import (
    conv_transpose2d_layer,
    same_padding,
)
from marking.assignments.the_layer._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="The layer",
    order=5,
    questions=(
        conv_transpose2d_layer.QUESTION,
        same_padding.QUESTION,
    ),
    predictions=PREDICTIONS,
)
