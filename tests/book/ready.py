"""Builds for tests that make many of them: a process in which the build command has been imported
forks one copy of itself for each.

What a build of two pages costs is mostly the import of Jupyter Book, Sphinx and MyST-NB.  Nothing
of a project is imported before the fork, so each build reads its own extensions, settings and
library, as the command does.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import yaml

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("build", ".", "-W", "-n", "--keep-going")
POSSIBLE = sys.platform.startswith("linux")  # elsewhere a process with libraries may not be forked


def build_by_fork(
    project: Path, environment: dict[str, str], seconds: int
) -> subprocess.CompletedProcess[str]:
    """Build `project` as the command with OPTIONS does; ended by a signal after `seconds`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        request = {"folder": str(project), "environment": environment, "seconds": seconds}
        server = _server()
        server.stdin.write(json.dumps(request | {"log": f"/proc/{os.getpid()}/fd/{log.fileno()}"}))
        server.stdin.write("\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, "the process that forks builds has ended"
        log.seek(0)
        return subprocess.CompletedProcess(OPTIONS, int(answer), log.read())


@functools.cache
def _server() -> subprocess.Popen[str]:
    """The process that forks; it ends with this one, at the end of its standard input."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.book.ready"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def _import_all() -> None:
    """Import what a build does, but for the project's own extensions."""
    from jupyter_book.cli import main
    from jupyter_book.sphinx import build_sphinx
    from sphinx.application import builtin_extensions

    assert main and build_sphinx
    importlib.import_module("myst_nb.sphinx_ext")  # which MyST-NB imports when it is set up
    sphinx = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]
    own = sphinx["local_extensions"].keys()
    for name in (*builtin_extensions, *sphinx["config"]["extensions"]):
        if name not in own:
            importlib.import_module(name)


def _build(folder: str, environment: dict[str, str], seconds: int, log: str) -> NoReturn:
    """In the fork: become the command, and end."""
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    signal.alarm(seconds)
    code = 1
    try:
        from jupyter_book.cli.main import main

        sys.argv = ["jupyter-book", *OPTIONS]
        main(list(OPTIONS), prog_name="jupyter-book")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        atexit._run_exitfuncs()  # KaTeX's process is ended here; os._exit would leave it
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _serve() -> None:
    """Fork once for each line of standard input; answer with the exit code."""
    _import_all()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _build(**json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    from marking.processes import skip_unused_format_checker

    skip_unused_format_checker()
    _serve()
