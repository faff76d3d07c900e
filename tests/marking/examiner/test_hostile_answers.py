"""Answers whose classes raise, lie or never end, and odd shapes: each gets a verdict, in time."""

import itertools

import numpy as np
import pytest

from marking.examiner import examine
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS

QUICK = ["rotate180", "count_multiplications", "is_even"]


class Refusal(Exception):
    """Raised by everything that hostile classes are asked."""


def refuse(*args, **kwargs):
    raise Refusal


ASKED = ("__iter__", "__str__", "__repr__", "__array__", "__eq__", "__len__", "__getitem__")
ASKED += ("__bool__", "__int__", "__index__", "__float__", "__getattribute__", "__array_function__")
ASKED += ("__array_ufunc__", "__hash__", "__format__", "__ne__", "__lt__", "__abs__", "__pos__")
REFUSING = dict.fromkeys(ASKED, refuse)


class Nameless(type):
    """A class that does not tell its name."""

    __name__ = property(refuse)


class Meta(Nameless):
    """Nor what belongs to it."""

    def __instancecheck__(cls, value):
        raise Refusal

    def __subclasscheck__(cls, other):
        raise Refusal


def hostile(base):
    return Meta("Hostile", (base,), dict(REFUSING))


class Endless(list):
    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 10**9


class EndlessTuple(tuple):
    def __iter__(self):
        return itertools.count()

    def __getitem__(self, index):
        return self


class Liar(np.ndarray):
    shape = property(lambda self: (10**6, 10**6))
    dtype = property(lambda self: "no dtype")

    def astype(self, *args, **kwargs):
        return "no array"

    def tobytes(self, *args):
        return "no bytes"

    def __array_finalize__(self, other):
        pass


class PretendedArray:
    __class__ = np.ndarray


class PretendedText:
    __class__ = str


class EvilText(str):
    def __getitem__(self, index):
        return object()

    def encode(self, *args):
        raise Refusal


class Unnamed(Exception, metaclass=Nameless):
    def __str__(self):
        raise Refusal


class Wordy(Exception):
    def __str__(self):
        return EvilText("x" * 10**6)


class Leaving(Exception):
    def __str__(self):
        raise SystemExit(3)


def array_of(cls):
    return np.ones((2, 2)).view(cls)


def raising(error):
    raise error


def lots():
    """A list inside a list, often enough to fill memory if it were written out."""
    value = [0] * 100
    for _ in range(6):
        value = [value] * 100
    return value


