"""Names in archives that say no encoding: the code page they were most likely written in.

A zip file marks names in UTF-8; others are in the code page of the computer that packed it, which
the file does not name.  Names are short, so statistics of a language say little: what is asked is
whether the bytes spell words of one script, with characters that are in daily use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

DEFAULT = "cp437"  # what the zip format says, and Python reads
ENOUGH = 0.6  # of the characters beyond ASCII are in daily use
# First bytes of the characters in daily use; the second byte is at least the last number.
DOUBLE = {
    "gbk": (0xB0, 0xD7, 0xA1),
    "big5": (0xA4, 0xC6, 0x40),
    "cp932": (0x82, 0x97, 0x40),
    "cp949": (0xB0, 0xC8, 0xA1),
}
SINGLE = ("cp866", "cp1251", "cp850", "cp1252", "cp437")


def guess(names: Sequence[bytes]) -> str:
    """The encoding that most likely wrote `names`, all with the same computer."""
    foreign = [name for name in names if not name.isascii()]
    if not foreign or all(_decoded(name, "utf-8") is not None for name in foreign):
        return "utf-8"
    scores = {encoding: _score(foreign, encoding) for encoding in (*DOUBLE, *SINGLE)}
    best = max(scores, key=lambda encoding: scores[encoding])  # of equals the first
    return best if scores[best] >= ENOUGH else DEFAULT


def _decoded(name: bytes, encoding: str) -> str | None:
    try:
        return name.decode(encoding)
    except UnicodeDecodeError:
        return None


def _score(names: Sequence[bytes], encoding: str) -> float:
    """The share of the characters beyond ASCII that are likely in `encoding`; 0 if it cannot have
    written all of `names`.
    """
    texts = [_decoded(name, encoding) for name in names]
    likely = count = 0
    for text in texts:
        if text is None:
            return 0.0
        for word in re.findall(r"[^\W\d_]+|[^\w\s]", text):
            foreign = [letter for letter in word if not letter.isascii()]
            count += len(foreign)
            if encoding in DOUBLE:
                likely += sum(_in_daily_use(letter, encoding) for letter in foreign)
            elif _is_word(word):
                likely += len(foreign)
    return likely / max(count, 1)


def _in_daily_use(letter: str, encoding: str) -> bool:
    first, last, second = DOUBLE[encoding]
    written = letter.encode(encoding)
    return len(written) == 2 and first <= written[0] <= last and written[1] >= second


def _is_word(word: str) -> bool:
    """Whether `word` is written as people write: in one script, with capitals in front or
    throughout, and in the Latin script not mostly with accents.
    """
    if not word.isalpha() or word not in (word.lower(), word.upper(), word.capitalize()):
        return False
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in word}
    foreign = sum(not letter.isascii() for letter in word)
    return scripts == {"CYRILLIC"} or (scripts == {"LATIN"} and 2 * foreign <= len(word) + 1)
