"""What is handed in has bounds: whoever goes beyond them is told so, and nobody waits for it."""

import base64
import json
import os

import pytest
from sample_class.answers import LOOPS
from sample_class.folder import ROOT, released
from sample_class.students import ASSIGNMENT, FULL, Student, add_first, write

from marking.errors import TimeIsUp, Unreadable
from marking.files import digest_of_start
from marking.kernels.launcher import KernelLauncher
from marking.kernels.outputs import IMAGES, OutputBox, Room, verified_image
from marking.kernels.tiers import choose_tier
from marking.limits import (
    MAX_BYTES,
    MAX_CANDIDATES,
    MAX_FILES,
    MAX_HASHED,
    MAX_NESTING,
    MAX_NOTEBOOK_PIXELS,
    MAX_PIXELS,
    MAX_RUN,
    MAX_SOURCE,
    MAX_TEXT,
    MAX_TEXTS,
    MAX_VALUES,
    Times,
)
from marking.processes import time_limit
from marking.submissions import helping, matching, release_text, repairing, running
from marking.submissions.reading import (
    choose_notebook,
    digest_of_submission,
    load_release,
    parse,
    read_cells,
)
from marking.submissions.repairing import repair, repair_submission
from marking.submissions.running import mark_notebook

RELEASE = load_release(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
RIGHT = Student("", (write(LOOPS),), {}).submission(released())


def png(width, height):
    head = IMAGES["image/png"] + (13).to_bytes(4, "big") + b"IHDR"
    return base64.b64encode(head + width.to_bytes(4, "big") + height.to_bytes(4, "big")).decode()


def jpeg(width, height, before=b""):
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return base64.b64encode(b"\xff\xd8" + before + frame + bytes(20)).decode()


def hand_in(folder, data=RIGHT, name=f"{ASSIGNMENT}.ipynb"):
    (folder / name).write_bytes(data)


def holes(folder, count, size=MAX_BYTES):
    for number in range(count):
        with open(folder / f"hole-{number:03}.bin", "wb") as file:
            file.truncate(size)


def test_many_large_files_are_looked_into_up_to_a_bound_only(tmp_path, monkeypatch):
    hand_in(tmp_path)
    holes(tmp_path, 20)
    read = []

    def counted(path, most, at_once):
        found = digest_of_start(path, most, at_once)
        read.append(found[1])
        return found

    monkeypatch.setattr("marking.submissions.reading.digest_of_start", counted)
    first = digest_of_submission(tmp_path, ASSIGNMENT)
    assert sum(read) <= MAX_HASHED
    os.truncate(tmp_path / "hole-019.bin", 5)  # beyond the bound a change of size is seen
    second = digest_of_submission(tmp_path, ASSIGNMENT)
    hand_in(tmp_path, RIGHT + b"\n")
    assert len({first, second, digest_of_submission(tmp_path, ASSIGNMENT)}) == 3


def test_a_file_is_read_piece_by_piece(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    assert digest_of_start(path, 1000, 7) == digest_of_start(path, 2000, 1000)
    assert digest_of_start(path, 999, 7) != digest_of_start(path, 1000, 7)


def test_the_notebook_is_found_and_counts_among_too_many_files(tmp_path):
    for number in range(MAX_FILES + 10):
        (tmp_path / f"a{number:05}.txt").touch()
    hand_in(tmp_path)
    path, notes = choose_notebook(tmp_path, ASSIGNMENT, RELEASE)
    assert path.name == f"{ASSIGNMENT}.ipynb" and "very many files" in notes[0]
    before = digest_of_submission(tmp_path, ASSIGNMENT)
    hand_in(tmp_path, RIGHT + b" ")
    assert digest_of_submission(tmp_path, ASSIGNMENT) != before


def test_of_many_notebooks_without_the_name_only_some_are_opened(tmp_path, monkeypatch):
    for number in range(3 * MAX_CANDIDATES):
        hand_in(tmp_path, name=f"n{number:02}.ipynb")
    opened = []
    real = repairing.read_bounded
    monkeypatch.setattr(
        "marking.submissions.reading.read_bounded", lambda path: opened.append(path) or real(path)
    )
    path, notes = choose_notebook(tmp_path, ASSIGNMENT, RELEASE)
    assert path.name == "n00.ipynb" and len(opened) == MAX_CANDIDATES
    assert any("only 10 were looked into" in note for note in notes)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"cells": [], "metadata": ' + b"[" * (MAX_NESTING + 1) + b"]" * 101 + b"}", "nested"),
        (b'{"cells": [' + b"[]," * MAX_VALUES + b"[]]}", "values"),
        (b'{"cells": [' + b"0," * (MAX_VALUES + 1) + b"0]}", "values"),
        (b'{"cells": ["' + b'\\"[' * 200_000, "damaged"),
        (b'"' + b"\\" * 1_000_001, "damaged"),
        (json.dumps({"cells": [{"source": "x" * MAX_SOURCE}] * 6}).encode(), "characters"),
        (json.dumps({"cells": [{}] * 1001}).encode(), "at most 1000"),
    ],
    ids=range(9),
)
def test_a_notebook_beyond_a_bound_is_refused_in_a_sentence(data, words):
    with time_limit(20), pytest.raises(Unreadable, match=words):
        parse(data)


