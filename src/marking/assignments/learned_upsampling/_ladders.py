"""Hints for the questions of learned-upsampling, one ladder each."""

from typing import Any

import numpy as np

from convtranspose.learning import loss_gradient
from convtranspose.transposed import conv_transpose2d
from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS


def _errors(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> dict[str, Any]:
    """What comes out, and how far off it is."""
    y = conv_transpose2d(x, w, stride)
    return {"y": y, "r": y - target}


_SHARES = (
    "The layer gives {y[0][0]} {y[0][1]} {y[0][2]}: the errors are {r[0][0]}, {r[0][1]} and "
    "{r[0][2]}.",
    "Weight 0 goes into outputs 0 and 1: {x[0][0]}·{r[0][0]} + {x[0][1]}·{r[0][1]} = "
    "{result[0][0]}.",
    "Weight 1 goes into outputs 1 and 2: {x[0][0]}·{r[0][1]} + {x[0][1]}·{r[0][2]} = "
    "{result[0][1]}.",
)
LOSS_GRADIENT = Ladder(
    think="Make one weight a little larger. Which outputs change, by how much each, and what does "
    "that do to half the sum of squared errors?",
    place="Print the errors r = y − target first. If they are right, look at which errors meet "
    "which pixels for weight (0, 0), then for weight (0, 1).",
    cure="The gradient of weight (u, v) is the sum over all pixels of x[i, j] times the error at "
    "(i·stride + u, j·stride + v). The ½ and the square cancel: there is no factor.",
    example=Example(
        (np.array([[2, 1]]), np.array([[3, 4]]), np.array([[5, 9, 1]]), 1), _SHARES, also=_errors
    ),
    at={
        "shape of the gradient": Rungs(
            think="One number for each weight: which shape must the gradient have?",
            place="Print the shape of your result beside the shape of w.",
        ),
        "larger strides": Rungs(
            think="With a stride of 2, which output does pixel (0, 1) reach by weight (0, 0)?",
            place="Look at the places where you read the errors: how far apart are they for two "
            "neighbouring pixels?",
            cure="Neighbouring pixels reach outputs that are `stride` apart. For one weight, every "
            "stride-th error counts, from (u, v) on, as many as x has pixels.",
            example=Example(
                (np.array([[2, 1]]), np.array([[3, 4]]), np.array([[5, 7, 2, 1]]), 2),
                (
                    "The layer gives {y[0][0]} {y[0][1]} {y[0][2]} {y[0][3]}: the errors are "
                    "{r[0][0]}, {r[0][1]}, {r[0][2]} and {r[0][3]}.",
                    "Weight 0 goes into outputs 0 and 2: {x[0][0]}·{r[0][0]} + "
                    "{x[0][1]}·{r[0][2]} = {result[0][0]}.",
                    "Weight 1 goes into outputs 1 and 3: {x[0][0]}·{r[0][1]} + "
                    "{x[0][1]}·{r[0][3]} = {result[0][1]}.",
                ),
                also=_errors,
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)


def _steps(
    x: np.ndarray, target: np.ndarray, w0: np.ndarray, stride: int, steps: int, rate: float
) -> dict[str, Any]:
    """Gradient and kernel before each step, and the results by name."""
    kernels = [w0.astype(float)]
    slopes = []
    for _ in range(steps):
        slopes.append(loss_gradient(x, kernels[-1], target, stride))
        kernels.append(kernels[-1] - rate * slopes[-1])
    errors = [conv_transpose2d(x, w, stride) - target for w in kernels]
    return {"kernels": kernels, "slopes": slopes, "errors": errors}


_NO_STEPS = Rungs(
    think="What comes back for no steps at all: is the kernel a new array, and how long is the "
    "array of losses? Does w0 still hold its old numbers after training? And what if a rate is so "
    "large that the losses outgrow every float?",
    place="Ask for no steps at all: does anything come back then? And look at the line "
    "that makes w from w0, and at every line that changes w: does one of them write into w0?",
    cure="Begin with a copy of w0 as floats, so that w0 stays as it is and a small step is not "
    "lost in whole numbers. With no steps, give back that copy and an empty array. Losses that "
    "overflow are infinite, which is right: stop nothing early.",
)
TRAIN = Ladder(
    think="What happens in one step, and in which order? Which kernel does the first loss belong "
    "to: the one before the step or the one after it?",
    place="Do one step by hand for a 1 × 1 picture. Compare the loss first, then the gradient, "
    "then the new kernel.",
    cure="In every step: note the loss of the kernel as it is, then take rate times the gradient "
    "away from it. Begin with a copy of w0, as floats.",
    example=Example(
        (np.array([[2]]), np.array([[10]]), np.array([[1]]), 1, 1, 0.25),
        (
            "The layer gives {x[0][0]}·{w0[0][0]}; the error is {errors[0][0][0]}, and the loss is "
            "half its square, {result[1][0]}.",
            "The gradient is {x[0][0]} times the error: {slopes[0][0][0]}.",
            "The new kernel is {w0[0][0]} less {rate} times that: {result[0][0][0]}.",
        ),
        also=_steps,
    ),
    at={
        "several steps": Rungs(
            think="One step is right. Which kernel does the second step begin with? How many "
            "losses are there after three steps?",
            place="Print the kernel and the loss at the top of the loop, in every step.",
            cure="Each step begins with the kernel that the step before has left, and computes the "
            "gradient there, anew. There is one loss for each step, noted before it.",
            example=Example(
                (np.array([[2]]), np.array([[10]]), np.array([[1]]), 1, 2, 0.125),
                (
                    "First step: the error is {errors[0][0][0]}, the loss {result[1][0]}, the "
                    "gradient {slopes[0][0][0]}; the kernel becomes {kernels[1][0][0]}.",
                    "Second step: the error is {errors[1][0][0]}, the loss {result[1][1]}, the "
                    "gradient {slopes[1][0][0]}; the kernel becomes {result[0][0][0]}.",
                ),
                also=_steps,
            ),
        ),
        "no steps at all; losses that overflow; whole numbers, fractions; arguments left alone": (
            _NO_STEPS
        ),
    },
)
