"""What the notebook learned-upsampling has its reader expect."""

import numpy as np
from numpy.typing import NDArray

from convtranspose import is_even, loss_gradient, train, transpose_by_placing
from marking.questions.predictions import Prediction, number, numbers

Kernel = NDArray[np.float64]
ONE = np.ones((1, 1))
DESIGNS = range(1, 6)
ALONE = "[4, 5]"  # how numbers of designs are written


def weight_after(steps: int, rate: float) -> float:
    """The single weight of question 2 after some steps from 0."""
    return float(train(ONE, ONE, 0 * ONE, 1, steps, rate)[0][0, 0])


def kernels_of_designs(steps: int) -> dict[int, Kernel]:
    """The kernels of the five designs of the experiment, in small, after some steps; the last two
    written as the kernels of stride 2 that they are.
    """
    rng = np.random.default_rng(0)
    small, start, box = rng.normal(size=(4, 4)), rng.normal(size=(2, 2)), np.ones((2, 2))
    targets = {k: rng.normal(size=(6 + k, 6 + k)) for k in (3, 4)}
    starts = {1: rng.normal(size=(3, 3)), 2: rng.normal(size=(4, 4)), 3: np.kron(start, box)}
    kernels = {
        design: train(small, targets[len(w)], w, 2, steps, 0.01)[0] for design, w in starts.items()
    }
    repeated, own = np.kron(small, box), rng.normal(size=(3, 3))
    kernels[4] = transpose_by_placing(train(repeated, targets[4], own, 1, steps, 0.01)[0], box)
    kernels[5] = np.empty((4, 4))
    for i, j in np.ndindex(2, 2):
        phase = targets[4][i::2, j::2]
        kernels[5][i::2, j::2] = train(small, phase, start, 1, steps, 0.01)[0]
    return kernels


def uneven(steps: int) -> list[int]:
    """The designs that make a checkerboard after some steps."""
    kernels = kernels_of_designs(steps)
    return [design for design in DESIGNS if not is_even(kernels[design], 2)]


def alike() -> list[int]:
    """The two designs that go the same way."""
    kernels = kernels_of_designs(3)
    return next(
        [one, other]
        for one in DESIGNS
        for other in range(one + 1, 6)
        if kernels[one].shape == kernels[other].shape and np.allclose(kernels[one], kernels[other])
    )


PREDICTIONS = {
    "loss_gradient": Prediction(
        {
            "gradient": numbers(
                "[[0, 0]]", lambda: loss_gradient(ONE, np.array([[5, 7]]), np.zeros((1, 2)), 1)
            )
        },
        "With x = [[1]] the result is w, and so is the error; the loss is half the sum of w².",
    ),
    "train": Prediction(
        {
            "one": number(lambda: weight_after(1, 0.5)),
            "two": number(lambda: weight_after(2, 0.5)),
            "rate_2": number(lambda: weight_after(2, 2)),
            "rate_3": number(lambda: weight_after(2, 3)),
        },
        "The gradient is w − 1. With rate 0.5 each step goes half the way; with rate 2 it jumps to "
        "the same distance on the other side, for ever; with rate 3 to twice the distance, and the "
        "loss grows.",
    ),
    "experiment": Prediction(
        {
            "at_start": numbers(ALONE, lambda: uneven(0), any_order=True),
            "at_end": numbers(ALONE, lambda: uneven(3), any_order=True),
            "same": numbers(ALONE, alike, any_order=True),
        },
        "Random weights start uneven, equal phases do not; nothing in the loss asks designs 3 "
        "and 5 to stay so, and design 4 cannot be otherwise.",
    ),
}
