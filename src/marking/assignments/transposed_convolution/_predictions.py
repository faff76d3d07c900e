"""What the notebook transposed-convolution has its reader expect."""

import numpy as np

from convtranspose import adjoint_gap, input_gradient, transpose_by_matrix, transpose_by_placing
from marking.questions.predictions import Prediction, number, shape, whole

DOT = np.array([[1, 0], [0, 0]])
DIGITS = np.array([[1, 2], [3, 4]])
POWERS = np.array([[1, 10], [100, 1000]])

PREDICTIONS = {
    "transpose_by_matrix": Prediction(
        {
            "zeros": whole(
                lambda: np.sum(transpose_by_matrix(DOT, np.ones((3, 3)), (4, 4)) == 0).item()
            )
        },
        "One value spreads to the 9 pixels that its window sees, in the top-left corner; the other "
        "7 stay 0. It is the kernel itself, not turned.",
    ),
    "transpose_by_placing": Prediction(
        {
            "shape": shape(
                "(2, 2)", lambda: transpose_by_placing(np.ones((3, 5)), np.ones((2, 4))).shape
            )
        },
        "The last copy starts at the last pixel and reaches k − 1 beyond it. In the middle of the "
        "drawing four copies meet, each with another entry of the kernel: 1·1000 + 2·100 + 3·10 + "
        "4·1.",
    ),
    "adjoint_gap": Prediction(
        {"gap": number(lambda: adjoint_gap(np.array([[1, 2, 3]]), DIGITS[:1], POWERS[:1]))},
        "For whole numbers it is exactly 0; numbers like 0.1 are rounded, each side in its own "
        "order, so the gap may be some 10⁻¹⁷ there.",
    ),
    "input_gradient": Prediction(
        {"middle": whole(lambda: input_gradient(POWERS, DIGITS, (3, 3))[1, 1].item())},
        "It is the 1234 of question 2: gathering with the turned kernel and placing copies are one "
        "and the same operation.",
    ),
}
