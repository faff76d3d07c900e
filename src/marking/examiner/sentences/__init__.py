"""Every sentence that a verdict can hold, and how values and calls are written in them.

What stands between backticks is code; `marking.examiner.rendering` sets it apart.  Whatever a
student's side wrote (names, messages, values) has been cut when it was read
(`marking.kernels.protocol`) and is escaped when it is rendered.
"""

from __future__ import annotations

# ruff: noqa: F403  (all that the five files have: whoever writes a verdict looks in one place)
from marking.examiner.sentences.calls import *
from marking.examiner.sentences.contract import *
from marking.examiner.sentences.differences import *
from marking.examiner.sentences.results import *
from marking.examiner.sentences.values import *
