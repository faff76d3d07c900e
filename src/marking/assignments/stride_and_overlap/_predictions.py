"""What the notebook stride-and-overlap has its reader expect."""

import numpy as np

from convtranspose import conv_transpose2d, insert_zeros, output_size, overlap_count
from marking.questions.predictions import Prediction, numbers, whole

X, W = np.array([[1, 2], [3, 4]]), np.arange(1, 17).reshape(4, 4)


def terms_in_the_centre() -> list[int]:
    """What each pixel alone puts into y[3, 3]."""
    alone = (X * (np.arange(4).reshape(2, 2) == pixel) for pixel in range(4))
    return [conv_transpose2d(x, W, 3)[3, 3].item() for x in alone]


def even_sizes(s: int, most: int) -> list[int]:
    """The kernel sizes for which the count is even inside, away from both ends."""
    inside = {k: overlap_count(12, k, s)[k : -k or None] for k in range(1, most + 1)}
    return [k for k, count in inside.items() if len(set(count.tolist())) == 1]


def border_for_two() -> int:
    """How many zeros step 2 adds on every side, for k = p = 2: what five pixels need to become as
    many as the result and k - 1 more.
    """
    return (output_size(5, 2, 1, 2) + 2 - 1 - 5) // 2


PREDICTIONS = {
    "output_size": Prediction(
        {
            "left": whole(lambda: output_size(2, 4, 3, 1)),
            "size": whole(lambda: output_size(10, 5, 3, 2, 1, 1)),
        },
        "Padding takes one place off both ends of the seven. And (10 − 1)·3 + 5 = 32 places, less "
        "2·2, and one more uncovered.",
    ),
    "insert_zeros": Prediction(
        {"zeros": whole(lambda: np.sum(insert_zeros(np.ones((3, 3)), 3) == 0).item())},
        "The result is 7 × 7, and 9 of its 49 places are pixels.",
    ),
    "conv_transpose2d": Prediction(
        {"terms": numbers("[1, 2, 3]", terms_in_the_centre, any_order=True)},
        "All four copies meet there, each with one of its corners: 1·16, 2·13, 3·4 and 4·1.",
    ),
    "conv_transpose2d_by_zero_insertion": Prediction(
        {"added": whole(border_for_two)},
        "k − 1 − p is −1, so one row and one column are cut off on every side.",
    ),
    "overlap_count": Prediction(
        {
            "even": numbers("[1, 2]", lambda: even_sizes(3, 9), any_order=True),
            "smallest": whole(lambda: overlap_count(4, 2, 3).min().item()),
        },
        "The count is even where s divides k. Where k is smaller than s there are gaps that no "
        "copy reaches.",
    ),
}
