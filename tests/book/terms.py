"""Words that a page sets in bold or italics, and the words that the glossary explains:
`python -m tests.book.terms` lists, page by page, those that the glossary lacks.
"""

from __future__ import annotations

import re
import tomllib

from book.assignments import chapters
from tests.book.prose import source
from tests.book.site import ROOT

LONGEST = 4  # words; a longer phrase in bold is a sentence that matters, and not a term


def glossary() -> set[str]:
    """The glossary's English headwords, in lower case."""
    return {
        heading.split(" · ")[0].lower()
        for heading in re.findall(r"^(\S.* · .*)$", source("glossary"), re.M)
    }


def stressed() -> set[str]:
    """Words that are in bold or italics for stress alone."""
    text = (ROOT / "tests" / "book" / "stressed.toml").read_text(encoding="utf-8")
    return set(tomllib.loads(text)["words"])


def marked(text: str) -> set[str]:
    """The phrases of a page's prose in bold or italics, in lower case.

    Left out: cells and formulae, the list of common mistakes, and what opens a paragraph like a
    small heading or is too long for a term.
    """
    text = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", "…", text, flags=re.S)
    text = re.sub(r"^## Common mistakes$.*?(?=^## )", "", text, flags=re.S | re.M)
    phrases = re.findall(r"\*\*([^*\n]+)\*\*", text)
    phrases += re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", re.sub(r"\*\*[^*\n]+\*\*", "…", text))
    return {
        phrase.lower()
        for phrase in phrases
        if phrase[-1] not in ".?:,;" and len(phrase.split()) <= LONGEST
    }


def lacking(text: str) -> set[str]:
    """The marked phrases of a page that are neither explained in the glossary nor listed as
    stressed.
    """
    known = glossary() | stressed()
    return {phrase for phrase in marked(text) if not _forms(phrase) & known}


def _forms(phrase: str) -> set[str]:
    """A phrase as it stands and in the singular."""
    return {phrase, phrase.removesuffix("s"), re.sub(r"(ss|x)es$", r"\1", phrase)}


def main() -> None:
    """Print what the glossary lacks, page by page."""
    for name in chapters():
        print(f"{name}: {', '.join(sorted(lacking(source(name)))) or 'nothing'}")


if __name__ == "__main__":
    main()
