"""train(x, target, w0, stride, steps, rate): gradient descent on the kernel, and its losses."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from convtranspose.learning import loss_gradient, train
from marking.assignments.learned_upsampling._ladders import TRAIN
from marking.assignments.learned_upsampling._shared import error, exact_fit
from marking.questions.arrays import USUAL, Array, magnitude
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Choice, Computed, Condition, Entries, Variables, Whole
from marking.questions.mistakes import Function, Misconception
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, axis_relations, plain
from marking.questions.usual import PLACED_SIZES, SHORT, STRIDES, both, values_of

Gradient = Callable[[np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]
Trained = tuple[np.ndarray, np.ndarray]  # the kernel, the losses


def _loss(e: np.ndarray) -> float:
    return float(np.sum(e**2) / 2)


def _descent(
    gradient: Gradient = loss_gradient,
    *,
    losses: Literal["before", "after"] = "before",
    sign: int = -1,
    extra: int = 0,
    loss: Callable[[np.ndarray], float] = _loss,
    frozen: bool = False,
    decaying: bool = False,
) -> Function:
    """Gradient descent with one thing changed."""

    def answer(
        x: np.ndarray, target: np.ndarray, w0: np.ndarray, stride: int, steps: int, rate: float
    ) -> Trained:
        w, seen = w0.astype(float), []
        first = gradient(x, w, target, stride)
        for step in range(steps + extra):
            g = first if frozen else gradient(x, w, target, stride)
            if losses == "before":
                seen.append(loss(error(x, w, target, stride)))
            w = w + sign * (rate / (step + 1) if decaying else rate) * g
            if losses == "after":
                seen.append(loss(error(x, w, target, stride)))
        return w, np.array(seen)

    return answer


def _scaled_gradient(factor: Callable[[np.ndarray], float]) -> Gradient:
    """The gradient times factor(target)."""
    return lambda x, w, target, stride: factor(target) * loss_gradient(x, w, target, stride)


def _normalised(x: np.ndarray, w: np.ndarray, target: np.ndarray, stride: int) -> np.ndarray:
    g = loss_gradient(x, w, target, stride)
    return g / (float(np.linalg.norm(g)) or 1.0)


def _with_last_loss(
    x: np.ndarray, target: np.ndarray, w0: np.ndarray, stride: int, steps: int, rate: float
) -> Trained:
    w, losses = train(x, target, w0, stride, steps, rate)
    return w, np.append(losses, _loss(error(x, w, target, stride)))


def _until_learned(
    x: np.ndarray, target: np.ndarray, w0: np.ndarray, stride: int, steps: int, rate: float
) -> Trained:
    w, losses = train(x, target, w0, stride, steps, rate)
    return w, losses[: np.argmin(losses)] if np.any(losses == 0) else losses


MISCONCEPTIONS = (
    Misconception(
        "uphill instead of downhill",
        "The loss grows: the gradient points uphill. Subtract rate · gradient.",
        _descent(sign=1),
    ),
    Misconception(
        "one step too few",
        "The last step is missing: `range(steps)` already ends at steps − 1.",
        _descent(extra=-1),
    ),
    Misconception(
        "only the first step",
        "There is one step, whatever `steps` says: does the `return` stand inside the loop?",
        lambda x, target, w0, stride, steps, rate: train(
            x, target, w0, stride, min(steps, 1), rate
        ),
    ),
    Misconception(
        "one step too many",
        "There is one step more than `steps` says.",
        _descent(extra=1),
    ),
    Misconception(
        "the loss after each step",
        "Note the loss before the step, so that the first number belongs to w0.",
        _descent(losses="after"),
    ),
    Misconception(
        "the last loss noted as well",
        "There are `steps` losses, one before each step; yours has one more.",
        _with_last_loss,
    ),
    Misconception(
        "the loss without its ½",
        "The loss is ½ · the sum of the squared errors.",
        _descent(loss=lambda e: float(np.sum(e**2))),
    ),
    Misconception(
        "the mean squared error noted as the loss",
        "The loss is ½ · the sum of the squared errors, not their mean.",
        _descent(loss=lambda e: float(np.mean(e**2))),
    ),
    Misconception(
        "the gradient is twice as large as it should be",
        "The ½ in the loss takes away the 2 that comes from the square.",
        _descent(_scaled_gradient(lambda target: 2)),
    ),
    Misconception(
        "the gradient of the mean",
        "The loss is a sum of squares: do not divide the gradient by the number of outputs.",
        _descent(_scaled_gradient(lambda target: 1 / target.size)),
    ),
    Misconception(
        "the gradient of the first step in every step",
        "The gradient changes with w: compute it anew in every step.",
        _descent(frozen=True),
    ),
    Misconception(
        "the rate shrinks with the steps",
        "Here the rate stays the same in every step.",
        _descent(decaying=True),
    ),
    Misconception(
        "steps of equal length",
        "Each step is rate · gradient: it becomes shorter as the gradient does. You divide by the "
        "gradient's length.",
        _descent(_normalised),
    ),
    Misconception(
        "started from zero instead of w0",
        "The first kernel is w0.",
        lambda x, target, w0, stride, steps, rate: train(
            x, target, np.zeros(w0.shape), stride, steps, rate
        ),
    ),
    Misconception(
        "kernel and losses exchanged",
        "Give back the kernel first, then the losses.",
        lambda *args: train(*args)[::-1],
    ),
    Misconception(
        "the stride is ignored",
        "The output of the kernel with stride s is what the target has the shape of.",
        lambda x, target, w0, stride, steps, rate: train(x, target, w0, 1, steps, rate),
    ),
    Misconception(
        "the rate is ignored",
        "Each step is rate · gradient: you go by the gradient alone.",
        lambda x, target, w0, stride, steps, rate: train(x, target, w0, stride, steps, 1.0),
    ),
    Misconception(
        "the root of the loss noted",
        "The loss is ½ · the sum of the squared errors, without a root.",
        _descent(loss=lambda e: float(np.sqrt(np.sum(e**2)))),
    ),
    Misconception(
        "the mean squared error with its ½ noted as the loss",
        "The loss is ½ · the sum of the squared errors, not half their mean.",
        _descent(loss=lambda e: float(np.mean(e**2) / 2)),
    ),
    Misconception(
        "the sum of the absolute errors noted as the loss",
        "The loss is ½ · the sum of the squared errors.",
        _descent(loss=lambda e: float(np.sum(np.abs(e)))),
    ),
    Misconception(
        "the kernel before the last step",
        "Give back the kernel after the last step; yours is the one before it.",
        lambda x, target, w0, stride, steps, rate: (
            train(x, target, w0, stride, max(steps - 1, 0), rate)[0],
            train(x, target, w0, stride, steps, rate)[1],
        ),
    ),
    Misconception(
        "the loop is left once nothing is to be learned",
        "Where the loss is 0 your loop ends early (`break`): note `steps` losses all the same.",
        _until_learned,
    ),
    Misconception(
        "only the last loss",
        "Keep a record: one loss for every step, `steps` of them.",
        lambda x, target, w0, stride, steps, rate: (
            train(x, target, w0, stride, steps, rate)[0],
            train(x, target, w0, stride, steps, rate)[1][-1:],
        ),
    ),
    Misconception(
        "nothing is learned",
        "The kernel that comes back is w0: assign the changed kernel to w in every step.",
        lambda x, target, w0, stride, steps, rate: (
            w0,
            np.full(steps, _loss(error(x, w0, target, stride))),
        ),
    ),
)


def _small(*shape: int) -> Array:
    """Small numbers, with which a rate of a hundredth neither stalls nor diverges."""
    return Array(shape, limit=3)


# A kernel that has nothing to learn: it stays as it is, and every loss is 0.
_FITTED_X, _FITTED_W, _FITTED_TARGET = exact_fit()

# The rate that goes with the arrays: this share of a rate with which the loss is sure to fall.
# With "too fast" it grows, slowly enough for every digit to be compared; with "bursting" it grows
# in eight steps or more beyond what a float holds, and the kernel does not.
RATES = {"no": 0.0, "slow": 0.01, "usual": 0.25, "fast": 1.0, "too fast": 4.0, "far too fast": 1e4}
BURSTING = "bursting"
_NAMES = (*RATES, BURSTING)
_BURSTS = 8  # steps


def _rate(row: Mapping[str, Any]) -> float | int:
    """The rate of a drawn call, as a person would write it: one digit.

    The largest eigenvalue of the quadratic loss is at most (Σ|x|)², so a rate below twice its
    inverse makes the loss fall.
    """
    name = _NAMES[row["rates"]]
    share = RATES[name] if name != BURSTING else 10 ** (190 / max(row["steps"], _BURSTS))
    most = magnitude(_KINDS[row["x.kind"]], _LIMIT) * row["H"] * row["W"]
    rate = float(f"{share / most**2:.0e}")
    return int(rate) if rate.is_integer() else rate


_KINDS = (*USUAL, "minute")
_LIMIT = 1000


def _bursts(v: Variables) -> Condition:
    """Whether the rate is one with which the losses outgrow every float, given steps enough."""
    return np.asarray(v.rates == _NAMES.index(BURSTING))


def _narrow(v: Variables) -> Condition:
    """Whether an array is float32, in which a right answer overflows much earlier."""
    float32 = _KINDS.index("float32")
    arrays = [v[f"{name}.kind"] == float32 for name in ("x", "target", "w0")]
    return np.asarray(np.any(arrays, axis=0))


DOMAIN = Domain(
    {
        "x": Entries(("H", "W"), kinds=_KINDS, limit=_LIMIT),
        "target": Entries(("R", "Q"), kinds=_KINDS, limit=_LIMIT),
        "w0": Entries(("a", "b"), kinds=_KINDS, limit=_LIMIT),
        "stride": STRIDES,
        "steps": Whole(0, 12, (1, 2, 3), (13, 20)),
        "rate": Computed(_rate, "number, 0 or more"),
    },
    {**dict.fromkeys("HWab", SHORT), "rates": Choice(_NAMES)},
    derived={
        "R": lambda v: (v.H - 1) * v.stride + v.a,
        "Q": lambda v: (v.W - 1) * v.stride + v.b,
    },
    written=PLACED_SIZES,
    rules=(Rule("", lambda v: (v.rates <= _NAMES.index("too fast")) | ~_narrow(v)),),
    relations=values_of("steps", (0, 1, 2, 3), beyond=4)
    + (
        Relation("steps ≥ 8", lambda v: v.steps >= 8),
        Relation("losses overflow", lambda v: _bursts(v) & (v.steps >= _BURSTS), alone=True),
    ),
    axes=both(n=("H", "W"), k=("a", "b"), s=("stride", "stride")),
    axis_relations=axis_relations("n", "k", "s"),
)

_MOST_CANCELLED = 1e5  # of 1e16; right answers are compared to nine digits


def _conditioned(
    x: np.ndarray, target: np.ndarray, w0: np.ndarray, stride: int, steps: int, rate: float
) -> bool:
    """Whether no step is so much larger than the kernel that it leads to that its rounding shows.

    A large rate does that where the terms of the gradient cancel, by chance, to nearly nothing.
    """
    x, target, w = (np.asarray(a, float) for a in (x, target, w0))
    most = rate * np.sum(np.abs(x))  # times the largest error it bounds the terms of a step
    with np.errstate(all="ignore"):
        if most * (np.max(np.abs(target)) + _reach(x, w)) <= _MOST_CANCELLED * np.max(np.abs(w)):
            return True  # with a rate so small no later step is worse
        for _ in range(steps):
            terms = most * (np.max(np.abs(target)) + _reach(x, w))
            w, _losses = train(x, target, w, stride, 1, rate)
            if terms > _MOST_CANCELLED * np.max(np.abs(w)):
                return False
    return True


def _reach(x: np.ndarray, w: np.ndarray) -> float:
    """A bound on the largest output."""
    return float(np.sum(np.abs(x)) * np.max(np.abs(w)))


QUESTION = Question(
    domain=DOMAIN,
    conditioned=_conditioned,
    signature="train(x, target, w0, stride, steps, rate)",
    reference=train,
    categories=(
        Category(
            "one step",
            1,
            (
                case(_small(2, 2), _small(3, 3), _small(2, 2), 1, 1, 0.01),
                case(_small(2, 3), _small(4, 6), _small(2, 2), 2, 1, 0.02),
            ),
            where=lambda v: plain(v) & (v.steps == 1),
        ),
        Category(
            "several steps",
            2,
            (
                case(_small(2, 2), _small(5, 5), _small(3, 3), 2, 3, 0.01),
                case(_small(3, 2), _small(5, 3), _small(3, 2), 1, 4, 0.02),
                case(_small(2, 3), _small(5, 9), _small(2, 3), 3, 2, 0.02),
                case(_FITTED_X, _FITTED_TARGET, _FITTED_W, 2, 2, 0.02),
            ),
            where=lambda v: plain(v) & (v.steps > 1) & ~_bursts(v),
        ),
        kinds_of_numbers(
            case(_small(2, 2), _small(3, 3), _small(2, 2), 1, 0, 0.01),
            case(
                Array((2, 2), "int64", limit=3),
                Array((4, 4), "int64", limit=3),
                Array((2, 2), "int64", limit=3),
                2,
                3,
                0.01,
            ),
            case(
                Array((2, 2), limit=3, step=1 / 8),
                _small(3, 3),
                Array((2, 2), limit=3, step=1 / 8),
                1,
                3,
                0.05,
            ),
            name="no steps at all; losses that overflow; whole numbers, fractions; arguments left "
            "alone",
        ),
    ),
    ladder=TRAIN,
    moderate=case(_small(12, 12), _small(26, 26), _small(4, 4), 2, 5, 0.0001),
    misconceptions=MISCONCEPTIONS,
    hint="Print the loss, the gradient and the kernel in every step, with their shapes, and do the "
    "first step by hand.",
    answer="arrays",
    rounds=True,
    output="w, losses",
)
