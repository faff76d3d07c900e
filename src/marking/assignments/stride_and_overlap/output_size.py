"""output_size(n, k, s, p=0, d=1, op=0): how long a transposed convolution makes n samples."""

from collections.abc import Callable

import numpy as np

from convtranspose.geometry import output_size
from marking.assignments.stride_and_overlap._ladders import OUTPUT_SIZE
from marking.questions.arrays import Integer
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Column, Variables, Whole
from marking.questions.mistakes import Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Axis, Relation, axis_relations, everywhere
from marking.questions.usual import WIDE_STRIDES


def _size(name: str, hint: str, formula: Callable[..., int]) -> Misconception:
    """A mistake that is another formula(n, k, s, p, d, op)."""
    return Misconception(name, hint, lambda n, k, s, p=0, d=1, op=0: formula(n, k, s, p, d, op))


MISCONCEPTIONS = (
    _size(
        "the forward convolution's formula",
        "This size shrinks: it is the forward convolution's. A transposed convolution makes more "
        "of n inputs.",
        lambda n, k, s, p, d, op: (n + 2 * p - d * (k - 1) - 1) // s + 1 + op,
    ),
    _size(
        "n·s in place of (n − 1)·s",
        "n copies have n − 1 steps between them: the last one starts at (n − 1)·s.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, op) + s,
    ),
    _size(
        "n·s",
        "That is TensorFlow's rule `same`. Here the last copy starts at (n − 1)·s and is k long.",
        lambda n, k, s, p, d, op: n * s,
    ),
    _size(
        "the kernel is forgotten",
        "The last copy does not end where it starts: it is k long.",
        lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + op + 1,
    ),
    _size(
        "n and k are exchanged",
        "There are n copies, each k long. You have k copies, each n long.",
        lambda n, k, s, p, d, op: (k - 1) * s - 2 * p + d * (n - 1) + op + 1,
    ),
    _size(
        "k and s are exchanged",
        "The copies start s apart, and each is k long.",
        lambda n, k, s, p, d, op: (n - 1) * k - 2 * p + d * (s - 1) + op + 1,
    ),
    _size(
        "one too small",
        "One is missing. Try n = 1, k = 1: a single number stays a single number.",
        lambda *a: output_size(*a) - 1,
    ),
    _size(
        "one too large",
        "There is one too many. Try n = 1, k = 1: a single number stays a single number.",
        lambda *a: output_size(*a) + 1,
    ),
    _size(
        "padding is counted once",
        "p is cut off on both sides: 2p in all.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op) - p,
    ),
    _size(
        "padding is added",
        "Here padding makes the output smaller: it crops.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op) + 2 * p,
    ),
    _size(
        "padding is ignored",
        "The output loses p samples on each side.",
        lambda n, k, s, p, d, op: output_size(n, k, s, 0, d, op),
    ),
    _size(
        "dilation is ignored",
        "A kernel with dilation d is d·(k − 1) + 1 long.",
        lambda n, k, s, p, d, op: (n - 1) * s + k - 2 * p + op,
    ),
    _size(
        "the dilated kernel counted as d·k",
        "Between k weights there are k − 1 gaps: the dilated kernel is d·(k − 1) + 1 long.",
        lambda n, k, s, p, d, op: (n - 1) * s - 2 * p + d * k + op,
    ),
    _size(
        "output_padding is ignored",
        "Output padding adds `op` samples at the end.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0),
    ),
    _size(
        "padding is counted in steps of the dilation",
        "Padding counts places of the result, one by one: 2p in all, whatever the dilation is.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p * d, d, op),
    ),
    _size(
        "output_padding is counted twice",
        "Output padding counts once, at the end only.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0) + 2 * op,
    ),
    _size(
        "output_padding is subtracted",
        "Output padding makes the output larger.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0) - op,
    ),
    _size(
        "output_padding is added to the input",
        "A sample more in the input makes the result longer by s. Output padding adds `op` samples "
        "to the result itself.",
        lambda n, k, s, p, d, op: output_size(n + op, k, s, p, d, 0),
    ),
    _size(
        "the brackets around n − 1 are missing",
        "Python multiplies first: `n - 1 * s` is n − s. Write (n − 1)·s with its brackets.",
        lambda n, k, s, p, d, op: n - s - 2 * p + d * (k - 1) + op + 1,
    ),
    _size(
        "the dilation spreads the copies",
        "Dilation spreads the entries of the kernel. The copies stay s apart, not s·d.",
        lambda n, k, s, p, d, op: (n - 1) * s * d + k - 2 * p + op,
    ),
    _size(
        "output_padding counted only where there is padding",
        "Output padding does not give back what padding took: it counts without padding, too.",
        lambda n, k, s, p, d, op: output_size(n, k, s, p, d, 0) + (op if p else 0),
    ),
    _size(
        "never larger than the full result",
        "Where op is larger than 2p, zeros follow the full result: the output is larger than it.",
        lambda n, k, s, p, d, op: min(
            output_size(n, k, s, 0, d, 0), output_size(n, k, s, p, d, 0) + op
        ),
    ),
)