def test_brackets_and_commas_in_texts_are_no_structure():
    source = '[{,"\\' * 60_000
    cells = parse(json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode())
    assert cells[0].source == source[:MAX_SOURCE]


def test_a_cell_that_is_too_long_is_cut_with_a_note():
    notebook = released()
    add_first("#" * (MAX_SOURCE + 1))(notebook)
    _, notes = repair(read_cells(notebook["cells"]), RELEASE)
    assert any(f"the first {MAX_SOURCE} characters" in note for note in notes)


def test_each_cell_is_parsed_once_however_many_functions_are_sought(monkeypatch):
    parsed = []
    real = matching.parsed
    for module in (matching, release_text):
        monkeypatch.setattr(module, "parsed", lambda text: parsed.append(text) or real(text))
    cells = [{"cell_type": "code", "source": f"x = {number}"} for number in range(300)]
    repair(read_cells(cells), RELEASE)
    # once for the functions, once for words, of which the release's are known by two
    assert len(parsed) <= 2 * 300 + 3 * len(RELEASE.cells)


def test_reading_ends_when_its_time_is_up(tmp_path, monkeypatch):
    def forever(*_arguments):
        while True:
            pass

    hand_in(tmp_path)
    monkeypatch.setattr(repairing, "READING_SECONDS", 0.2)
    monkeypatch.setattr(repairing, "parse", forever)
    submission = repair_submission(tmp_path, ASSIGNMENT, RELEASE)
    assert "could not be read within" in submission.reason


def test_a_time_limit_leaves_nothing_behind():
    with pytest.raises(TimeIsUp), time_limit(0.05):
        while True:
            pass
    with time_limit(5):
        pass
    import signal

    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("name", [b"\xff.ipynb", b"\x1b[2J.ipynb", b"x\xe2\x80\xae.ipynb"])
def test_a_name_that_cannot_be_printed_is_made_printable(tmp_path, name):
    path = os.path.join(os.fsencode(tmp_path), name)
    with open(path, "wb") as file:
        file.truncate(MAX_BYTES + 1)
    submission = repair_submission(tmp_path, ASSIGNMENT, RELEASE)
    assert submission.reason.isprintable()
    with open(path, "wb") as file:
        file.write(RIGHT)
    for note in repair_submission(tmp_path, ASSIGNMENT, RELEASE).notes:
        assert note.isprintable() and note.encode("utf-8")


