"""bilinear_kernel(s): the kernel with which a transposed convolution interpolates."""

from collections.abc import Callable

import numpy as np

from convtranspose.upsampling import bilinear_kernel
from marking.assignments.cures._ladders import BILINEAR_KERNEL
from marking.questions.arrays import Integer
from marking.questions.domain import Domain
from marking.questions.inputs import Whole
from marking.questions.mistakes import Function, Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Relation, everywhere
from marking.questions.usual import values_of

# a number that depends on the factor s
OfFactor = Callable[[int], float]


def _size(s: int) -> int:
    return 2 * s - s % 2


def _middle(s: int) -> float:
    return (_size(s) - 1) / 2


def _pyramid(size: Callable[[int], int], peak: OfFactor, half: OfFactor) -> Function:
    """The outer product of a tent of `size` samples, with its peak at `peak` and its feet `half`
    away.
    """

    def answer(s: int) -> np.ndarray:
        tent = np.maximum(0, 1 - np.abs(np.arange(size(s)) - peak(s)) / half(s))
        return np.outer(tent, tent)

    return answer


def _tent(s: int) -> np.ndarray:
    tent: np.ndarray = np.maximum(0, 1 - np.abs(np.arange(_size(s)) - _middle(s)) / s)
    return tent


MISCONCEPTIONS = (
    Misconception(
        "always 2s long",
        "For odd s the kernel has 2s − 1 weights per axis, so that it has a middle: 2s − s mod 2.",
        _pyramid(lambda s: 2 * s, lambda s: s - 0.5, lambda s: s),
    ),
    Misconception(
        "always 2s − 1 long",
        "For even s the kernel has 2s weights per axis, with its peak between the two middle "
        "ones: 2s − s mod 2.",
        _pyramid(lambda s: 2 * s - 1, lambda s: s - 1, lambda s: s),
    ),
    Misconception(
        "the peak lies on a weight for even s too",
        "For even s the kernel is symmetric about the point between its two middle weights.",
        _pyramid(_size, lambda s: s - 1, lambda s: s),
    ),
    Misconception(
        "the peak lies one half to the right",
        "The kernel has to be symmetric: count weights from 0, the middle is (k − 1)/2.",
        _pyramid(_size, lambda s: _size(s) / 2, lambda s: s),
    ),
    Misconception(
        "all weights together sum to 1",
        "Then the image comes out s² times too dark: each of the s² phases must sum to 1, so all "
        "weights to s².",
        lambda s: bilinear_kernel(s) / s**2,
    ),
    Misconception(
        "not normalised",
        "The weights are s² times too large: the tent is 1 at its peak and falls by 1/s with each "
        "step.",
        lambda s: bilinear_kernel(s) * s**2,
    ),
    Misconception(
        "divided by s once",
        "Each axis has its own tent 1 − |distance|/s, and the kernel is the product of both.",
        lambda s: bilinear_kernel(s) * s,
    ),
    Misconception(
        "scaled to a peak of 1",
        "For even s no weight lies on the peak, so none is 1. Leave the tent as it is.",
        lambda s: bilinear_kernel(s) / bilinear_kernel(s).max(),
    ),
    Misconception(
        "the distance keeps its sign",
        "Left of the middle u − c is negative, and the tent goes on rising: take the distance, "
        "|u − c|.",
        lambda s: np.outer(*[1 - (np.arange(_size(s)) - _middle(s)) / s] * 2),
    ),
    Misconception(
        "divided by the size instead of s",
        "The tent falls by 1/s with each step, not by one over the size of the kernel.",
        _pyramid(_size, _middle, _size),
    ),
    Misconception(
        "a constant kernel",
        "Equal weights repeat pixels (nearest neighbour). Bilinear weights fall off with distance.",
        lambda s: np.ones((_size(s), _size(s))),
    ),
    Misconception(
        "one axis only",
        "The kernel is two-dimensional: the outer product of the tent with itself.",
        _tent,
    ),
    Misconception(
        "the two tents are added",
        "Bilinear means a product: weight(u, v) = tent(u) · tent(v).",
        lambda s: np.add.outer(_tent(s), _tent(s)),
    ),
    Misconception(
        "the mean of the two tents",
        "Bilinear means a product: weight(u, v) = tent(u) · tent(v).",
        lambda s: np.add.outer(_tent(s), _tent(s)) / 2,
    ),
    Misconception(
        "the smaller of the two tents",
        "A pyramid with flat sides is not bilinear: multiply the two tents.",
        lambda s: np.minimum.outer(_tent(s), _tent(s)),
    ),
    Misconception(
        "the tent is too narrow",
        "The tent reaches zero at distance s from its peak.",
        _pyramid(_size, _middle, lambda s: max(s - 0.5, 0.5)),
    ),
    Misconception(
        "the tent is too wide",
        "The tent reaches zero at distance s from its peak.",
        _pyramid(_size, _middle, lambda s: s + 1),
    ),
)

DOMAIN = Domain(
    {"s": Whole(1, 32, (1, 2, 3, 4, 5), (33, 34))},
    relations=(
        *values_of("s", (1, 2, 3), beyond=4),
        Relation("s even", lambda v: v.s % 2 == 0),
        Relation("s odd", lambda v: v.s % 2 == 1),
        Relation("s > 8", lambda v: v.s > 8),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="bilinear_kernel(s)",
    reference=bilinear_kernel,
    categories=(
        Category("shape of the kernel", 1, shape_only=True),
        Category("even s", 1, (case(2), case(4), case(6), case(8)), where=lambda v: v.s % 2 == 0),
        Category(
            "odd s, and s = 1",
            1,
            (case(3), case(5), case(Integer(6, 8)), case(1)),
            checks_contract=True,
            where=everywhere,
        ),
    ),
    ladder=BILINEAR_KERNEL,
    misconceptions=MISCONCEPTIONS,
    hint="Draw the tent 1 − |distance|/s along one axis first: for s = 2 it is ¼, ¾, ¾, ¼.",
    rounds=True,
    output="kernel",
)
