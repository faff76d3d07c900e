"""Marking one repaired notebook: run the student's cells, put the questions, write the verdicts.

The one rule: **the process that runs a student's code is never believed**.  The source of a test cell is not run at
all. Where it stands, the examiner puts its calls to the kernel and forms the verdict here, from the arrays that come
back.

A cell or function that hangs, or takes the kernel down, costs its own question only: the kernel is started anew and the
earlier cells, without the one at fault, are run again.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_output

from .examiner import examine
from .intake import KEY, grade_id_of
from .kernel import Kernel
from .protocol import Answer, Call, Failure
from .questions import QUESTIONS
from .questions.model import Question
from .sandbox import KernelDied, Nursery
from .verdict import Verdict, unmarked

TEST = "test_"
ENDS = {
    "memory": "used more memory than allowed and was stopped",
    "output": "sent an output too large to be read, and was stopped",
}


@dataclass(frozen=True)
class Times:
    """How long things may take, in seconds."""

    cell: float = 20.0  # one cell
    answer: float = 10.0  # all calls of one round to one function
    submission: float = 180.0  # everything


@dataclass(frozen=True)
class Mark:
    """What is kept of a verdict: plain data, so that it can be stored and sent between processes."""

    question: str
    points: float
    max_points: float
    passed: bool
    reason: str  # in one line, naming the question: the known mistake, else the first sentence; empty when passed
    text: str
    html: str

    @classmethod
    def of(cls, verdict: Verdict, question: Question) -> Mark:
        """The mark of a verdict; never more than the question's points."""
        points = min(max(float(verdict.points), 0.0), float(question.points))
        reason = "" if verdict.passed else _reason(verdict)
        return cls(
            question.name, points, float(question.points), verdict.passed, reason, verdict.text(), verdict.html()
        )


def hold(
    notebook: NotebookNode,
    nursery: Nursery,
    seed: object,
    times: Times | None = None,
    known: Mapping[str, Mark] | None = None,
) -> dict[str, Mark]:
    """Run and mark `notebook`, as repaired by `marking.intake`, in place; returns the marks by function name.

    Every test cell gets its verdict as display data and the points as its one result; every other code cell gets its
    own outputs, made harmless.  `known` holds marks that are still good: those questions are not put again.

    Raises KernelDied only if a kernel cannot be started at all, which is never a student's fault.
    """
    with _Sitting(notebook, nursery, times or Times()) as sitting:
        return sitting.hold(seed, known or {})


