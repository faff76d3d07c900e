"""The examiner: asks a function questions, compares exactly, and says what is wrong.

It knows nothing of notebooks or kernels.  It puts calls through an `Answerer` and believes nothing
but the arrays and numbers that come back.

Why a few random points prove so much.  Most functions of the course are linear or bilinear in their
arrays with whole coefficients.  Two different such functions, asked at integers drawn from ±10⁶,
agree in an entry where they differ with probability at most 2/(2·10⁶) (Schwartz 1980; Zippel 1979):
below 10⁻⁶, and every case is a fresh draw.  Sums of products of such integers stay below 2⁵³, so
float64 holds them exactly and the comparison is `==`.  A right answer that rounds (an FFT, say) is
let through if it is off by less than 2⁻⁴⁵ of the largest expected entry.  For integers up to 10⁶
and the handful of terms asked about, that is below one half, while two different integers are at
least one apart: rounding is forgiven, a wrong term is not.
"""

from __future__ import annotations

from marking.examiner.asking import ask
from marking.examiner.calls import Answerer
from marking.examiner.explaining import explain_safely
from marking.examiner.sparing import spare
from marking.examiner.verdict import CategoryResult, Verdict
from marking.questions.model import Question


def examine(question: Question, answerer: Answerer, seed: object = 0) -> Verdict:
    """Mark one function.

    The same `seed` (any text or number) gives the same cases.  Never raises for anything that the
    student's side answers.
    """
    examination = spare(question, answerer, ask(question, answerer, seed))
    results = tuple(
        CategoryResult(c.name, float(c.points), examination.passed(c)) for c in question.categories
    )
    if all(result.passed for result in results):
        return Verdict(question.name, results, note=examination.note)
    return explain_safely(question, answerer, examination, results)


def accepts(question: Question, answerer: Answerer, seed: object = 0) -> bool:
    """Whether a function earns full points; `examine` without the explanation."""
    examination = ask(question, answerer, seed)
    return all(examination.passed(category) for category in question.categories)
