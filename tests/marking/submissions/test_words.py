"""No answer in words is lost, wherever it was written and whatever an editor made of its cell."""

import copy
import random

import nbformat
import pytest
from sample_class.folder import ROOT

from marking.submissions.cells import Role, content_id, grade_id, role
from marking.submissions.reading import load_release, read_cells
from marking.submissions.release_text import TEXT_STUB, is_unanswered, prose_in
from marking.submissions.repairing import repair

NAMES = ("rotated-kernel", "transposed-convolution", "the-layer", "learned-upsampling")
RELEASES = {name: load_release(ROOT / "exercises" / name / f"{name}.ipynb") for name in NAMES}
SEEDS = range(5)
WORDS = ("one", "two", "products", "change", "their", "sign", "turned", "kernel", "odd", "because")


def cell(kind, source):
    made = {
        "cell_type": kind,
        "id": f"new-{random.random()}"[:20],
        "metadata": {},
        "source": source,
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def said(rng, number):
    """Some sentences, each of which is like no other."""
    return [
        " ".join([f"Word{number}x{i}", *rng.choices(WORDS, k=rng.randint(2, 9))]) + "."
        for i in range(rng.randint(2, 4))
    ]


# Each writes `lines` as the answer in the box at `place`, as people and editors do it.
def in_the_box(cells, place, lines, rng):
    cells[place]["source"] = "\n\n".join(lines)


def below_the_stub(cells, place, lines, rng):
    cells[place]["source"] += "\n" + "\n".join(lines)


def in_a_box_without_metadata(cells, place, lines, rng):
    in_the_box(cells, place, lines, rng)
    cells[place]["metadata"] = {}


def in_a_box_made_anew(cells, place, lines, rng):
    kind = rng.choice(["markdown", "raw"])
    cells[place] = cell(kind, "\n".join(lines))


def beside_the_box(cells, place, lines, rng):
    cells.insert(place + rng.randint(0, 1), cell(rng.choice(["markdown", "raw"]), "\n".join(lines)))


def in_cells_of_its_own(cells, place, lines, rng):
    del cells[place]
    cells[place:place] = [cell("markdown", line) for line in lines]


def in_two_halves(cells, place, lines, rng):
    in_the_box(cells, place, lines[:1], rng)
    half = copy.deepcopy(cells[place]) if rng.random() < 0.5 else cell("markdown", "")
    half["source"] = "\n".join(lines[1:])
    cells.insert(place + 1, half)


def around_the_box(cells, place, lines, rng):
    cells.insert(place + 1, cell("markdown", "\n".join(lines[1:])))
    cells.insert(place, cell("markdown", lines[0]))


def in_a_comment(cells, place, lines, rng):
    made = cell("code", "\n".join("# " + line for line in lines))
    if rng.random() < 0.5:
        cells[place] = made
    else:
        cells.insert(place + rng.randint(0, 1), made)


def in_a_code_cell(cells, place, lines, rng):
    text = "\n".join(lines)
    source = rng.choice([text, f'"""{text}"""', f"%%markdown\n{text}", f"answer = {text!r}"])
    cells.insert(place + 1, cell("code", source))


def in_a_box_of_another_type(cells, place, lines, rng):
    sign = rng.choice(["", "# "])
    cells[place]["source"] = "\n".join(sign + line for line in lines)
    cells[place]["cell_type"] = rng.choice(["code", "raw"])


def below_the_question(cells, place, lines, rng):
    cells[place - 1]["source"] += rng.choice(["\n\n", "\n", " "]) + "\n".join(lines)


def merged_with_the_question(cells, place, lines, rng):
    cells[place - 1 : place + 1] = [
        cell("markdown", cells[place - 1]["source"] + "\n\n" + "\n".join(lines))
    ]


def above_what_follows(cells, place, lines, rng):
    cells[place + 1]["source"] = "\n".join(lines) + "\n\n" + cells[place + 1]["source"]


def at_the_end(cells, place, lines, rng):
    made = cell("markdown", "\n".join(lines))
    if rng.random() < 0.5:
        made = cell("code", "\n".join("# " + line for line in lines))
    cells.append(made)


def in_the_free_space(cells, place, lines, rng):
    cells[-1]["source"] += "\n" + "\n".join("# " + line for line in lines)


WAYS = [
    way
    for way in list(globals().values())
    if getattr(way, "__code__", None) is not None
    and way.__code__.co_varnames[:4] == ("cells", "place", "lines", "rng")
]


# Each does to all cells what a tool does to them.
def nothing(cells, rng):
    pass


def without_ids(cells, rng):
    for number, one in enumerate(cells):
        one["id"] = f"{rng.random()}"[2:10] + f"-{number}"


def without_metadata(cells, rng):
    without_ids(cells, rng)
    for one in cells:
        one["metadata"] = {"id": one["id"]} if rng.random() < 0.3 else {}


def with_a_word_changed(cells, rng):
    for one in cells:
        if one["cell_type"] == "markdown":
            one["source"] = one["source"].replace("You can say", "You can now say")


def reflowed(cells, rng):
    for one in cells:
        if one["source"].startswith("**A "):
            words = one["source"].split(" ")
            one["source"] = "\n".join(" ".join(words[i : i + 9]) for i in range(0, len(words), 9))


TOOLS = [nothing, without_ids, without_metadata, with_a_word_changed, reflowed]


def boxes(release):
    return [i for i, one in enumerate(release.cells) if role(one) is Role.ANSWER]


def in_boxes(notebook):
    return [one.source for one in notebook.cells if role(one) is Role.ANSWER]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_words_are_in_their_box_wherever_they_were_written(name, way):
    release = RELEASES[name]
    places = boxes(release)
    for seed in SEEDS:
        rng = random.Random(f"{name} {way.__name__} {seed}")
        cells = copy.deepcopy(release.cells)
        lines = [said(rng, number) for number in range(len(places))]
        chosen = rng.randrange(len(places))
        aside = way in (at_the_end, in_the_free_space)  # then only one box may be open
        for number in reversed(range(len(places))):
            if number == chosen:
                way(cells, places[number], lines[number], rng)
            elif aside or rng.random() < 0.5:
                in_the_box(cells, places[number], lines[number], rng)
            else:
                lines[number] = []
        tool = TOOLS[seed]
        tool(cells, rng)
        notebook, notes = repair(read_cells(cells), release)
        nbformat.validate(notebook)
        told = f"{name}, {way.__name__}, {tool.__name__}, seed {seed}: {notes}"
        found = in_boxes(notebook)
        for number, text in enumerate(found):
            if not lines[number]:
                assert text == TEXT_STUB, told
            assert is_unanswered(text) == (not lines[number]), told  # else a person reads it
            flat = " ".join(text.split())
            at = [flat.find(sentence) for sentence in lines[number]]
            assert -1 not in at and at == sorted(at), f"{told}\n{text}"
            for other in range(len(places)):
                assert other == number or f"Word{other}x" not in text, told
            assert all(flat.count(sentence) == 1 for sentence in lines[number]), told
            known = [line for line in release.cells[places[number] - 1].source.split("\n") if line]
            assert not any(line in text for line in known), told
        assert len(notebook.cells) <= len(release.cells) + 1, told
        again, _ = repair(read_cells(notebook.cells), release)
        assert in_boxes(again) == found, told


def opened(name, change):
    """The boxes of a notebook in which nothing is written but by `change`, and the notes."""
    release = RELEASES[name]
    cells = copy.deepcopy(release.cells)
    change(cells)
    notebook, notes = repair(read_cells(cells), release)
    return in_boxes(notebook), " ".join(notes)


@pytest.mark.parametrize("name", NAMES)
def test_where_nothing_is_written_boxes_stay_as_they_were_given_out(name):
    def write_code(cells):
        for one in cells:
            if role(one) is Role.SOLUTION:
                one["source"] = (
                    f"def {grade_id(one)}(*given):\n    # the kernel is odd\n    return 1"
                )
        cells.insert(3, cell("markdown", "Notes on question 1: both axes of the kernel turn."))
        cells.append(cell("code", "def reflected(x):\n    # as in a mirror, on all sides\n    ..."))

    for tool in TOOLS:
        for written in (lambda cells: None, write_code):

            def change(cells, tool=tool, written=written):
                written(cells)
                tool(cells, random.Random(0))

            found, _ = opened(name, change)
            assert set(found) == {TEXT_STUB}, tool.__name__


def test_words_that_may_belong_to_either_of_two_open_boxes_are_shown_in_both_as_unclear():
    lines = ["Word0x0 it restores the shape.", "Word0x1 and with stride 1 it is one."]
    found, notes = opened(
        "transposed-convolution", lambda cells: at_the_end(cells, None, lines, random.Random(1))
    )
    assert all(
        "not clear which" in text and lines[0] in text and lines[1] in text for text in found
    )
    assert notes.count("may be the answer") == 2


def test_a_lost_question_does_not_lose_the_answers_around_it():
    release = RELEASES["the-layer"]
    first, second = boxes(release)

    def change(cells):
        in_a_box_made_anew(cells, second, ["Word1x0 there."], random.Random(0))
        in_a_box_made_anew(cells, first, ["Word0x0 here."], random.Random(0))
        del cells[first + 1 : second]

    found, _ = opened("the-layer", change)
    assert found == ["Word0x0 here.", "Word1x0 there."]


def test_a_text_of_an_earlier_release_is_nobodys_answer():
    def change(cells):
        place = boxes(RELEASES["the-layer"])[0]
        old = "**A question in words.** What was asked here in the year before, in other words?"
        cells[place - 1] = {
            "cell_type": "markdown",
            "id": content_id("markdown", old),
            "metadata": {},
            "source": old,
        }

    assert opened("the-layer", change)[0] == [TEXT_STUB, TEXT_STUB]


def test_a_picture_goes_with_the_words():
    png = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg"
        "YGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
    )
    release = RELEASES["rotated-kernel"]
    cells = copy.deepcopy(release.cells)
    made = cell("markdown", "See ![photo](attachment:photo.png)")
    made["attachments"] = {"photo.png": {"image/png": png}}
    cells.insert(boxes(release)[0] + 1, made)
    notebook, _ = repair(read_cells(cells), release)
    [box] = [one for one in notebook.cells if role(one) is Role.ANSWER]
    assert "attachment:photo.png" in box.source and "photo.png" in box["attachments"]


@pytest.mark.parametrize(
    ("source", "prose"),
    [
        ("# one\n\n#two", "one\n\ntwo"),
        ("'said'", "said"),
        ("The kernel is odd, so signs change.", "The kernel is odd, so signs change."),
        ("%%markdown\nIt is odd, I think.", "It is odd, I think."),
        ("x = 1  # odd", None),
        ("def f(x):\n    return (x", None),
        ("%pip install numpy", None),
        ("!ls", None),
        ("1 + 1", None),
    ],
)
def test_words_in_a_code_cell_are_told_from_code(source, prose):
    assert prose_in(source) == prose