class _Sitting:
    """One notebook being marked; owns the kernel."""

    def __init__(self, notebook: NotebookNode, nursery: Nursery, times: Times):
        self.cells = notebook.cells
        self.unreadable = notebook.metadata.get(KEY, {}).get("unreadable")
        self.nursery = nursery
        self.times = times
        self.deadline = time.monotonic() + times.submission
        self.kernel: Kernel | None = None
        self.guilty: dict[int, str] = {}  # cells that hung or took the kernel down, with what they did
        self.failed: dict[int, str] = {}  # cells that ended with an error, with that error
        self.count = 0

    def __enter__(self) -> _Sitting:
        return self

    def __exit__(self, *_exception) -> None:
        self.drop_kernel()

    def drop_kernel(self) -> None:
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def hold(self, seed: object, known: Mapping[str, Mark]) -> dict[str, Mark]:
        marks = {}
        for index, cell in enumerate(self.cells):
            if cell.cell_type != "code":
                continue
            question = tested(cell)
            if question is not None:
                mark = known.get(question.name) or Mark.of(self.judge(question, index, seed), question)
                marks[question.name] = mark
                self.count += 1
                write_mark(cell, mark, self.count)
            elif grade_id_of(cell) and is_test(cell):
                self.count += 1
                write_unknown(cell, self.count)
            elif cell.source.strip() and not self.unreadable:
                self.run(index)
        return marks

    # ---------------------------------------------------------------------------------------------- running cells
    def run(self, index: int) -> None:
        """Run one cell of the student's and keep its outputs."""
        cell = self.cells[index]
        cell.outputs = []
        self.count += 1
        cell.execution_count = self.count
        if self.spent():
            self.blame(index, "was not run: the whole notebook had used up its time")
            return
        ran = self.kernel_at(index).run(cell.source, self.seconds(self.times.cell))
        cell.outputs = ran.outputs
        if ran.status in ("timeout", "died"):
            self.blame(index, self.fault(ran.status, ran.reason, self.times.cell))
        elif ran.status == "error":
            errors = [output for output in ran.outputs if output.output_type == "error"]
            self.failed[index] = f"{errors[-1].ename}: {errors[-1].evalue}"[:200] if errors else "an error"

    def blame(self, index: int, fault: str) -> None:
        self.guilty[index] = fault
        self.drop_kernel()
        # Shown as text, not as an error output: the sentence says all there is to say.
        self.cells[index].outputs.append(new_output("stream", name="stderr", text=f"\nThis cell {fault}.\n"))

    @staticmethod
    def fault(status: str, reason: str, seconds: float) -> str:
        if status == "timeout":
            return f"did not end within {seconds:.0f} seconds and was stopped"
        return ENDS.get(reason, "ended the Python process")

    def kernel_at(self, index: int) -> Kernel:
        """A kernel in which every cell before `index` has been run, without those at fault."""
        while self.kernel is None:
            self.kernel = start(self.nursery)
            for earlier in range(index):
                cell = self.cells[earlier]
                if (
                    cell.cell_type != "code"
                    or tested(cell) is not None
                    or not cell.source.strip()
                    or earlier in self.guilty
                ):
                    continue
                ran = self.kernel.run(cell.source, self.seconds(self.times.cell))
                if ran.status in ("timeout", "died"):  # well the first time, not the second: out with it as well
                    self.blame(earlier, self.fault(ran.status, ran.reason, self.times.cell))
                    break
        return self.kernel

    def spent(self) -> bool:
        return time.monotonic() > self.deadline

    def seconds(self, most: float) -> float:
        """At most `most`, and no more than is left for the whole notebook (but a moment)."""
        return max(1.0, min(most, self.deadline - time.monotonic()))

    # ---------------------------------------------------------------------------------------------- judging
    def judge(self, question: Question, index: int, seed: object) -> Verdict:
        """The examiner's verdict on one question."""
        if self.unreadable:
            return unmarked(question, self.unreadable)
        own = next((i for i, cell in enumerate(self.cells) if grade_id_of(cell) == question.name), None)
        if own in self.guilty:
            return unmarked(
                question, f"The cell `{question.name}` {self.guilty[own]}, so its function could not be asked."
            )
        if self.spent():
            whole = f"{self.times.submission:.0f} seconds"
            return unmarked(question, f"`{question.name}` was not asked: the whole notebook had used up its {whole}.")
        answerer = KernelAnswerer(lambda: self.kernel_at(index), lambda: self.seconds(self.times.answer))
        verdict = examine(question, answerer, f"{seed}/{question.name}")
        if answerer.failure is not None:
            self.drop_kernel()  # it hangs, or is gone: the next cell gets a new one
            if answerer.failure.kind == "died" and answerer.failure.message in ENDS:
                verdict = unmarked(question, f"`{question.name}` {ENDS[answerer.failure.message]}.")
        if own in self.failed and not verdict.passed:
            hint = f"The cell `{question.name}` itself ended with an error: {self.failed[own]}"
            verdict = dataclasses.replace(verdict, sentences=(*verdict.sentences, hint))
        return verdict


def _reason(verdict: Verdict) -> str:
    """Why not all points, in one line for the instructor's table."""
    said = verdict.misconceptions[0] if verdict.misconceptions else next(iter(verdict.sentences), "not right yet")
    return said if verdict.question in said else f"`{verdict.question}`: {said}"


class KernelAnswerer:
    """Answers from a kernel.  After the first call that hangs or kills, all later ones fail alike, without waiting
    again.
    """

    def __init__(self, kernel: Callable[[], Kernel], seconds: Callable[[], float]):
        self._kernel = kernel
        self._seconds = seconds
        self.failure: Failure | None = None

    def ask(self, calls: list[Call]) -> list[Answer]:
        if self.failure is None:
            answers = self._kernel().ask(calls, self._seconds())
            fatal = [a.failure for a in answers if a.failure is not None and a.failure.kind in ("timeout", "died")]
            if not fatal:
                return answers
            self.failure = fatal[0]
        return [Answer(failure=self.failure)] * len(calls)


def start(nursery: Nursery) -> Kernel:
    """A fresh kernel; one that does not come to life is tried once more."""
    try:
        return Kernel(nursery)
    except KernelDied:
        return Kernel(nursery)


def tested(cell: NotebookNode) -> Question | None:
    """The question that a cell of the repaired notebook tests, if it is a test cell of the catalogue's."""
    return QUESTIONS.get(str(grade_id_of(cell)).removeprefix(TEST)) if is_test(cell) else None


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is marked by what its outputs say, and not by a person."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def write_mark(cell: NotebookNode, mark: Mark, count: int) -> None:
    """Put a mark into its test cell the way nbgrader reads it: messages as display data, one float as the result."""
    cell.execution_count = count
    cell.outputs = [
        new_output("display_data", data={"text/plain": mark.text, "text/html": mark.html}),
        new_output("execute_result", data={"text/plain": repr(mark.points)}, execution_count=count),
    ]


def write_unknown(cell: NotebookNode, count: int) -> None:
    """A test cell that no question of the catalogue stands behind: no points, said so."""
    cell.execution_count = count
    text = f"{grade_id_of(cell)} is not in the catalogue of questions, so nothing was asked and no point is given."
    cell.outputs = [
        new_output("display_data", data={"text/plain": text}),
        new_output("execute_result", data={"text/plain": "0.0"}, execution_count=count),
    ]
