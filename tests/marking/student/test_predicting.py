"""`check_prediction`: right or wrong, taken up again, and never a reason to stop."""

import numpy as np
import pytest

from marking import check, check_prediction
from marking.student import predicting

RIGHT = {"corner": (1, 2), "twice": [[1, 2, 3], [4, 5, 6]]}


def rotate180(h):
    return np.array(h[::-1, ::-1])


@pytest.fixture
def said(capsys, monkeypatch):
    """What a prediction is answered with, in a notebook that has just been opened."""
    monkeypatch.setattr(predicting, "_made", {})
    monkeypatch.setattr(predicting, "_solved", set())

    def ask(*given, **parts):
        assert check_prediction(*given, **parts) is None  # no number that could be taken for points
        return capsys.readouterr().out

    return ask


def test_a_right_prediction_is_told_why(said):
    assert "Your prediction is right." in said("rotate180", **RIGHT)
    assert "Your prediction is right." in said("rotate180", *RIGHT.values())
    assert "Your prediction is right." in said("zero_pad", zeros="44")


def test_a_wrong_one_is_not_told_the_answer(said):
    out = said("zero_pad", zeros=40)
    assert "zeros will not be 40" in out and "44" not in out
    assert "once check(zero_pad) passes" in out


def test_dots_are_an_invitation(said):
    assert "in place of the dots" in said("zero_pad", zeros=...)
    assert "twice is open yet" in said("rotate180", corner=(1, 2), twice=...)


ODD = [None, "", "many", [], [[1], [1, 2]], {}, {"a": 1}, object(), lambda: 3, type]
ODD += [
    float("nan"),
    np.array(["x"]),
    10**400,
    1j,
    b"44",
    True,
    range(3),
    {1, "a"},
    np.ones((2, 2)),
]


@pytest.mark.parametrize("number", range(len(ODD)))  # pytest would look at the values
def test_odd_input_gets_a_sentence(said, number):
    odd = ODD[number]
    for out in (said("zero_pad", zeros=odd), said("rotate180", odd, odd), said("is_even", odd)):
        assert out.strip() and "Traceback" not in out
    assert said("zero_pad", none=odd).startswith("The prediction has no part none; it has zeros.")
    assert said(odd).startswith("There is no prediction about")


def test_an_object_that_refuses_to_be_looked_at_gets_a_sentence(said):
    class Refuses:
        def __getattribute__(self, name):
            raise RuntimeError("never")

        def __repr__(self):
            raise RuntimeError("never")

    for given in ({"zeros": Refuses()}, {"other": Refuses()}):
        assert said("zero_pad", **given).strip()
    assert "something that cannot be written" in said(Refuses())


def test_it_is_taken_up_again_once_the_function_is_right(said, capsys):
    check(rotate180)
    assert "predict" not in capsys.readouterr().out  # whoever predicted nothing is told nothing
    predicting._solved.clear()
    said("rotate180", corner=(0, 0), twice=...)
    assert check(rotate180) == 2
    out = capsys.readouterr().out
    assert "corner is [1, 2]; you predicted (0, 0)" in out and "twice is [[1, 2, 3]" in out
    assert "as you predicted" in said("rotate180", **RIGHT)


def test_a_wrong_function_takes_nothing_up(said, capsys):
    said("rotate180", corner=(0, 0))

    def rotate180(h):
        return h.copy()

    assert check(rotate180) < 2
    assert "predicted" not in capsys.readouterr().out
