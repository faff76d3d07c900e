"""What the notebook cures has its reader expect."""

import numpy as np

from convtranspose import (
    bilinear_kernel,
    icnr,
    is_even,
    phase_sums,
    pixel_shuffle,
    resize_convolve,
)
from marking.questions.predictions import Prediction, choice, numbers, whole, yes

ORDERS = ("AAAABBBB", "ABABABAB")


def order_of_copies() -> str:
    """The order in which two kernels, 0 and 1, are repeated."""
    kernels = icnr(np.arange(2).reshape(2, 1, 1, 1), 2)
    return "".join("AB"[int(number)] for number in kernels.ravel())


PREDICTIONS = {
    "nearest": Prediction(
        {
            "sums": numbers("[[0, 0], [0, 0]]", lambda: phase_sums(np.ones((2, 2)), 2)),
            "even": yes(lambda: bool(is_even(np.ones((2, 2)), 2))),
        },
        "Each phase of the s × s kernel holds a single entry, so every sum is 1.",
    ),
    "bilinear_kernel": Prediction(
        {"equal": yes(lambda: bool(is_even(bilinear_kernel(3), 3)))},
        "1/3 + 2/3 = 2/3 + 1/3 = 1 along one axis: two neighbours always share a whole.",
    ),
    "resize_convolve": Prediction(
        {
            "inside": whole(
                lambda: int(resize_convolve(np.ones((3, 3)), np.ones((3, 3)), 2)[2, 2])
            ),
            "corner": whole(
                lambda: int(resize_convolve(np.ones((3, 3)), np.ones((3, 3)), 2)[0, 0])
            ),
        },
        "Inside, all nine weights meet ones; in a corner five of them meet the zeros around the "
        "picture.",
    ),
    "pixel_shuffle": Prediction(
        {
            "block": numbers(
                "[[1, 1], [1, 1]]", lambda: pixel_shuffle(np.arange(1, 5).reshape(4, 1, 1), 2)[0]
            )
        },
        "The same block stands everywhere: it is a checkerboard.",
    ),
    "icnr": Prediction(
        {"order": choice(ORDERS, order_of_copies)},
        "Channel c·s² + i·s + j fills phase (i, j) of channel c, so the four copies for one "
        "channel stand together.",
    ),
}
