"""The examiner: everything that judges a student's code.

Students write `from marking import check, check_prediction`; the import stays light until one of
them is used.
"""

import sys as _sys

__all__ = ["check", "check_prediction"]


def check(f: object, hint: int | None = None, another_way: bool = False) -> float:
    """Mark the function f here and now: shows the verdict and gives back the points (see
    `marking.student.in_jupyter`).

    With `hint` 1 to 4 shows a hint instead: a question, the place, the mistake and its cure, an
    example by hand.  With `another_way`, where f has all points, two other right answers.
    """
    from marking.student.in_jupyter import check as check_here

    return check_here(f, _sys._getframe(1), hint, another_way)


def check_prediction(about: object, /, *given: object, **parts: object) -> None:
    """Say whether a prediction is right; never any points (see `marking.student.predicting`)."""
    from marking.student.predicting import check_prediction as check_here

    check_here(about, *given, **parts)


if _sys.platform == "emscripten":  # Python in a browser
    from marking.student.integers import widen as _widen

    _widen()

if "IPython" in _sys.modules:
    from marking.student.watching import watch as _watch

    _watch()
