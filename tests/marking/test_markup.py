"""A student's text on a page: nothing but listed elements, attributes and addresses, however it is
written.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown import markdown2html
from tests.marking.page_list import outside_the_list
from tests.marking.xss import ELEMENTS, LINKS, SCRIPT_ADDRESSES, corpus

from marking.markup import (
    clean,
    clean_verdict,
    fenced,
    harmless_markdown,
    page_markdown,
    plain,
    plain_html,
)

PNG = {"image/png": "iVBORw0KGgo="}
ATTACHMENTS = {"a.png": PNG, "evil.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
# Pieces that mean something to a parser of Markdown, of HTML, or of addresses.
PIECES = [
    *("[", "]", "](", "(", ")", "![", "]:", "<", ">", "</", "/>", "`", "```", "~~~", "mermaid"),
    *("\n", "\n\n", "    ", "\t", "\\", "*", "_", "#", "- ", "> ", "|", "|-|", "$", "$$", ":", '"'),
    *("'", "=", "&", ";", "&#58;", "&colon;", "&#x6A;", "&#1;", "&Tab;", "&NewLine;", "&lt;"),
    *("javascript:", "JAVASCRIPT", "script", "data:text/html,", "https://e.org", "//", "mailto:"),
    *("attachment:a.png", "img ", "src=", "href=", "onerror=alert(1)", "svg", "style", "class="),
    *("\\begin{x}", "\\end{x}", "\\\\(", "\\\\)", "<!--", "-->", "<![CDATA[", "]]>", "\0", "\x1b["),
]  # fmt: skip  # one row of pieces after the other
markdown = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=25).map("".join),
    st.builds(
        lambda link, before, address, after: link.format(before + address + after),
        st.sampled_from(LINKS),
        st.sampled_from(["", *PIECES]),
        st.sampled_from(SCRIPT_ADDRESSES),
        st.sampled_from(["", *PIECES]),
    ),
    st.lists(st.sampled_from(corpus()), min_size=2, max_size=4).map("".join),
)

# What nbconvert writes of its own accord, none of which acts; nor does a picture from elsewhere.
NBCONVERTS_OWN = re.compile(
    r"img src='https?://|<input>|input |li class='task-list-item'|code class=['\"]language-|"
    r"(a|img) title="
)


def check_page(source):
    for links in (True, False):
        page = page_markdown(source, ATTACHMENTS, links=links)
        assert list(outside_the_list(page)) == []
        assert links or "<a" not in page


def check_elsewhere(source):
    """What a program without our list makes of a text, nbconvert's own filter for one."""
    page = markdown2html(harmless_markdown(source).replace("attachment:", "https://"))
    found = list(outside_the_list(re.sub(r' id="[^"]*"| class="anchor-link"', "", page)))
    found = [what for what in found if not NBCONVERTS_OWN.match(what)]
    assert found == [], (source, page)


@pytest.mark.parametrize("link", LINKS)
def test_no_spelling_of_an_address_runs_a_script(link):
    for address in SCRIPT_ADDRESSES:
        check_page(link.format(address))
        check_elsewhere(link.format(address))


@pytest.mark.parametrize("source", ELEMENTS)
def test_no_known_smuggling_gets_an_element_onto_a_page(source):
    check_page(source)
    check_elsewhere(source)
    assert list(outside_the_list(clean(source))) == []


@settings(max_examples=300, deadline=None)
@given(markdown)
def test_no_markdown_makes_what_is_not_on_the_list(source):
    check_page(source)
    check_elsewhere(source)


@pytest.mark.soak
@settings(max_examples=30_000, deadline=None)
@given(markdown)
def test_no_markdown_makes_what_is_not_on_the_list_at_length(source):
    check_page(source)
    check_elsewhere(source)


@settings(max_examples=300, deadline=None)
@given(markdown)
def test_no_html_is_cleaned_to_what_is_not_on_the_list(source):
    assert list(outside_the_list(clean(source))) == []
    assert "<" not in plain_html(source)


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <del>c</del> <code>d</code>"),
        ("[x](https://e.org/?a=1&b=2)", '<a href="https://e.org/?a=1&amp;b=2">x</a>'),
        ("[x](mailto:a@e.org)", '<a href="mailto:a@e.org">x</a>'),
        ("[x](#top)", '<a href="#top">x</a>'),
        ("[x](javascript:f)", "x (javascript:f)"),
        ("![x](attachment:a.png)", '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">'),
        ("![x](https://e.org/a.png)", "x (https://e.org/a.png)"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("&lt;b&gt; &#91;x] &copy;", "&lt;b&gt; [x] ©"),
        ("$a<b$ and $$\\sum_u$$", "$a&lt;b$ and $$\\sum_u$$"),
        ("|a|\n|:-:|\n|1|", '<th style="text-align:center;">a</th>'),
        ("```python\nx\n```", '<span class="n">x</span>'),
        ("- [x] a", "<li>☑ a</li>"),
        ("a\x1b[2J\u202eb", "a�[2J�b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_students_mean_is_shown(source, page):
    shown = page_markdown(source, ATTACHMENTS)
    attributes = re.sub(r'<img src="([^"]*)" alt="x">', r'<img alt="x" src="\1">', shown)
    assert page in attributes


def test_where_links_cannot_be_followed_their_addresses_are_shown():
    assert "x (https://e.org)" in page_markdown("[x](https://e.org)", links=False)
    assert "<p>https://e.org</p>" in page_markdown("https://e.org", links=False)


def test_plain_mathematics_and_ordinary_links_are_left_alone():
    for source in ("$a < b$ and 3 <4, $\\sum_u$", "[x](https://e.org) and $h[i]$", "*[a]*"):
        assert harmless_markdown(source) == source


def test_nesting_that_no_parser_bears_is_shown_as_text():
    deep = "> " * 3000 + "[x](javascript:f)"
    assert list(outside_the_list(page_markdown(deep))) == []
    harmless_markdown(deep)


def test_in_a_fence_nothing_means_anything():
    source = "~~~\n~~~~~\n```\n[x](https://e.org)\n$$\n"
    assert "<a" not in page_markdown(fenced(source))
    assert "https://e.org" in page_markdown(fenced(source))


def test_output_is_text_that_is_all_seen():
    text = "\x1b[38m1\x1b[38;5;300m2\x1b[999;999m\x1b[\x1b[2J\x9b\r\n\x08\u202e\u200b<b>"
    assert plain(text) == "12�[�[2J�\n���<b>"
    assert plain_html("<b>") == "&lt;b&gt;"


def test_a_verdict_keeps_its_looks_and_nothing_that_is_fetched():
    kept = '<div role="group" style="padding: .2em;"><code>x</code></div>'
    assert clean_verdict(kept) == kept
    for bad in (
        '<p style="list-style:url(//e.org/x)">x</p>',
        '<p style="background:url(//e.org/x)">x</p>',
        "<p style=\"background:image-set('//e.org/x' 1x)\">x</p>",
        '<p style="background:\\75 rl(//e.org/x)">x</p>',
        '<p style="position:fixed">x</p>',
        "<p class=panel id=toc onclick=f>x</p>",
    ):
        assert re.fullmatch(r'<p( style="")?>x</p>', clean_verdict(bad)), clean_verdict(bad)
    assert "<a" not in clean_verdict("<a href=https://e.org>x</a>")