@pytest.mark.parametrize("make", [png, jpeg])
def test_a_picture_of_very_many_pixels_is_dropped(make):
    mime = "image/png" if make is png else "image/jpeg"
    assert verified_image(make(100, 100), IMAGES[mime]) is not None
    assert verified_image(make(60_000, 60_000), IMAGES[mime]) is None
    assert verified_image(make(MAX_PIXELS // 5000 + 1, 5000), IMAGES[mime]) is None


def test_a_jpeg_that_hides_its_size_is_dropped():
    magic = IMAGES["image/jpeg"]
    assert verified_image(jpeg(10, 10, b"\xff\xe0\x00\x04ab"), magic) is not None
    assert verified_image(jpeg(10, 10, b"\xff\xe0\x00\x02garbage"), magic) is None


def test_all_pictures_of_a_notebook_together_have_bounds():
    picture = {"image/png": png(4000, 4000)}
    cells = [
        {"cell_type": "markdown", "source": "x", "attachments": {f"{n}.png": picture}}
        for n in range(12)
    ]
    notebook, notes = repair(read_cells(cells), RELEASE)
    kept = sum(len(cell.get("attachments", {})) for cell in notebook.cells)
    assert 0 < kept * 16_000_000 <= MAX_NOTEBOOK_PIXELS
    assert any("of pictures" in note for note in notes)


def test_all_cells_outputs_together_have_bounds():
    room = Room(text=100, images=3, image_bytes=10_000, pixels=1000)
    kept = []
    for _ in range(5):
        box = OutputBox(room)
        box.add("display_data", {"data": {"image/png": png(20, 20)}})
        box.add("stream", {"name": "stdout", "text": "x" * 40})
        kept.append(box.outputs())
    pictures = [o for outputs in kept for o in outputs if "image/png" in o.get("data", {})]
    text = "".join(o.text for outputs in kept for o in outputs if o.output_type == "stream")
    assert len(pictures) == 2  # of the pixels there was room for two
    assert text.count("x") == 100 and "was cut" in text


@pytest.mark.parametrize(
    "text", ["a" + " " * 75_000 + "b", "*" * 75_000, "[" * 75_000, "\\begin{a}" * 8_000]
)
def test_text_that_renderers_take_for_ever_over_is_cut(text):
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    cells = [{"cell_type": "markdown", "source": text + str(number)} for number in range(12)]
    notebook, _ = repair(read_cells(cells), RELEASE)
    own = [c.source for c in notebook.cells if text[:30] in c.source]
    assert own and sum(map(len, own)) < MAX_TEXTS + 12 * 200
    assert all(len(source) <= MAX_TEXT + 200 for source in own)
    assert all(text[0] * (MAX_RUN + 1) not in source for source in own)
    with time_limit(60):
        markdown2html_mistune(own[0])


def test_the_texts_of_the_assignment_are_not_cut():
    notebook, notes = repair(read_cells(released()["cells"]), RELEASE)
    assert [c.source for c in notebook.cells] == [c.source for c in RELEASE.cells] and not notes


def test_cells_that_die_now_and_then_do_not_start_kernels_for_ever(monkeypatch):
    notebook = released()
    write(LOOPS)(notebook)
    dying = {"cell_type": "code", "source": "import os; os._exit(1)", "metadata": {}, "outputs": []}
    notebook["cells"][1:1] = [dying | {"id": f"d{number}"} for number in range(6)]
    repaired, _ = repair(read_cells(notebook["cells"]), RELEASE)
    monkeypatch.setattr(running, "MAX_KERNEL_STARTS", 4)
    starts = []
    real = running.start_kernel
    monkeypatch.setattr(running, "start_kernel", lambda *given: starts.append(1) or real(*given))
    with KernelLauncher(choose_tier(unsafe=True)) as launcher:
        marks = mark_notebook(repaired, launcher, "seed", Times())
    assert len(starts) == 4
    assert {name: mark.points for name, mark in marks.items()} == dict.fromkeys(FULL, 0)
    assert all("ended its Python process 4 times" in mark.text for mark in marks.values())


def test_what_is_run_again_counts_for_the_time_of_the_whole_notebook(monkeypatch):
    """Cells that were well the first time and are slow when they are run again."""
    notebook = released()
    write(LOOPS)(notebook)
    slow = "import time; time.sleep(0.6)"
    cells = [{"cell_type": "code", "source": slow, "metadata": {}} for _ in range(8)]
    cells.append({"cell_type": "code", "source": "import os; os._exit(1)", "metadata": {}})
    notebook["cells"][1:1] = cells * 3
    repaired, _ = repair(read_cells(notebook["cells"]), RELEASE)
    ran = []
    real = running.Kernel.run
    monkeypatch.setattr(
        running.Kernel, "run", lambda self, *given: ran.append(given[0]) or real(self, *given)
    )
    with KernelLauncher(choose_tier(unsafe=True)) as launcher:
        mark_notebook(repaired, launcher, "seed", Times(submission=6.0))
    assert ran.count(slow) <= 12  # without the look at the time: 8 + 16 + 24 and more


def test_time_that_is_up_when_imports_have_failed_costs_no_mark_of_others(monkeypatch):
    """The lines of such a cell are run one by one; none of them is, once the time is up."""
    notebook = released()
    write(LOOPS)(notebook)
    add_first("import nothing_of_this_name")(notebook)
    repaired, _ = repair(read_cells(notebook["cells"]), RELEASE)
    spent = [""]
    real = running.single_statements

    def single_statements(source):
        spent[0] = "the whole notebook had used up its time"
        return real(source)

    monkeypatch.setattr(running, "single_statements", single_statements)
    monkeypatch.setattr(running.NotebookRun, "_spent", lambda self: spent[0])
    with KernelLauncher(choose_tier(unsafe=True)) as launcher:
        marks = mark_notebook(repaired, launcher, "seed", Times())
    assert {name: mark.points for name, mark in marks.items()} == dict.fromkeys(FULL, 0)
    assert all("had used up its time" in mark.text for mark in marks.values())


def test_a_fault_of_the_examiners_costs_its_question_only(monkeypatch):
    real = helping.examine

    def stumbling(question, answerer, seed):
        if question.name == "zero_pad":
            raise IndexError("nobody foresaw it")
        return real(question, answerer, seed)

    monkeypatch.setattr(helping, "examine", stumbling)
    notebook = released()
    write(LOOPS)(notebook)
    repaired, _ = repair(read_cells(notebook["cells"]), RELEASE)
    with KernelLauncher(choose_tier(unsafe=True)) as launcher:
        marks = mark_notebook(repaired, launcher, "seed", Times())
    assert {name: mark.points for name, mark in marks.items()} == FULL | {"zero_pad": 0}
    assert "IndexError: nobody foresaw it" in marks["zero_pad"].fault
    assert "your instructor is told" in marks["zero_pad"].text
