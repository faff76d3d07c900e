"""What is written without parsing is what Beautiful Soup writes after parsing."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.marking.xss import corpus

from marking.gradebook.reserialising import NO_ALT, as_parsed, parsed

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<pre>", "</pre>", "<span class='a  b'>", "</span>", "<br>", "<br/>"),
        *("<!DOCTYPE html>", "<!-- one -->", "<img src=x>", '<img alt="1 > 0" src="x"/>', "<hr />"),
        *("<style>a > b { c: '&' }</style>", "<style> </style>", "<script>1 < 2</script>", " "),
        *("\n  ", "a & b", "&amp;", "&lt;", "&quot;", "&#39;", "&nbsp;", "&hellip;", "<", ">", '"'),
        *("<A HREF=x>", "</A>", "<td checked>", "</td>", "<title>t</title>", "<textarea>", "<!-->"),
        *("x", "\t", "\N{NO-BREAK SPACE}", "<svg/>", "<a b='\"'>", "</a>", "<!-- a -- b -->"),
    ]
)


def by_soup(page):
    soup = BeautifulSoup(page, "html.parser")
    for picture in soup.select("img:not([alt])"):
        picture["alt"] = NO_ALT
    return str(soup)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text("<>/!-a=\"'& \n;", max_size=20))
@example("<!DOCTYPE html>\n<html><head><meta charset=utf-8></head>\n\n<body>&nbsp;</body></html>\n")
def test_a_page_is_as_after_parsing_or_left_to_the_parser(page):
    assert as_parsed(page) in (None, by_soup(page))
    assert parsed(page) == by_soup(page)


@pytest.mark.parametrize("text", corpus())
def test_text_that_would_act_is_as_after_parsing(text):
    assert as_parsed(f"<div>{text}</div>") in (None, by_soup(f"<div>{text}</div>"))


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n\n<p class='a  b'>1 &lt; 2, &quot;so&quot;<br></p>",
        '<div>\n   <pre>  </pre>  <img src="data:x"/><!-- note --></div>',
        "<style>a > b { c: '&' }</style> <td checked>é&nbsp;</td>",
    ],
)
def test_usual_pages_need_no_parser(page):
    assert as_parsed(page) == by_soup(page)


def test_a_layout_of_jupyterlab_is_reached_by_the_keyboard():
    page = '<main class="jp-Notebook"><div class="jp-OutputArea-output">1</div></main>'
    assert 'tabindex="0"' in parsed(page)
