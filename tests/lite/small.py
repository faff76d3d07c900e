"""A Pyodide distribution as small as a kernel can be, made of what is installed here: the runtime
from npm's package, IPython and what it needs as they run these tests. There is no NumPy for it.
"""

from __future__ import annotations

import json
from pathlib import Path

from tools.lite import wheels
from tools.lite.distribution import LOCK

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "node_modules" / "pyodide"
PURE = [
    "asttokens",
    "executing",
    "ipython",
    "ipython-pygments-lexers",
    "jedi",
    "matplotlib-inline",
    "packaging",
    "parso",
    "prompt-toolkit",
    "pure-eval",
    "pygments",
    "stack-data",
    "traitlets",
    "wcwidth",
]
# Installs packages from an index: here nothing may be asked of one.  What is imported first also
# bridges the years between this JupyterLite and the IPython of this environment.
MICROPIP = {
    "micropip/__init__.py": """
from IPython.core.interactiveshell import InteractiveShell

InteractiveShell.should_run_async = lambda *args, **kwargs: False


async def install(*args, **kwargs):
    raise RuntimeError(args)
""",
    "micropip/package_index.py": (
        "class ProjectInfo: ...\nclass CompatibilityLayer: ...\nquery_package = None\n"
    ),
}


def distribution(folder: Path) -> Path:
    """Write the packages and a lock file of theirs into `folder`, which is given back."""
    made = [wheels.installed(name, folder) for name in PURE]
    made.append(wheels.stand_in("micropip", "0", MICROPIP, folder))
    needs = {"ipython": [name for name in PURE if name != "ipython"]}
    packages = dict(wheels.entry(w, needs.get(w.name.split("-")[0], [])) for w in made)
    info = json.loads((CORE / LOCK).read_text(encoding="utf-8"))["info"]
    text = json.dumps({"info": info, "packages": packages})
    (folder / LOCK).write_text(text, encoding="utf-8")
    return folder
