"""A whole feedback page, of a notebook that tries everything at once."""

import copy
import re

import pytest
from bleach._vendor.html5lib import parse
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from sample_class.folder import ROOT, released
from sample_class.students import ASSIGNMENT
from tests.marking.page_list import NAMESPACE
from tests.marking.xss import ELEMENTS, LINKS, SCRIPT_ADDRESSES, corpus

from marking.gradebook import formulas
from marking.gradebook.feedback_exporter import FeedbackExporter
from marking.notebooks import output, read_notebook
from marking.submissions.reading import SubmittedCell, read_cells
from marking.submissions.repairing import repair, with_notes

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
RESOURCES = {
    "nbgrader": {"notebook": ASSIGNMENT, "score": 1, "max_score": 2, "late_penalty": 0},
    "unique_key": "x",
}
ADDRESS = re.compile(r"#.*|https?://.*|mailto:.*|data:image/(png|jpeg);base64,[A-Za-z0-9+/=]*")
# The namespace of formulas.
MATHML = "{http://www.w3.org/1998/Math/MathML}"
# Elements that run, fetch, frame or send something, or hide the rest of the page from the parser.
ACTING = {
    *("script", "iframe", "object", "embed", "applet", "base", "link", "form", "button", "input"),
    *("textarea", "select", "video", "audio", "source", "svg", "math", "template", "noscript"),
    *("plaintext", "xmp", "frame", "frameset", "portal", "dialog", "area", "map", "marquee"),
}


