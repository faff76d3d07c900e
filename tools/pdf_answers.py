"""The answers to *Check yourself*, taken out of the chapters and put at the end of the PDF.

On the site an answer is folded below its question.  Paper folds nothing, and an answer that stands
below its question is read before the reader has thought.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Tag

PAGE = "answers"
TITLE = "Answers to Check yourself"
ON_SCREEN = "Answer first, then unfold."
ON_PAPER = "The answers stand at the end of the book."
NUMBER = re.compile(r"\d+")


def take_answers(article: Tag) -> list[Tag]:
    """Move the answers of an article's *Check yourself* out of it: one element each, with a link to
    its question, which gets one to the answer.
    """
    section = article.select_one("section[id$='check-yourself']")
    if section is None:
        return []
    for paragraph in section.find_all("p", string=ON_SCREEN):
        paragraph.string = ON_PAPER
    return list(_taken(section, str(article["id"])))


def _taken(section: Tag, chapter: str) -> Iterator[Tag]:
    for fold in section.select("details"):
        title = fold.select_one(".sd-summary-text")
        body = fold.select_one(".sd-summary-content")
        number = NUMBER.search(title.get_text()) if title is not None else None
        if title is None or body is None or number is None:
            continue
        question, answer = f"{chapter}--question-{number[0]}", f"{chapter}--answer-{number[0]}"
        form = fold.find_previous_sibling()
        if isinstance(form, Tag) and form.name == "form":
            form["id"] = question  # its legend is the question
            form.append(_link(answer, "Answer"))
            fold.extract()
        else:
            asked = _tag("p", id=question)
            asked.extend([*list(title.contents), " ", _link(answer, "Answer")])
            fold.replace_with(asked)
        said = _tag("div", id=answer)
        said.extend([_link(question, f"{number[0]}."), body.extract()])
        said["class"] = "answer"
        yield said


def answers_page(chapters: Sequence[tuple[str, Sequence[Tag]]]) -> Tag:
    """The last part of the printed book: answers by the chapter's heading."""
    article = _tag("article", id=PAGE)
    heading = _tag("h1")
    heading.string = TITLE
    article.append(heading)
    for title, answers in chapters:
        if not answers:
            continue
        section = _tag("h2")
        section.string = title
        article.extend([section, *answers])
    return article


def _tag(name: str, **attributes: str) -> Tag:
    return BeautifulSoup("", "html.parser").new_tag(name, attrs=attributes)


def _link(target: str, words: str) -> Tag:
    link = _tag("a", href=f"#{target}")
    link.string = words
    return link
