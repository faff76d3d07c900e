"""What the notebook checkerboard has its reader expect."""

import numpy as np

from convtranspose import equalise, is_even, phase_sums, unevenness
from marking.questions.predictions import Prediction, number, numbers, yes

Y = np.array([[4, 2], [2, 1]])

PREDICTIONS = {
    "phase_sums": Prediction(
        {
            "three": numbers("[[1, 1], [1, 1]]", lambda: phase_sums(np.ones((3, 3)), 2)),
            "four": numbers("[[1, 1], [1, 1]]", lambda: phase_sums(np.ones((4, 4)), 2)),
        },
        "With ones, a phase's sum is the number of its entries: of three places two are even and "
        "one is odd, of four two and two.",
    ),
    "is_even": Prediction(
        {
            "one": yes(lambda: bool(is_even(np.ones((1, 1)), 1))),
            "two": yes(lambda: bool(is_even(np.ones((1, 1)), 2))),
        },
        "For s = 1 there is only one phase. For s = 2 three of the four phases are empty, and "
        "their sum is 0: the result has gaps.",
    ),
    "equalise": Prediction(
        {"row": numbers("[1, 1, 1]", lambda: equalise(np.ones((2, 3)), 2)[0])},
        "c = (2/2 + 1/1) / (1/2 + 1/1) = 4/3. The phase with the sum 2 loses 2/3, shared by two "
        "entries; the other one gains 1/3.",
    ),
    "unevenness": Prediction(
        {
            "constant": number(lambda: unevenness(np.ones((4, 4)), 2)),
            "ratio": number(lambda: unevenness(10 * Y, 2) / unevenness(Y, 2)),
        },
        "All means of a constant picture are equal. A picture ten times as bright has ten times "
        "the spread and ten times the mean.",
    ),
}
