"""same_padding(n, k, s): what TensorFlow's `same` cuts at the start and at the end."""

from convtranspose.geometry import same_padding
from marking.assignments.the_layer._ladders import SAME_PADDING
from marking.questions.arrays import Integer
from marking.questions.domain import Domain
from marking.questions.inputs import Whole
from marking.questions.mistakes import Misconception
from marking.questions.model import Category, Question, case
from marking.questions.relations import Axis, Relation, axis_relations, everywhere
from marking.questions.usual import AS_LONG, STRIDES, WIDE_STRIDES


def _forward(n: int, k: int, s: int) -> tuple[int, int]:
    """What the forward convolution pads."""
    total = max((-(-n // s) - 1) * s + k - n, 0)
    return total // 2, total - total // 2


MISCONCEPTIONS = (
    Misconception(
        "the larger half at the start",
        "Where k − s is odd, TensorFlow cuts the smaller half at the start and the larger half at "
        "the end.",
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
        "Where k < s, the full result is s − k samples too short: crop_end is negative and stands "
        "for zeros appended.",
        lambda n, k, s: same_padding(n, k, s) if k >= s else (0, 0),
    ),
    Misconception(
        "zeros on both sides where k is smaller than s",
        "Where k < s, TensorFlow appends all missing samples at the end: the start stays 0.",
        lambda n, k, s: same_padding(n, k, s) if k >= s else ((k - s) // 2, k - s - (k - s) // 2),
    ),
    Misconception(
        "k − 1 in place of k − s",
        "That is the rule for stride 1. The full result has (n − 1)·s + k samples, and n·s are to "
        "be left.",
        lambda n, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2),
    ),
    Misconception(
        "the forward convolution's padding",
        "This is what TensorFlow pads before a forward convolution; it depends on n modulo s. "
        "Here k − s are cropped.",
        _forward,
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
        "What is cut counts as positive, zeros that are appended count as negative.",
        lambda n, k, s: tuple(-part for part in same_padding(n, k, s)),
    ),
    Misconception(
        "appended zeros counted as positive",
        "Where k < s, the s − k zeros that are appended stand as a negative number: k − s.",
        lambda n, k, s: tuple(map(abs, same_padding(n, k, s))),
    ),
    Misconception(
        "appended at the start where k is smaller than s",
        "Where k < s, all missing samples are appended at the end: the start stays 0.",
        lambda n, k, s: same_padding(n, k, s)[:: 1 if k >= s else -1],
    ),
    Misconception(
        "the end as it stands in a slice",
        "The sign of the second number is turned round. A slice `y[start:-end]` has its own minus: "
        "what is cut counts as positive at both ends, and zeros that are appended as negative.",
        lambda n, k, s: (same_padding(n, k, s)[0], -same_padding(n, k, s)[1]),
    ),
    Misconception(
        "half of k − 1 at both ends",
        "That keeps the size of a picture that an odd kernel slides over with stride 1. The full "
        "result has (n − 1)·s + k samples here, and n·s are to be left.",
        lambda n, k, s: ((k - 1) // 2, (k - 1) // 2),
    ),
    Misconception(
        "the padding of zero insertion",
        "k − 1 − p is what goes around the spread input. Asked for is what is cut from the full "
        "result.",
        lambda n, k, s: tuple(k - 1 - part for part in same_padding(n, k, s)),
    ),
)

DOMAIN = Domain(
    {
        "n": Whole(1, 13, (1, 2, 3), (32, 101)),
        "k": Whole(1, 13, (1, 2, 3), (32, 100, 101)),
        "s": STRIDES,
    },
    axes=(Axis({"n": "n", "k": "k", "s": "s"}),),
    axis_relations=(
        *axis_relations("n", "k", "s"),
        *WIDE_STRIDES,
        AS_LONG,
        Relation("k − s odd > 50", lambda v: (v.k > v.s + 50) & ((v.k - v.s) % 2 == 1), alone=True),
        Relation("k − s odd > 0", lambda v: (v.k > v.s) & ((v.k - v.s) % 2 == 1)),
        Relation("k − s even > 0", lambda v: (v.k > v.s) & ((v.k - v.s) % 2 == 0)),
        Relation("s − k odd > 0", lambda v: (v.k < v.s) & ((v.k - v.s) % 2 == 1)),
        Relation("s − k even > 0", lambda v: (v.k < v.s) & ((v.k - v.s) % 2 == 0)),
        Relation("s divides n", lambda v: v.n % v.s == 0),
    ),
)

QUESTION = Question(
    domain=DOMAIN,
    signature="same_padding(n, k, s)",
    reference=same_padding,
    categories=(
        Category(
            "k − s even",
            1,
            (
                case(3, 4, 2),
                case(Integer(2, 9), 7, 3),
                case(Integer(2, 9), 8, 2),
                case(Integer(2, 9), 3, 3),
            ),
            where=lambda v: (v.k >= v.s) & ((v.k - v.s) % 2 == 0),
        ),
        Category(
            "k − s odd; whole numbers",
            1,
            (
                case(3, 3, 2),
                case(Integer(2, 9), 5, 2),
                case(Integer(2, 9), 8, 3),
                case(Integer(2, 9), Integer(5, 9), 4),
            ),
            checks_contract=True,
            where=lambda v: v.k >= v.s,
        ),
        Category(
            "k smaller than s: zeros appended",
            1,
            (
                case(3, 1, 2),
                case(Integer(2, 9), 2, 5),
                case(Integer(2, 9), Integer(1, 3), Integer(4, 7)),
            ),
            where=everywhere,
        ),
    ),
    ladder=SAME_PADDING,
    misconceptions=MISCONCEPTIONS,
    hint="How long is the full result, and how many samples more than n·s is that? Share them "
    "between both ends.",
    answer="integers",
)
