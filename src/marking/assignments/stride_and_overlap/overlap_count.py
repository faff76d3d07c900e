"""overlap_count(n, k, s): how many of n copies, each k long and s apart, cover each place."""

import numpy as np

from convtranspose.checkerboard import overlap_count
from marking.assignments.stride_and_overlap._ladders import OVERLAP_COUNT
from marking.questions.arrays import Integer
from marking.questions.domain import Domain
from marking.questions.inputs import Whole
from marking.questions.mistakes import Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Axis, Relation, axis_relations, everywhere
from marking.questions.usual import AS_LONG, STRIDES, WIDE_STRIDES


def _counts(n: int, k: int, s: int) -> np.ndarray:
    """The right answer, by counting."""
    y = np.zeros((n - 1) * s + k, int)
    for i in range(n):
        y[i * s : i * s + k] += 1
    return y


MISCONCEPTIONS = (
    Misconception(
        "covered or not, but not how often",
        "Each place counts once, however many copies lie there. Add 1 for every copy: with arrays "
        "as indices, `+= 1` adds once where an index is repeated.",
        lambda n, k, s: np.minimum(_counts(n, k, s), 1),
    ),
    Misconception(
        "n and k are exchanged",
        "There are n copies, each k long.",
        lambda n, k, s: _counts(k, n, s),
    ),
    Misconception(
        "the stride is ignored", "The copies start s apart.", lambda n, k, s: _counts(n, k, 1)
    ),
    Misconception(
        "the copies lie one place apart",
        "The length is right, but copy i starts at i·s.",
        lambda n, k, s: np.append(_counts(n, k, 1), np.zeros((n - 1) * (s - 1), int)),
    ),
    Misconception(
        "copies one too long",
        "A copy covers the places from i·s to i·s + k − 1: that are k. Is there a `<=` for a `<`?",
        lambda n, k, s: _counts(n, k + 1, s)[:-1],
    ),
    Misconception(
        "k // s everywhere",
        "Near both ends fewer copies reach a place, and where s does not divide k the count is "
        "uneven inside, too.",
        lambda n, k, s: np.full((n - 1) * s + k, k // s),
    ),
    Misconception(
        "k and s are exchanged",
        "The copies start s apart, and each is k long.",
        lambda n, k, s: _counts(n, s, k),
    ),
    Misconception(
        "the output is n·s long",
        "The last copy starts at (n − 1)·s and is k long: (n − 1)·s + k counts in all.",
        lambda n, k, s: np.resize(np.pad(_counts(n, k, s), (0, n * s)), n * s),
    ),
    Misconception(
        "the last count is missing",
        "The last sample of the last copy counts too: (n − 1)·s + k counts in all.",
        lambda n, k, s: _counts(n, k, s)[:-1],
    ),
    Misconception(
        "one count too many",
        "The output ends with the last copy: (n − 1)·s + k counts in all.",
        lambda n, k, s: np.append(_counts(n, k, s), 0),
    ),
    Misconception(
        "copies one too short",
        "Each copy covers k samples: `range(k)` already ends at k − 1.",
        lambda n, k, s: np.append(_counts(n, k - 1, s), 0),
    ),
    Misconception(
        "the last copy is left out",
        "There are n copies: `range(n)` already ends at n − 1.",
        lambda n, k, s: np.append(_counts(n - 1, k, s), np.zeros(s, int)),
    ),
    Misconception(
        "the interior pattern everywhere",
        "Near both ends fewer copies reach a sample. You repeat the pattern of the interior up to "
        "the border.",
        lambda n, k, s: np.array([len(range(i % s, k, s)) for i in range((n - 1) * s + k)]),
    ),
    Misconception(
        "the counts of two axes",
        "One axis is asked for: a vector, not a table.",
        lambda n, k, s: np.outer(_counts(n, k, s), _counts(n, k, s)),
    ),
    Misconception(
        "the position is added, not the count",
        "Add 1 for each copy, whatever its number.",
        lambda n, k, s: sum(
            (np.pad(np.full(k, i), (i * s, (n - 1 - i) * s)) for i in range(n)), np.zeros(1, int)
        ),
    ),
)

DOMAIN = Domain(
    {
        # Some so large that an output has more copies than one byte counts.
        "n": Whole(1, 13, (1, 2, 3), (25, 40, 300)),
        "k": Whole(1, 13, (1, 2, 3, 4), (25, 40, 300)),
        "s": STRIDES,
    },
    relations=(
        Relation(
            "more than 255 copies", lambda v: np.minimum(v.n, -(-v.k // v.s)) > 255, alone=True
        ),
    ),
    axes=(Axis({"n": "n", "k": "k", "s": "s"}),),
    axis_relations=(
        *axis_relations("n", "k", "s"),
        *WIDE_STRIDES,
        Relation("k ≥ n·s", lambda v: v.k >= v.n * v.s),
        Relation("k > (n − 1)s", lambda v: v.k > (v.n - 1) * v.s),
        AS_LONG,
        Relation("k > n > 1, s = 1", lambda v: (v.k > v.n) & (v.n > 1) & (v.s == 1), alone=True),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="overlap_count(n, k, s)",
    reference=overlap_count,
    categories=(
        Category("length of the result", 1, shape_only=True),
        Category(
            "overlapping copies",
            1,
            (
                case(2, 4, 3),
                case(Integer(3, 5), Integer(6, 9), 2),
                case(Integer(4, 6), Integer(3, 5), 2),
                case(Integer(3, 6), Integer(2, 5), 1),
            ),
            where=lambda v: (v.k > v.s) & (v.n > 1),
        ),
        Category(
            "copies that touch or leave gaps",
            1,
            (
                case(3, 2, 2),
                case(Integer(2, 4), Integer(1, 3), Integer(4, 5)),
                case(1, Integer(2, 4), Integer(2, 3)),
            ),
            checks_contract=True,
            where=everywhere,
        ),
    ),
    ladder=OVERLAP_COUNT,
    misconceptions=MISCONCEPTIONS,
    hint="Lay n strips of length k down, each s further on, and count at every place.",
    answer="integer array",
    output="count",
)
