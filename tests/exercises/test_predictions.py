"""What the notebooks have their readers expect: asked before it is seen, and answered right."""

from __future__ import annotations

import ast

import pytest
from tests.exercises.notebooks import NAMES, grade_id, source

from marking.questions import ASSIGNMENTS
from marking.questions.catalogue import assignments, predictions
from marking.submissions.cells import Role, role

PARTS = [(about, name) for about, prediction in predictions().items() for name in prediction.parts]


def asked_in(name: str) -> dict[str, tuple[int, list[str]]]:
    """The place of each prediction's cell in a notebook, and the parts that it has open."""
    found = {}
    for place, cell in enumerate(source(name).cells):
        if cell.cell_type != "code" or "check_prediction(" not in cell.source:
            continue
        [call] = ast.parse(cell.source).body
        about = ast.literal_eval(call.value.args[0])
        assert all(ast.literal_eval(keyword.value) is ... for keyword in call.value.keywords)
        assert role(cell) is Role.PLAIN, "a prediction is not graded"
        found[about] = (place, [keyword.arg for keyword in call.value.keywords])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_prediction_has_a_cell_before_the_function_is_written(name):
    asked, cells = asked_in(name), source(name).cells
    assert {about: parts for about, (_, parts) in asked.items()} == {
        about: list(made.parts) for about, made in assignments()[name].predictions.items()
    }
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert text.count("**Predict first.**") == len(asked)
    places = {grade_id(cell): place for place, cell in enumerate(cells)}
    for about, (place, _) in asked.items():
        assert "**Predict first.**" in cells[place - 1].source, about
        assert about not in ASSIGNMENTS[name] or place < places[about]


def test_no_two_predictions_are_about_one_thing():
    assert len(predictions()) == sum(len(a.predictions) for a in assignments().values())


def wrong(answer: object) -> object:
    """Something of the same form that is not the answer."""
    if isinstance(answer, bool):
        return not answer
    if isinstance(answer, str):
        return answer[::-1] if answer[::-1] != answer else answer[1:]
    if isinstance(answer, list | tuple):
        return type(answer)([wrong(answer[0]), *answer[1:]])
    return answer + 1


def as_written(answer: object) -> object:
    """An answer as a student writes it."""
    plain = answer.tolist() if hasattr(answer, "tolist") else answer
    return float(f"{plain:.3g}") if isinstance(plain, float) else plain


@pytest.mark.parametrize(("about", "name"), PARTS)
def test_the_right_answer_is_accepted_and_a_wrong_one_is_not(about, name):
    part = predictions()[about].parts[name]
    answer = as_written(part.answer())
    assert part.is_right(answer) is True
    assert part.is_right(wrong(answer)) is False
    if not isinstance(answer, bool | str):
        assert part.is_right("a text") is part.is_right(None) is None
    for example in (word for word in [part.wanted.partition("as in ")[2]] if word):
        assert part.is_right(ast.literal_eval(example)) is False, "the example gives it away"
