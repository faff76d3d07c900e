"""When penalties have to be made anew: a due date moved, somebody got an extension, the rule is
another, or a penalty in the gradebook is not the one that was made.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping

from marking.course import Course
from marking.files import replace_text
from marking.gradebook.standing import Standing


class Lateness:
    """What the penalties of a class were made from in the last run, kept in a file."""

    def __init__(self, course: Course, name: str) -> None:
        self._path = course.state / f"{name}.late.json"
        plugin, preprocessor = "LateSubmissionPlugin", "AssignLatePenalties"
        self._rule = repr([course.config.get(plugin, {}), course.config.get(preprocessor, {})])
        self._seen: dict[str, str] = {}
        with contextlib.suppress(OSError, ValueError):
            seen = json.loads(self._path.read_text(encoding="utf-8"))
            self._seen = seen if isinstance(seen, dict) else {}

    def changed(self, student: str, standing: Standing) -> bool:
        """Whether the due date, an extension, the time of the hand-in, the rule or the penalty is
        not that of the last run.
        """
        return self._seen.get(student) != standing.lateness(self._rule)

    def save(self, held: Mapping[str, Standing], students: Collection[str]) -> None:
        """Keep how things stand for `students`."""
        for student in students:
            if student in held:
                self._seen[student] = held[student].lateness(self._rule)
        with contextlib.suppress(OSError):  # then the next run makes the penalties once more
            replace_text(self._path, json.dumps(self._seen))