HOSTILE = {
    "a hostile list": lambda: hostile(list)([1, 2]),
    "a hostile tuple": lambda: hostile(tuple)([1, 2]),
    "a hostile int": lambda: hostile(int)(3),
    "a hostile float": lambda: hostile(float)(0.5),
    "a hostile text": lambda: hostile(str)("a"),
    "a hostile array": lambda: array_of(hostile(np.ndarray)),
    "a hostile scalar": lambda: hostile(np.float64)(1.5),
    "a hostile integer scalar": lambda: hostile(np.int64)(1),
    "a hostile object": lambda: object.__new__(hostile(object)),
    "a pair of hostile arrays": lambda: (array_of(hostile(np.ndarray)), array_of(Liar)),
    "an endless list": lambda: Endless([1, 2, 3]),
    "an endless tuple": lambda: EndlessTuple([1, 2, 3]),
    "a lying array": lambda: array_of(Liar),
    "no array": PretendedArray,
    "no text": PretendedText,
    "an evil text": lambda: EvilText("abc"),
    "an error without a name": lambda: raising(Unnamed()),
    "an error of many words": lambda: raising(Wordy()),
    "an error that leaves": lambda: raising(Leaving()),
    "leaving": lambda: raising(SystemExit(EvilText("bye"))),
    "a generator": lambda: (i for i in itertools.count()),
    "an iterator": itertools.count,
    "a class": lambda: Unnamed,
    "objects": lambda: np.array([object(), None], dtype=object),
    "numbers as objects": lambda: np.array([[1, 2], [3, 4]], dtype=object),
    "a masked array": lambda: np.ma.masked_array(np.ones((2, 2)), [[0, 1], [0, 0]]),
    "all masked": lambda: np.ma.masked,
    "a matrix": lambda: np.ones((2, 2)).view(np.matrix),
    "a record": lambda: np.zeros(2, [("a", "f8"), ("b", "i4")]),
    "times": lambda: np.zeros(2, "datetime64[s]"),
    "a time": lambda: np.datetime64("2020-01-01"),
    "a void": lambda: np.void(b"abc"),
    "text of NumPy": lambda: np.str_("a"),
    "a huge array": lambda: np.broadcast_to(1.0, (10**9, 10**6)),
    "many axes": lambda: np.ones((1,) * 32),
    "nothing in it": lambda: np.ones((0, 3)),
    "no axes": lambda: np.array(1.0),
    "long doubles": lambda: np.ones((2, 2), np.longdouble),
    "a long double": lambda: np.longdouble(1) / 3,
    "a complex number": lambda: np.complex64(1j),
    "half precision": lambda: np.ones((2, 2), np.float16),
    "bytes": lambda: b"abc" * 10**6,
    "a long integer": lambda: 10**5000,
    "a not so long integer": lambda: 2**899,
    "long integers": lambda: [2**899, 0.5],
    "infinities": lambda: [float("inf"), -float("inf"), float("nan")],
    "a ragged list": lambda: [[1, 2], [3]],
    "arrays of two shapes": lambda: [np.ones((2, 2)), np.ones(3)],
    "lists in lists": lots,
    "a dictionary": lambda: {1: 2},
    "a set": lambda: {1},
    "not implemented": lambda: NotImplemented,
}


def check(what, question):
    make = HOSTILE[what]
    verdict = examine(QUESTIONS[question], FunctionAnswerer(lambda *args, **kwargs: make()))
    assert not verdict.passed
    assert verdict.sentences and all(verdict.sentences)


@pytest.mark.parametrize("question", QUICK)
@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_comes_back_there_is_a_verdict(what, question):
    check(what, question)


@pytest.mark.soak
@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - set(QUICK)))
@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_comes_back_there_is_a_verdict_on_every_question(what, question):
    check(what, question)


@pytest.mark.parametrize("what", HOSTILE)
def test_who_is_hostile_now_and_then_gets_a_verdict_too(what):
    """The answers that can be read are compared with those that cannot."""
    question, make = QUESTIONS["phase_sums"], HOSTILE[what]

    def f(w, s):
        return make() if s == 2 else question.reference(w, s)

    verdict = examine(question, FunctionAnswerer(f))
    assert not verdict.passed and verdict.counterexample is not None


@pytest.mark.parametrize("question", QUESTIONS)
def test_zeros_in_the_shape_of_an_argument_get_a_verdict(question):
    """Probes of the coefficients are answered in another shape, or not at all."""

    def f(*args, **kwargs):
        given = [a for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray)]
        return np.zeros(given[0].shape) if given else 0

    verdict = examine(QUESTIONS[question], FunctionAnswerer(f))
    assert not verdict.passed and all(verdict.sentences)


def test_a_function_that_enlarges_its_argument_is_told_so():
    def f(h):
        right = h[::-1, ::-1].copy()
        if h.base is None and h.flags.c_contiguous and h.flags.writeable:
            h.resize((400, 400), refcheck=False)
        return right

    said = " ".join(examine(QUESTIONS["rotate180"], FunctionAnswerer(f)).sentences)
    assert "changes its argument `h`" in said


def test_an_error_is_told_whatever_its_class_hides():
    said = examine(QUESTIONS["rotate180"], FunctionAnswerer(lambda h: raising(Unnamed()))).sentences
    assert said[0].startswith("`rotate180` stopped with Unnamed (line ")
