"""The examiner: asks a function questions, compares exactly, and says what is wrong.

It knows nothing of notebooks or kernels.  It puts calls through an `Answerer` and believes nothing but the arrays and
numbers that come back.

Why a few random points prove so much.  Most functions of the course are linear or bilinear in their arrays with whole
coefficients.  Two different such functions, asked at integers drawn from ±10⁶, agree in an entry where they differ
with probability at most 2/(2·10⁶) (Schwartz 1980; Zippel 1979): below 10⁻⁶, and every case is a fresh draw.  Sums of
products of such integers stay below 2⁵³, so float64 holds them exactly and the comparison is `==`.  A right answer
that rounds (an FFT, say) is let through if it is off by less than 2⁻⁴⁵ of the largest expected entry.  For integers
up to 10⁶ and the handful of terms asked about, that is below one half, while two different integers are at least one
apart: rounding is forgiven, a wrong term is not.
"""

from __future__ import annotations

from .explanation import explain
from .protocol import Answerer
from .questions.model import Question
from .sitting import sit
from .verdict import CategoryResult, Verdict


def examine(question: Question, answerer: Answerer, seed: object = 0) -> Verdict:
    """Mark one function.

    The same `seed` (any text or number) gives the same cases.  Never raises for a fault of the student's.
    """
    sitting = sit(question, answerer, seed)
    results = tuple(CategoryResult(c.name, float(c.points), sitting.passed(c)) for c in question.categories)
    if all(result.passed for result in results):
        return Verdict(question.name, results, note=sitting.note)
    return explain(question, answerer, sitting, results)


def accepts(question: Question, answerer: Answerer, seed: object = 0) -> bool:
    """Whether a function earns full points; `examine` without the explanation."""
    sitting = sit(question, answerer, seed)
    return all(sitting.passed(category) for category in question.categories)
