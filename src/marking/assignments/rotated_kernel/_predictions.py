"""What the notebook rotated-kernel has its reader expect."""

import numpy as np

from convtranspose import convolve2d_same, cross_correlate2d, rotate180, zero_pad
from marking.questions.predictions import Prediction, numbers, shape, whole

KERNEL = np.arange(1, 7).reshape(2, 3)
IMAGE = np.arange(1, 10).reshape(3, 3)
SOBEL = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])

PREDICTIONS = {
    "rotate180": Prediction(
        {
            "corner": numbers("(0, 0)", lambda: np.argwhere(rotate180(KERNEL) == 1)[0]),
            "twice": numbers("[[6, 5, 4], [3, 2, 1]]", lambda: rotate180(rotate180(KERNEL))),
        },
        "Row 0 becomes the last row and column 0 the last column; turned twice, every entry is "
        "back where it was.",
    ),
    "zero_pad": Prediction(
        {"zeros": whole(lambda: np.sum(zero_pad(np.ones((3, 4)), 2) == 0).item())},
        "The padded image is 7 × 8, and 12 of its 56 places are the image's.",
    ),
    "cross_correlate2d": Prediction(
        {
            "shape": shape(
                "(2, 2)", lambda: cross_correlate2d(np.ones((4, 5)), np.ones((2, 3))).shape
            ),
            "seen": whole(lambda: int(cross_correlate2d(np.ones((4, 5)), np.ones((2, 3)))[0, 0])),
        },
        "The window is as large as the kernel, and its top-left corner is the output's own place: "
        "`y[0, 0]` sees `x[0:2, 0:3]`.",
    ),
    "convolve2d_same": Prediction(
        {"corner": whole(lambda: convolve2d_same(IMAGE, SOBEL)[0, 0].item())},
        "Turned, the kernel has 1 2 1 above and −1 −2 −1 below; under the corner's lower row lie "
        "0 4 5, and above it zeros.",
    ),
}
