"""Mistakes people make with the layer's nine parameters, and with TensorFlow's `same`."""

from convtranspose.geometry import same_padding
from convtranspose.transposed import conv_transpose2d_layer

from .common import negated, truncated
from .model import Misconception
from .placing import (
    CHANNELS,
    DILATION,
    KERNEL,
    LOOPS,
    OUTPUT_PADDING,
    OVERLAP,
    PADDING,
    PADDING_PAIR,
    SIZE,
    STRIDE,
    STRIDE_PAIR,
)

CONV_TRANSPOSE2D_LAYER = (
    *KERNEL,
    *OVERLAP,
    *STRIDE,
    *STRIDE_PAIR,
    *PADDING,
    *PADDING_PAIR,
    *SIZE,
    *OUTPUT_PADDING,
    *DILATION,
    *CHANNELS,
    *LOOPS,
    negated(conv_transpose2d_layer),
    truncated(conv_transpose2d_layer),
)

SAME_PADDING = (
    Misconception(
        "the larger half at the start",
        "Where k − s is odd, TensorFlow cuts the smaller half at the start and the larger half at the end.",
        lambda n, k, s: same_padding(n, k, s)[::-1],
    ),
    Misconception(
        "the same on both sides, rounded down",
        "Start and end together must cut k − s samples. Where that is odd, the two differ by one.",
        lambda n, k, s: ((k - s) // 2, (k - s) // 2),
    ),
    Misconception(
        "the same on both sides, rounded up",
        "Start and end together must cut k − s samples. Where that is odd, the two differ by one.",
        lambda n, k, s: ((k - s + 1) // 2, (k - s + 1) // 2),
    ),
    Misconception(
        "everything at the end",
        "The k − s samples are shared between both ends.",
        lambda n, k, s: (0, k - s),
    ),
    Misconception(
        "everything at the start",
        "The k − s samples are shared between both ends.",
        lambda n, k, s: (k - s, 0),
    ),
    Misconception(
        "nothing appended where k is smaller than s",
        "Where k < s, the full result is s − k samples too short: crop_end is negative and stands for zeros appended.",
        lambda n, k, s: same_padding(n, k, s) if k >= s else (0, 0),
    ),
    Misconception(
        "zeros on both sides where k is smaller than s",
        "Where k < s, TensorFlow appends all missing samples at the end: the start stays 0.",
        lambda n, k, s: same_padding(n, k, s) if k >= s else ((k - s) // 2, k - s - (k - s) // 2),
    ),
    Misconception(
        "k − 1 in place of k − s",
        "That is the rule for stride 1. The full result has (n − 1)·s + k samples, and n·s are to be left.",
        lambda n, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2),
    ),
    Misconception(
        "the forward convolution's padding",
        "This is what TensorFlow pads before a forward convolution; it depends on n modulo s. Here k − s are cropped.",
        lambda n, k, s: _forward(n, k, s),
    ),
    Misconception(
        "k in place of k − s",
        "The full result has (n − 1)·s + k samples, n·s are to be left: that is k − s too many.",
        lambda n, k, s: (k // 2, k - k // 2),
    ),
    Misconception(
        "one too many at the end",
        "Start and end together must cut k − s samples, so that n·s are left.",
        lambda n, k, s: (same_padding(n, k, s)[0], same_padding(n, k, s)[1] + 1),
    ),
    Misconception(
        "the sign is turned round",
        "A crop is counted as a positive number.",
        lambda n, k, s: tuple(-part for part in same_padding(n, k, s)),
    ),
    Misconception(
        "the padding of zero insertion",
        "k − 1 − p is what goes around the spread input. Asked for is what is cut from the full result.",
        lambda n, k, s: tuple(k - 1 - part for part in same_padding(n, k, s)),
    ),
)


def _forward(n, k, s):
    total = max((-(-n // s) - 1) * s + k - n, 0)
    return total // 2, total - total // 2
