"""Mistakes in one region of the allowed inputs: they are caught, and the audit tells where not."""

import dataclasses

import numpy as np
import pytest

from marking.authoring import regions
from marking.authoring.seeing import UNSEEN, seen
from marking.cli import main
from marking.examiner import accepts
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS
from marking.questions.arrays import BARE, LAYOUTS, SIGNS, Array
from marking.questions.covering import SUITES, Cover, Suite, contexts_of
from marking.questions.domain import Domain
from marking.questions.inputs import Choice, Entries, Whole
from marking.questions.relations import Relation

DECLARED = [name for name, question in QUESTIONS.items() if question.domain is not None]
QUICKLY = ["--sittings", "1", "--mutants", "0"]
QUICK = ["rotate180", "output_size", "phase_sums"]
SIDES = Domain(
    {"x": Entries(("H", "W")), "s": Whole(1, 3), "mode": Choice(("a", "b"))},
    {"H": Whole(1, 4), "W": Whole(1, 4), "make": Choice(("even", "odd"))},
    defaults={"s": 1, "mode": "a"},
    relations=(Relation("s > H", lambda v: v.s > v.H),),
)


class Forgetful(Cover):
    """Leaves out of every suite the calls in one region."""

    def __init__(self, domain, steps, forgotten):
        super().__init__(domain, steps)
        self.forgotten = forgotten

    def suite(self, seed):
        whole = super().suite(seed)
        kept = [
            (call, step)
            for call, step in zip(whole.calls, whole.steps, strict=True)
            if not self.forgotten(call)
        ]
        return Suite(tuple(call for call, _ in kept), tuple(step for _, step in kept))


def forgetful(question, region):
    """The question with no case in `region`: neither listed nor drawn."""
    domain = question.domain

    def forgotten(call):
        contexts = contexts_of(domain, regions.columns([call]))
        return any(c[region.first, 0] & c[region.second, 0] for c in contexts)

    categories = tuple(dataclasses.replace(category, cases=()) for category in question.categories)
    copy = dataclasses.replace(question, categories=categories)
    steps = [category.where for category in categories if category.where is not None]
    copy.__dict__["_cover"] = Forgetful(domain, steps, forgotten)  # a cached property
    copy.__dict__["_twins"] = {number: [] for number in range(SUITES)}  # none made of others
    return copy


def test_what_is_seen_of_a_call_is_what_was_drawn_where_it_shows():
    x = np.asfortranarray([[1.5, -2], [0.5, 3]])
    found = seen(SIDES, (x,), {"s": 2})
    assert (found["H"], found["W"], found["s"]) == (2, 2, 2)
    assert (found["mode"], found["mode.given"], found["s.given"]) == (0, False, True)
    assert found["by position"] == 1
    x_entries = SIDES.arguments["x"]
    assert x_entries.layouts[found["x.layout"]] == "Fortran"
    assert x_entries.kinds[found["x.kind"]] == "eighths"
    assert x_entries.signs[found["x.sign"]] == "mixed"
    assert found["make"] == UNSEEN
    row = seen(SIDES, (np.asfortranarray([[1.0, 2.0]]),), {}, {"make": 1})
    assert row["make"] == 1
    assert x_entries.layouts[row["x.layout"]] == "C"  # one row has no other order
    assert x_entries.signs[row["x.sign"]] == "positive"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("sign", BARE)
def test_what_shows_little_of_where_numbers_go_is_seen_as_what_was_drawn(sign, layout):
    x = Array((3, 4), limit=9, sign=sign, layout=layout).draw(np.random.default_rng(2))
    assert SIDES.arguments["x"].signs[seen(SIDES, (x,), {})["x.sign"]] == sign


def test_few_calls_hold_what_shows_little_and_no_pair_counts_on_them():
    relations = SIDES.call_relations
    assert {r.name for r in relations if r.alone} >= {f"x {sign}" for sign in BARE}
    drawn = SIDES.draw(np.random.default_rng(0), 1000)
    bare = drawn["x.sign"] >= len(SIGNS)
    assert 0 < bare.sum() < 100


