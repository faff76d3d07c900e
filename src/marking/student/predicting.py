"""`check_prediction(…)`: whether what was expected is what will come out.  Never any points.

What was predicted is kept while the notebook runs, and taken up again once the function is right.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping

from marking.questions import QUESTIONS
from marking.questions.catalogue import predictions
from marking.questions.predictions import Part, Prediction, value_shown
from marking.student.showing import show_sentences
from marking.terminal import shortened

MAX_SHOWN = 60  # characters of what a student predicted
_made: dict[str, dict[str, object]] = {}  # what was predicted last, by what it is about
_solved: set[str] = set()  # the functions that have passed their check


def check_prediction(about: object, /, *given: object, **parts: object) -> None:
    """Say whether a prediction is right: of the function called `about`, each part by its name or
    in order.

    Raises nothing, whatever it is given: a prediction must never stop a notebook.
    """
    # Not isinstance: an object may claim any class, or refuse to name its own.
    if type(about) is not str or about not in predictions():
        show_sentences(
            [
                f"There is no prediction about {_shown(about)}: leave that name as it was given "
                "out, and put what you expect in place of the dots."
            ]
        )
        return
    prediction = predictions()[about]
    expected: dict[str, object] = {name: ... for name in prediction.parts} | dict(
        zip(prediction.parts, given, strict=False)
    )
    unknown = [name for name in parts if name not in prediction.parts]
    expected |= {name: value for name, value in parts.items() if name in prediction.parts}
    _made[about] = expected
    said = [
        f"The prediction has no part `{name}`; it has {_listed(prediction.parts)}."
        for name in unknown[:1]
    ]
    if about in _solved:
        said += _resolved(prediction, expected)
    else:
        said += _judged(about, prediction, expected)
    show_sentences(said)


def taken_up_again(function: str) -> list[str]:
    """What is said of the prediction about a function that has just passed its check; nothing if
    the cell of the prediction was not run.
    """
    _solved.add(function)
    prediction = predictions().get(function)
    if prediction is None or function not in _made:
        return []
    return _resolved(prediction, _made[function])


def _judged(about: str, prediction: Prediction, expected: Mapping[str, object]) -> list[str]:
    """What is said before the function is written: never the answer."""
    said, right = [], True
    for name, part in prediction.parts.items():
        value = expected[name]
        judged = None if value is ... else part.is_right(value)
        right = right and judged is True
        said.append(_sentence(name, part, value, judged))
    if right:
        return ["Your prediction is right. " + prediction.why]
    if all(value is ... for value in expected.values()):
        return ["Put what you expect in place of the dots, and run this cell again."]
    later = (
        f"it is taken up again once `check({about})` passes"
        if about in QUESTIONS
        else "look at what comes out, and run this cell again"
    )
    return [*said, f"A prediction costs nothing: {later}."]


def _sentence(name: str, part: Part, value: object, judged: bool | None) -> str:
    if value is ...:
        return f"`{name}` is open yet: {part.wanted}."
    if judged is None:
        return f"`{name}` is {_shown(value)}; wanted: {part.wanted}."
    return f"`{name}` is right." if judged else f"`{name}` will not be {_shown(value)}."


def _resolved(prediction: Prediction, expected: Mapping[str, object]) -> list[str]:
    """What is said once the function is right: what it is, and what was predicted."""
    said = []
    for name, part in prediction.parts.items():
        value, answer = expected[name], value_shown(part.answer())
        if value is ...:
            said.append(f"`{name}` is {answer}.")
        elif part.is_right(value):
            said.append(f"`{name}` is {answer}, as you predicted.")
        else:
            said.append(f"`{name}` is {answer}; you predicted {_shown(value)}.")
    opened = all(value is ... for value in expected.values())
    start = "The prediction was left open: " if opened else "Your prediction: "
    return [start + " ".join(said), prediction.why]


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _shown(value: object) -> str:
    """What a student wrote, in one line."""
    try:
        return shortened(" ".join(reprlib.repr(value).split()), MAX_SHOWN)
    except Exception:  # an object of any kind may refuse to be written
        return "something that cannot be written"
