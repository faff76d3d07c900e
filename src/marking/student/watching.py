"""What happened to the cells of the student's own notebook, as the grader knows it of its own.

It is set up when `marking` is imported in IPython, so it must be light.
"""

from __future__ import annotations

import linecache
import re
import sys
import traceback
from typing import Any

from marking.submissions.statements import Losses, Lost, ended_with


class Watcher:
    """Keeps of every cell that is run what it may have left missing."""

    def __init__(self) -> None:
        self.losses = Losses()

    def cell_ended(self, result: Any) -> None:
        """IPython's event `post_run_cell`."""
        source = getattr(result.info, "raw_cell", None)
        if not isinstance(source, str):
            return
        error = result.error_before_exec or result.error_in_exec
        if error is None:
            # Where no front end says which cell it was, as when all are run from the top, its text
            # tells.  IPython before 8 and the kernel of a browser never know: then no two are told
            # apart, or a cell that was changed would count as another.
            known = hasattr(result.info, "cell_id") and sys.platform != "emscripten"
            self.losses.ran(source, (result.info.cell_id or source) if known else None)
        else:
            self.losses.failed(source, ended_with(type(error).__name__, str(error)))

    def why(self, name: str) -> Lost | None:
        """The reason why `name` is not there, if a cell should have bound it."""
        return self.losses.why(name)


WATCHER = Watcher()
_watched: list[Any] = []  # the shell, once it is


def watch() -> None:
    """Watch the cells of the shell that this runs in, if there is one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or any(known is shell for known in _watched):
        return
    _watched.append(shell)
    shell.events.register("post_run_cell", WATCHER.cell_ended)
    if not shell.custom_exceptions:  # nobody else has a say in how errors are shown
        shell.set_custom_exc((NameError,), _show_name_error)


def _show_name_error(
    shell: Any, kind: type[NameError], error: NameError, trace: Any, tb_offset: int | None = None
) -> Any:
    """`check(f)` where there is no f gets the examiner's verdict, any other error its traceback."""
    frame, number = list(traceback.walk_tb(trace))[-1]
    line = linecache.getline(frame.f_code.co_filename, number)
    asked = re.fullmatch(r"\s*check\(\s*(\w+)\s*(?:,[^()]*)?\)\s*;?\s*", line)
    if asked is not None and error.name == asked[1] and "check" in shell.user_ns:
        from marking.student.in_jupyter import show_missing

        if show_missing(asked[1]):
            # the verdict says it all, but Validate must still see that there was an error
            error._render_traceback_ = lambda: [f"NameError: {error}"]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    return None
