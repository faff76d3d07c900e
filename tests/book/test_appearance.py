"""Which files a page loads, and how it is described to those who have not opened it."""

from __future__ import annotations

from types import SimpleNamespace

from tests.book.extensions import extension

appearance = extension("appearance")
publishing = extension("publishing")
searching = extension("searching")


def files(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(filename=f"_static/{name}") for name in names]


def loaded(body: str, *names: str) -> list[str]:
    return [
        file.filename.removeprefix("_static/") for file in appearance.own_files(files(*names), body)
    ]


def test_a_page_loads_what_it_has_a_use_for_once_and_nothing_of_other_looks():
    every = ("basic.css", "pygments.css", "mystnb.0a1b.css", "identity.css", "identity.css")
    assert loaded("<p>words</p>", *every, "explore.css", "doctools.js") == ["identity.css"]
    figure = '<div class="explore" id="overlap">'
    assert loaded(figure, "explore.js", "start.js", "calculator.js") == [
        "explore.js",
        "calculator.js",  # of another extension, which asks for it on its own page
    ]
    live = '<div class="live" id="overlap">'
    assert loaded(live, "explore.js", "fullscreen.js", "search.js") == ["fullscreen.js"]
    assert loaded("[search]", "fullscreen.js", "search.js") == ["search.js"]


def test_a_description_is_made_of_whole_sentences():
    from docutils.core import publish_doctree

    first = "A sentence of some length that says what the page is about and a little more. "
    page = publish_doctree(f"One\n===\n\n{first * 4}\n\nTwo\n===\n\nOther words.")
    words = publishing.description(page)
    assert words == (first * 2).strip() and len(words) <= publishing.LONGEST


def test_formulas_in_excerpts_are_text_or_left_out():
    assert searching.formula(r"s^2") == "s²"
    assert searching.formula(r"n \times k") == "n × k"
    assert searching.formula(r"C^{\mathsf T}y") == "Cᵀy"
    assert searching.formula(r"k \le s") == "k ≤ s"
    assert searching.formula(r"\sum_{u} w[u]") == "…"
    assert searching.formula(r"\left( x \right)") == "…"
    assert searching.tidy("one  ,\n two .") == "one, two."


def test_the_words_of_the_card_are_inside_it():
    figure = publishing.card("Transposed convolution, from first principles")
    assert len(figure.texts) == 2
    for text in figure.texts:
        box = text.get_window_extent()
        assert box.x0 > 630 and box.x1 < 1180 and box.y0 > 0 and box.y1 < 630, text.get_text()