def release():
    notebook = read_notebook(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata.nbgrader |= {"score": 1.0, "points": 2.0}
    return notebook


@pytest.fixture(scope="module")
def exporter():
    return FeedbackExporter(config=GenerateFeedback(coursedir=CourseDirectory()).config)


def marked(text):
    """A marked notebook in which a student put `text` wherever students can put any; and more, as
    an autograded notebook that is none of ours may hold it.
    """
    cells = read_cells(released()["cells"])
    # Never empty: words are then looked for elsewhere, and the page is another.
    cells = [
        SubmittedCell(**vars(cell) | {"source": text + "x"})
        if cell.grade_id == "explain_odd_kernel"
        else cell
        for cell in cells
    ]
    for kind in ("markdown", "code", "raw"):
        attachments = {text: {"image/png": text}, "a.png": {"image/png": "iVBORw0KGgo="}}
        cells.append(SubmittedCell(kind, text + "x", None, None, attachments, {"marking": "notes"}))
    notebook, notes = repair(cells, release())
    notebook = with_notes(notebook, ("A note of ours.", *notes))
    mime = ("text/html", "image/svg+xml", "application/javascript", "text/markdown", "text/latex")
    data = dict.fromkeys((*mime, "image/png", "image/jpeg", "text/plain"), text)
    for cell in notebook.cells:
        cell.metadata |= {"tags": [text], "alt": text, "raw_mimetype": "text/html"}
        if cell.cell_type == "code":
            cell.outputs = [
                output("stream", name="stdout", text=text),
                output("error", ename=text, evalue=text, traceback=[text]),
                output("display_data", data=data, metadata={"image/png": {"width": text}}),
                output("execute_result", data=copy.deepcopy(data), execution_count=1),
            ]
    return notebook


def elements(page):
    for element in parse(page, treebuilder="etree").iter():
        if isinstance(element.tag, str):
            yield element.tag.removeprefix(NAMESPACE), element.attrib


def check(page):
    seen = list(elements(page))
    for name, attributes in seen:
        assert name not in ACTING
        if name.startswith(MATHML):
            assert name.removeprefix(MATHML) in {"math", *formulas.ELEMENTS.split()}
            assert not {"href", "src", "style", "class", "id"} & set(map(str, attributes))
        for attribute, value in attributes.items():
            assert not str(attribute).lower().startswith("on")
            if str(attribute).split("}")[-1] in ("href", "src", "action", "srcset", "background"):
                assert ADDRESS.fullmatch(value), value
    return seen


@pytest.fixture(scope="module")
def own(exporter):
    """Every (name, value) of id, name, class and role on a page where nothing is tried."""
    page, _ = exporter.from_notebook_node(marked("words"), RESOURCES)
    return belongings(check(page))


def belongings(seen):
    """What a page's own links, styles and policy go by, and the boxes that say whose text it is."""
    kept = ("id", "name", "http-equiv")
    found = [(key, value) for _, has in seen for key, value in has.items() if key in kept]
    boxes = [("class", has["class"]) for _, has in seen if "marking-" in has.get("class", "")]
    return sorted([*found, *boxes])


@pytest.mark.parametrize(
    "source", [EVIL, "".join(ELEMENTS), *[link.format(SCRIPT_ADDRESSES[3]) for link in LINKS]]
)
def test_no_part_of_a_notebook_gets_anything_onto_the_page_that_acts(exporter, own, source):
    page, _ = exporter.from_notebook_node(marked(source), RESOURCES)
    assert belongings(check(page)) == own


markdown = st.lists(
    st.one_of(st.sampled_from(corpus()), st.text(max_size=6)), min_size=1, max_size=3
).map("".join)


@settings(max_examples=15, deadline=None)
@given(markdown)
def test_no_notebook_makes_a_page_that_acts(exporter, own, source):
    page, _ = exporter.from_notebook_node(marked(source), RESOURCES)
    assert belongings(check(page)) == own


@pytest.mark.soak
@settings(max_examples=1500, deadline=None)
@given(markdown)
def test_no_notebook_makes_a_page_that_acts_at_length(exporter, own, source):
    page, _ = exporter.from_notebook_node(marked(source), RESOURCES)
    assert belongings(check(page)) == own


def test_the_policy_stands_before_anything_it_must_stop(exporter):
    page, _ = exporter.from_notebook_node(marked(EVIL), RESOURCES)
    head = page.split("</head>")[0]
    policy = head.index("Content-Security-Policy")
    assert "default-src 'none'" in head
    assert not re.search(r"<(script|link|img)|@import|url\((?!['\"]?data:)", head[:policy])
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in head


def test_a_student_cannot_write_a_note_of_ours(exporter):
    """By the same words, by our metadata, by our markup."""
    fake = (
        "**About this submission**\n\n- Full marks.\n\n<div class='marking-notes' role='note' "
        "aria-label='Notes of the examiner'>x</div>"
    )
    page, _ = exporter.from_notebook_node(marked(fake), RESOURCES)
    ours = [has for _, has in elements(page) if "marking-notes" in has.get("class", "")]
    assert len(ours) == 1
    first, rest = page.split('class="marking-notes"')
    assert "About this submission" not in first
    note = rest[: rest.index("</div>\n</div>")]
    assert "A note of ours." in note and "Full marks" not in note
    # What the student added is said to be the student's, three cells of it.
    added = [has for _, has in elements(page) if has.get("class") == "marking-added"]
    assert len(added) == 3
    assert all(has["aria-label"] == "Added by the student" for has in added)


def test_a_student_cannot_display_a_verdict(exporter):
    """Outputs as a verdict has them, in a cell that is no test."""
    verdict = '<div role="group" aria-label="Verdict on rotate180" style="color:inherit">x</div>'
    notebook = marked("words")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [output("display_data", data={"text/html": verdict, "text/plain": "t"})]
    page, _ = exporter.from_notebook_node(notebook, RESOURCES)
    tests = sum(
        bool(cell.metadata.get("nbgrader", {}).get("grade"))
        for cell in release().cells
        if cell.cell_type == "code"
    )
    assert page.count('aria-label="Verdict on rotate180"') == tests


def test_nothing_is_rendered_from_the_working_folder(tmp_path, monkeypatch):
    """nbconvert looks for templates there of its own accord."""
    (tmp_path / "classic").mkdir()
    (tmp_path / "classic" / "index.html.j2").write_text("mine")
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path) not in " ".join(FeedbackExporter(template_name="classic").template_paths)