@pytest.mark.parametrize("name", QUICK)
def test_every_region_is_asked_about(name):
    found = regions.coverage(QUESTIONS[name])
    assert found.count(True) > 20 and found.count(False) > 200
    assert found.problems == []


@pytest.mark.soak
@pytest.mark.parametrize("name", DECLARED)
def test_every_region_of_every_question_is_asked_about(name):
    assert regions.coverage(QUESTIONS[name]).problems == []


def check_mistakes(name, count, seed):
    """Regional mistakes are refused exactly where a call of the sitting lies in their region."""
    question = QUESTIONS[name]
    hidden = [n for n, size in question.domain.sizes.items() if isinstance(size, Choice)]
    visible = [
        region
        for region in regions.regions_of(question)
        if not any(f"{name}: " in region.words for name in hidden)
    ]
    for region in visible[:: max(1, len(visible) // count)]:
        mistake = FunctionAnswerer(regions.regional_mistake(question, region))
        assert accepts(question, mistake, seed) != regions.asks(question, region, seed), region


@pytest.mark.parametrize("name", QUICK)
def test_regional_mistakes_are_refused(name):
    check_mistakes(name, 25, seed=3)


@pytest.mark.soak
@pytest.mark.parametrize("name", DECLARED)
def test_regional_mistakes_of_every_question_are_refused(name):
    for seed in range(3):
        check_mistakes(name, 100, seed)


def test_outside_its_region_a_regional_mistake_is_right():
    question = QUESTIONS["zero_pad"]
    region = next(r for r in regions.regions_of(question) if r.words == "x int64")
    mistake = regions.regional_mistake(question, region)
    x = np.array([[1, 2], [3, 4]])
    right = np.pad(x, 1)
    assert np.array_equal(mistake(x.astype(float), 1), right)
    assert not np.array_equal(mistake(x, 1), right)


def told(name, region):
    found = regions.coverage(forgetful(QUESTIONS[name], region))
    assert region.words in found.never
    assert found.problems[0].startswith("no sitting of 20 asks where ")


@pytest.mark.parametrize("single", [True, False])
def test_a_region_that_no_case_lies_in_is_told(single):
    # one that what is declared and what is seen agree on
    words = "s = 2" if single else "s = 2, with k odd > 1"
    told("phase_sums", next(r for r in found_in("phase_sums", words)))


@pytest.mark.soak
@pytest.mark.parametrize("name", DECLARED)
def test_a_region_of_any_question_that_no_case_lies_in_is_told(name):
    told(name, next(r for r in regions.regions_of(QUESTIONS[name]) if "by position" in r.words))


def found_in(name, words):
    parts = set(words.split(", with "))
    return (
        r for r in regions.regions_of(QUESTIONS[name]) if set(r.words.split(", with ")) == parts
    )


def test_the_audit_fails_on_a_region_that_no_case_lies_in(monkeypatch, capsys):
    region = next(found_in("phase_sums", "s = 2"))
    spoilt = forgetful(QUESTIONS["phase_sums"], region)
    monkeypatch.setitem(QUESTIONS, "phase_sums", spoilt)
    assert main(["audit", "checkerboard", *QUICKLY, "--regions"]) == 1
    told = capsys.readouterr()
    assert "phase_sums: no sitting of 20 asks where s = 2" in told.err
    assert any(line.startswith("phase_sums ") and "%" in line for line in told.out.splitlines())


def test_shares_below_what_is_wanted_are_told():
    one, two = regions.Region(0, 0, "a"), regions.Region(0, 1, "a, with b")
    found = regions.Coverage("f", 20, (one, two), (19, 17))
    assert [problem[:40] for problem in found.problems] == [
        "a mistake in a single relation is caught",
        "a mistake in a pair of relations is caug",
    ]
    assert regions.Coverage("f", 20, (one, two), (20, 18)).problems == []


def test_a_question_without_a_domain_has_no_regions():
    question = dataclasses.replace(QUESTIONS["rotate180"], domain=None)
    with pytest.raises(ValueError, match="rotate180 declares no domain"):
        regions.regions_of(question)
