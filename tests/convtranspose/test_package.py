"""The package as a whole: what importing it needs, and what its names say."""

import importlib
import inspect
import io
import pkgutil
import subprocess
import sys
from functools import cached_property

import docutils.core
import pytest

import convtranspose


def test_importing_the_package_needs_numpy_only():
    heavy = {"sympy", "matplotlib", "scipy", "ipywidgets"}
    code = f"import sys, convtranspose; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def walk(package):
    """Every module below a package, imported, by its full name."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield found.name, importlib.import_module(found.name)


def test_no_name_is_both_a_module_and_something_else():
    modules = dict(walk(convtranspose)) | {"convtranspose": convtranspose}
    assert len(modules) > 20
    for name, module in modules.items():
        package, _, attribute = name.rpartition(".")
        if package:
            assert getattr(modules[package], attribute) is module, name


def test_all_names_are_listed_by_module_and_no_other():
    public = [
        (value.__module__, name)
        for name, value in vars(convtranspose).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    ]
    assert convtranspose.__all__ == [name for _, name in sorted(public)]


def documented(module):
    """What a reference page shows of a module: itself, its functions and classes, their members."""
    yield module.__name__, module
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) == module.__name__ and not name.startswith("_"):
            yield f"{module.__name__}.{name}", value
            for member, part in vars(value).items() if inspect.isclass(value) else ():
                shown = inspect.isfunction(part) or isinstance(part, property | cached_property)
                if shown and not member.startswith("_"):
                    yield f"{module.__name__}.{name}.{member}", part


@pytest.mark.parametrize("name", ["convtranspose", *(name for name, _ in walk(convtranspose))])
def test_docstrings_are_there_and_are_valid_restructured_text(name):
    problems = io.StringIO()
    for path, value in documented(sys.modules[name]):
        text = inspect.getdoc(value)
        assert text, path
        settings = {"warning_stream": problems, "report_level": 1, "file_insertion_enabled": False}
        docutils.core.publish_doctree(text, source_path=path, settings_overrides=settings)
    assert problems.getvalue() == ""
