"""What several questions of this assignment share."""

from collections.abc import Callable

import numpy as np

from marking.questions.domain import Domain
from marking.questions.inputs import Entries
from marking.questions.mistakes import Function
from marking.questions.relations import Relation, axis_relations
from marking.questions.usual import PHASES, SHARED_FACTOR, STRIDES, both, image

# Any kernel with any stride.
KERNEL_AND_STRIDE = Domain(
    {"w": Entries(("H", "W")), "s": STRIDES},
    image("H", "W"),
    written={"H": "a", "W": "b"},
    relations=(
        *PHASES,
        Relation(
            "k = s > 1 on both",
            lambda v: (v.H == v.s) & (v.W == v.s) & (v.s > 1),
            alone=True,
            once=True,
        ),
    ),
    axes=both(k=("H", "W"), s=("s", "s")),
    axis_relations=(*axis_relations("k", "s"), SHARED_FACTOR),
)


def per_phase(measure: Callable[[np.ndarray], float]) -> Function:
    """measure(sub-kernel) for every phase; 0 where a phase has no weights."""

    def answer(w: np.ndarray, s: int) -> np.ndarray:
        parts = [[w[i::s, j::s] for j in range(s)] for i in range(s)]
        return np.array(
            [[measure(part) if part.size else 0 for part in row] for row in parts], float
        )

    return answer


def whole_periods(w: np.ndarray, s: int) -> np.ndarray:
    """w without the rows and columns beyond the last multiple of s."""
    return w[: w.shape[0] // s * s, : w.shape[1] // s * s]


def ones(rng: np.random.Generator, shape: tuple[int, ...], limit: int) -> np.ndarray:
    """Fills an array with ones."""
    return np.ones(shape)
