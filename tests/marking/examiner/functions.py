"""Questions that the tests ask about, and the plainest way to answer them."""

import numpy as np

from marking.examiner import examine
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

ROTATE = QUESTIONS["rotate180"]
CORRELATE = QUESTIONS["cross_correlate2d"]
PLACE = QUESTIONS["conv_transpose2d"]


def verdict(question, f, seed=0):
    return examine(question, FunctionAnswerer(f), seed)


def place(x, w, stride=1, combine=np.add, dtype=float):
    y = np.zeros(
        ((x.shape[0] - 1) * stride + w.shape[0], (x.shape[1] - 1) * stride + w.shape[1]), dtype
    )
    for i, j in np.ndindex(*x.shape):
        here = np.s_[i * stride : i * stride + w.shape[0], j * stride : j * stride + w.shape[1]]
        y[here] = combine(y[here], x[i, j] * w)
    return y
