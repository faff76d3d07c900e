"""What this course changes in programs of nbgrader's that no configuration of theirs can change.

`nbgrader_config.py` calls `guard`.  JupyterLab's server and Validate read that file as every
nbgrader command does; only what has been loaded in this process is changed, and the others pay
nothing for it.
"""

from __future__ import annotations

import importlib
import sys

FORMGRADER = "nbgrader.server_extensions.formgrader.handlers"
VALIDATOR = "nbgrader.validator"
# By the module of nbgrader's that is changed, the one of ours that does it.
HOOKS = {
    # It shows what students wrote to somebody whose login may do everything.
    FORMGRADER: "marking.gradebook.formgrader_pages",
    VALIDATOR: "marking.gradebook.validating",
}


def guard() -> None:
    """Where formgrader runs in this process, let its pages run no script but their own; where
    Validate does, let it forgive what the grader forgives.
    """
    for theirs, ours in HOOKS.items():
        if theirs in sys.modules:
            # Imported here: this function is called by every command, and nearly always in vain.
            importlib.import_module(ours).install()
