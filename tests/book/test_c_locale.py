"""The site is built where the default encoding is another, as it is on Windows with its code pages.
The name of the report is R35: a build stopped in a page's `read_text()`.
"""

from __future__ import annotations

import re

import pytest
from tests.book.site import SmallProject, build
from tests.marking.test_c_locale import C_LOCALE

PAGE = """Ein Satz – mit „Zeichen“ 转置卷积, й, and $x^2$.

```{code-cell} ipython3
from pathlib import Path

text = Path("next.md").read_text(encoding="utf-8")
print("read:", "棋盘" in text, "é")
```

:::{dropdown} Größe
中文
:::
"""


@pytest.mark.soak
def test_r35_the_build_needs_no_default_encoding(tmp_path):
    project = SmallProject(tmp_path / "project")
    project.contents("start", "next")
    project.page("start", PAGE)
    project.page("next", "棋盘 · naïve, Ångström.\n")
    result = build(project.folder, PYTHONPATH=str(project.folder / "src"), **C_LOCALE)
    assert result.returncode == 0, result.stdout[-4000:]
    ours = rf"^({re.escape(str(project.folder))}[^:]*:\d+): EncodingWarning"
    assert not re.findall(ours, result.stdout, re.M)
    html = project.html("start")
    assert "read: True é" in html and "„Zeichen“" in html and "Größe" in html
    assert "棋盘" in project.html("next")
