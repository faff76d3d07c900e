"""The assignment learned-upsampling: the gradient of a loss, and gradient descent."""

from marking.assignments.learned_upsampling import (
    loss_gradient,
    train,
)
from marking.assignments.learned_upsampling._predictions import PREDICTIONS
from marking.questions.model import Assignment

ASSIGNMENT = Assignment(
    title="Learned up-sampling",
    order=8,
    questions=(
        loss_gradient.QUESTION,
        train.QUESTION,
    ),
    builds_on={"train": ("loss_gradient",)},
    predictions=PREDICTIONS,
)
