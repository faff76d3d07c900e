"""What the notebook convolution-matrix has its reader expect."""

import math

import numpy as np

from convtranspose import convolution_matrix, count_multiplications, cross_correlate2d
from marking.questions.predictions import Prediction, number, shape, whole

IMAGE, KERNEL = np.ones((4, 4)), np.ones((3, 3))


def column(pixel: int) -> int:
    """How many weights stand in the column of a pixel."""
    return int(np.count_nonzero(convolution_matrix(KERNEL, (4, 4))[:, pixel]))


def nearest_share() -> float:
    """The useful share of the matrix for 100 × 100 and 3 × 3, to a power of ten."""
    dense, useful = count_multiplications((100, 100), (3, 3), 1)
    return float(10.0 ** round(math.log10(useful / dense)))


PREDICTIONS = {
    "convolution_matrix": Prediction(
        {
            "shape": shape("(9, 9)", lambda: convolution_matrix(KERNEL, (4, 4)).shape),
            "row": whole(lambda: int(np.count_nonzero(convolution_matrix(KERNEL, (4, 4))[0]))),
            "corner": whole(lambda: column(0)),
            "middle": whole(lambda: column(5)),
        },
        "There is a row for each of the 2 × 2 outputs and a column for each of the 16 pixels. "
        "Every output looks at 9 pixels; a corner is seen by one window, the middle by all four.",
    ),
    "apply_matrix": Prediction(
        {"output_shape": shape("(1, 1)", lambda: cross_correlate2d(IMAGE, KERNEL).shape)},
        "The 4 rows are the 2 × 2 places where a 3 × 3 kernel fits on a 4 × 4 image. Flattened in "
        "another order, every pixel would meet the weight of another one, and nobody complains.",
    ),
    "count_multiplications": Prediction(
        {"share": number(nearest_share)},
        "Each row of C has 9 weights among 10000 entries, which is 0.0009.",
    ),
}
