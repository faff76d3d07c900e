"""What the notebook the-layer has its reader expect."""

import numpy as np

from convtranspose import conv_transpose2d_layer, same_padding
from marking.questions.predictions import Prediction, numbers, shape, whole


def layer_shape() -> tuple[int, ...]:
    """The shape of the result that question 1 asks for."""
    x, w = np.ones((5, 4, 3, 3)), np.ones((4, 2, 3, 3))
    return conv_transpose2d_layer(x, w, None, (2, 2), (1, 1), (1, 1), (1, 1), 2).shape


PREDICTIONS = {
    "conv_transpose2d_layer": Prediction(
        {"shape": shape("(1, 1, 7, 7)", layer_shape)},
        "Two groups with 2 output channels each make 4; and (3 − 1)·2 − 2·1 + (3 − 1) + 1 + 1 = 6.",
    ),
    "same_padding": Prediction(
        {
            "four": numbers("(0, 0)", lambda: same_padding(3, 4, 2)),
            "five": numbers("(0, 0)", lambda: same_padding(3, 5, 2)),
            "torch": whole(lambda: next(k for k in (4, 5) if len({*same_padding(3, k, 2)}) == 1)),
        },
        "k − s places are too many. PyTorch's padding cuts the same at both ends, so only the even "
        "number can be said by it.",
    ),
}