# Strides from here on are asked in the last category alone: whoever computes in float32 or int32
# loses the points of one.
IMMENSE = 2**20


def _result(v: Variables) -> Column:
    return np.asarray((v.n - 1) * v.s - 2 * v.p + v.d * (v.k - 1) + v.op + 1)


DOMAIN = Domain(
    {
        "n": Whole(1, 30, (1, 2, 3, 5), (64, 301)),
        "k": Whole(1, 9, (1, 2, 3, 4), (16, 33)),
        # Some too large for float32, or for int32: nobody counts up to a stride.
        "s": Whole(1, 6, (1, 2, 2, 3, 3), (7, 16, 20_000_003, 2_000_000_011)),
        "p": Whole(0, 5, (0, 1, 1, 2), (8, 19)),
        "d": Whole(1, 4, (1, 2, 3), (7, 16)),
        "op": Whole(0, 5, (0, 0, 1, 2), (6, 9)),
    },
    defaults={"p": 0, "d": 1, "op": 0},
    rules=(
        Rule("op is less than s or less than d", lambda v: v.op < np.maximum(v.s, v.d)),
        Rule(
            "the result is at least 1",
            lambda v: _result(v) >= 1,
        ),
    ),
    relations=(
        Relation(
            "the result is 1, op > 0",
            lambda v: (_result(v) == 1) & (v.op > 0),
            alone=True,
        ),
        Relation("too large for float32", lambda v: (v.n - 1) * v.s > 2**24, alone=True),
        Relation("too large for int32", lambda v: (v.n - 1) * v.s > 2**31, alone=True),
    ),
    axes=(Axis({role: role for role in ("n", "k", "s", "p", "op", "d")}),),
    axis_relations=(*axis_relations("n", "k", "s", "p", "op", "d"), *WIDE_STRIDES),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="output_size(n, k, s, p=0, d=1, op=0)",
    reference=output_size,
    categories=(
        Category(
            "n, k and s",
            1,
            (
                case(2, 4, 3),
                case(Integer(2, 5), Integer(6, 9), Integer(2, 4)),
                case(Integer(6, 30), Integer(1, 5), Integer(1, 4)),
                case(Integer(5, 9), 2, Integer(3, 5)),
            ),
            where=lambda v: (v.p == 0) & (v.d == 1) & (v.op == 0) & (v.s < IMMENSE),
        ),
        Category(
            "padding",
            1,
            (
                case(Integer(5, 9), Integer(3, 4), 2, 1),
                case(Integer(9, 20), Integer(6, 8), Integer(2, 4), Integer(2, 3)),
                case(Integer(3, 5), 3, 1, p=1),
            ),
            where=lambda v: (v.d == 1) & (v.op == 0) & (v.s < IMMENSE),
        ),
        Category(
            "dilation and output padding; whole numbers, large ones too",
            1,
            (
                case(Integer(3, 5), Integer(6, 8), Integer(2, 3), d=Integer(2, 3)),
                case(Integer(3, 9), Integer(3, 5), 2, 1, 1, 1),
                case(
                    Integer(4, 9),
                    Integer(3, 5),
                    Integer(3, 4),
                    Integer(1, 2),
                    Integer(2, 3),
                    Integer(1, 2),
                ),
                case(Integer(4, 9), Integer(3, 5), 1, 1, d=3, op=Integer(1, 2)),
            ),
            checks_contract=True,
            where=everywhere,
        ),
    ),
    ladder=OUTPUT_SIZE,
    misconceptions=MISCONCEPTIONS,
    hint="Where does the last copy of the kernel start, and how long is it? Then take off what is "
    "cropped.",
    answer="integer",
)
