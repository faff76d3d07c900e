"""count_multiplications(input_shape, kernel_shape, stride): (dense, useful) products with C."""

import math
from collections.abc import Callable, Iterable

from convtranspose.matrix import count_multiplications
from marking.assignments.convolution_matrix._ladders import COUNT_MULTIPLICATIONS
from marking.questions.arrays import Integer
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Shape, Whole
from marking.questions.mistakes import Function, Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Relation, everywhere
from marking.questions.usual import FITS, STRIDED_FIT, STRIDES, both, values_of

Pair = tuple[int, int]
# outputs(input_shape, kernel_shape, stride): how many outputs each axis has
Outputs = Callable[[Pair, Pair, int], Iterable[int]]
# products(outputs, pixels, weights): how many products are counted
Products = Callable[[int, int, int], int]


def _outputs(input_shape: Pair, kernel_shape: Pair, stride: int) -> list[int]:
    return [(n - k) // stride + 1 for n, k in zip(input_shape, kernel_shape, strict=True)]


def _counts(
    outputs: Outputs,
    dense: Products = lambda m, n, k: m * n,
    useful: Products = lambda m, n, k: m * k,
) -> Function:
    """(dense, useful) from another count of outputs, or from other products."""

    def answer(input_shape: Pair, kernel_shape: Pair, stride: int) -> Pair:
        m = math.prod(outputs(input_shape, kernel_shape, stride))
        n, k = math.prod(input_shape), math.prod(kernel_shape)
        return dense(m, n, k), useful(m, n, k)

    return answer


MISCONCEPTIONS = (
    Misconception(
        "the two counts are exchanged",
        "The dense count comes first: every entry of C, zeros too. Then the useful ones.",
        lambda *args: count_multiplications(*args)[::-1],
    ),
    Misconception(
        "the stride is ignored",
        "With stride s there are fewer outputs: (n − k) // s + 1 on each axis.",
        lambda input_shape, kernel_shape, stride: count_multiplications(
            input_shape, kernel_shape, 1
        ),
    ),
    Misconception(
        "as many outputs as pixels",
        "The window must fit into the image, so there are fewer outputs than pixels.",
        _counts(lambda n, k, s: n),
    ),
    Misconception(
        "one output too few on each axis",
        "Count the first position too: an axis has (n − k) // s + 1 of them.",
        _counts(lambda n, k, s: [(a - b) // s for a, b in zip(n, k, strict=True)]),
    ),
    Misconception(
        "rounded up instead of down",
        "A window that hangs over the edge does not count: round down.",
        _counts(lambda n, k, s: [-((b - a) // s) + 1 for a, b in zip(n, k, strict=True)]),
    ),
    Misconception(
        "useful counted per pixel, not per output",
        "Each output needs as many useful products as the kernel has weights.",
        _counts(_outputs, useful=lambda m, n, k: n * k),
    ),
    Misconception(
        "useful counted for one output only",
        "Every output needs its own products: multiply by the number of outputs.",
        _counts(_outputs, useful=lambda m, n, k: k),
    ),
    Misconception(
        "dense counted with outputs squared",
        "C has a column for every pixel, not for every output.",
        _counts(_outputs, dense=lambda m, n, k: m * m),
    ),
    Misconception(
        "additions counted as well",
        "Only multiplications are asked for, not the additions between them.",
        _counts(_outputs, lambda m, n, k: m * (2 * n - 1), lambda m, n, k: m * (2 * k - 1)),
    ),
    Misconception(
        "the zeros instead of the useful ones",
        "The second number is how many products meet a weight, not how many meet a zero.",
        _counts(_outputs, useful=lambda m, n, k: m * (n - k)),
    ),
    Misconception(
        "the stride is used on the first axis only",
        "The stride holds for both axes.",
        _counts(lambda n, k, s: [(n[0] - k[0]) // s + 1, n[1] - k[1] + 1]),
    ),
)

# Pixels of one row, of which the dense count needs more than 32 bits.
LARGE = 300_007

DOMAIN = Domain(
    {"input_shape": Shape(("H", "W")), "kernel_shape": Shape(("a", "b")), "stride": STRIDES},
    {
        "H": Whole(1, 40, (1, 3, 4, 7), (LARGE,)),
        "W": Whole(1, 40, (1, 3, 4, 7), (LARGE,)),
        "a": Whole(1, 7, (1, 2, 3), (11, 16)),
        "b": Whole(1, 7, (1, 2, 3), (11, 16)),
    },
    rules=(*FITS, Rule("", lambda v: (v.H < LARGE) & (v.W < LARGE) | (v.H * v.W == LARGE))),
    relations=(
        *values_of("stride", (1, 2, 3), beyond=4),
        Relation("image square", lambda v: v.H == v.W),
        Relation("image tall", lambda v: v.H > v.W),
        Relation("image wide", lambda v: v.H < v.W),
        Relation("kernel square", lambda v: v.a == v.b),
        Relation("kernel tall", lambda v: v.a > v.b),
        Relation("kernel wide", lambda v: v.a < v.b),
    ),
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride")),
    axis_relations=STRIDED_FIT,
)

QUESTION = Question(
    domain=DOMAIN,
    signature="count_multiplications(input_shape, kernel_shape, stride)",
    reference=count_multiplications,
    categories=(
        Category(
            "stride 1",
            1,
            (
                case((4, 4), (3, 3), 1),
                case((Integer(5, 9), Integer(5, 9)), (Integer(2, 4), Integer(2, 4)), 1),
                case((Integer(10, 40), Integer(5, 9)), (Integer(1, 3), Integer(2, 5)), 1),
            ),
            where=lambda v: (v.stride == 1) & (v.H < LARGE) & (v.W < LARGE),
        ),
        Category(
            "larger strides; whole numbers, large ones too",
            1,
            (
                case((Integer(6, 9), Integer(10, 14)), (Integer(2, 4), Integer(2, 5)), 2),
                case(
                    (Integer(10, 20), Integer(10, 20)),
                    (Integer(2, 4), Integer(2, 4)),
                    Integer(3, 4),
                ),
                case((9, 7), (2, 4), 2),
                case((8, 12), (3, 2), 3),
            ),
            checks_contract=True,
            where=everywhere,
        ),
    ),
    ladder=COUNT_MULTIPLICATIONS,
    misconceptions=MISCONCEPTIONS,
    hint="How many outputs are there, and how many entries has one row of C? How many of them are "
    "weights?",
    answer="integers",
)
