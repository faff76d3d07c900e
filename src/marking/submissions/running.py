"""Marking one repaired notebook: run the student's cells, put the questions, write the verdicts.

The one rule: **the process that runs a student's code is never believed**.  The source of a test
cell is not run at all. Where it stands, the examiner puts its calls to the kernel and forms the
verdict here, from the arrays that come back.

A cell or function that hangs, or takes the kernel down, costs its own question only: the kernel is
started anew and the earlier cells, without the one that failed, are run again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from nbformat import NotebookNode

from marking.errors import KernelDied, MarkingError, NoMoreKernels
from marking.examiner.calls import Answer, Call, Failure, FailureKind
from marking.examiner.verdict import Verdict, unmarked
from marking.kernels.helping import Helpers
from marking.kernels.inside.settings import HEAVY
from marking.kernels.kernel import CellRun, Kernel
from marking.kernels.launcher import KernelLauncher
from marking.kernels.outputs import Room
from marking.limits import MAX_KERNEL_STARTS, Times
from marking.notebooks import output
from marking.questions.model import Question
from marking.submissions.cells import grade_id, is_test, is_written, question_of
from marking.submissions.helping import judge, not_moved
from marking.submissions.marks import Mark, write_mark, write_unknown
from marking.submissions.reasons import Binder, Why, explained, with_own_error
from marking.submissions.repairing import add_notes, unreadable_reason
from marking.submissions.statements import (
    Losses,
    Lost,
    Statement,
    binding_line,
    bound_by,
    called_from,
    ended_with,
    first_line,
    single_statements,
)
from marking.terminal import shortened

# What a kernel's exit reasons mean, as the end of a sentence; any other is "ended the process".
EXIT_SENTENCES = {
    "memory": "used more memory than allowed and was stopped",
    "processes": "started more processes than allowed and was stopped",
    "cpu": "computed for longer than allowed and was stopped",
    "output": "sent an output too large to be read, and was stopped",
}
MAX_FAULT = 300  # characters of why a question could not be examined
MAX_NOTES = 5  # on cells that hung, died or were not run

log = logging.getLogger(__name__)


def mark_notebook(
    notebook: NotebookNode,
    launcher: KernelLauncher,
    seed: object,
    times: Times | None = None,
    known: Mapping[str, Mark] | None = None,
) -> dict[str, Mark]:
    """Run and mark `notebook`, as repaired by `marking.submissions.repairing`, in place; returns
    the marks by function name.

    Every test cell gets its verdict as display data and the points as its one result; every other
    code cell gets its own outputs, made harmless.  `known` holds marks whose questions have not
    changed: they are not put again, unless what is put again bears on them.

    Raises KernelDied only if a kernel cannot be started at all, which is never a student's fault.
    """
    with NotebookRun(notebook, launcher, times or Times()) as run:
        marks = run.mark(seed, known or {})
        add_notes(notebook, run.notes())
    return marks


class NotebookRun:
    """One notebook being marked; owns the kernel.  A context manager."""

    def __init__(self, notebook: NotebookNode, launcher: KernelLauncher, times: Times) -> None:
        self._cells = notebook.cells
        self._unreadable = unreadable_reason(notebook)
        self._launcher = launcher
        self._modules = heavy_modules(notebook)
        self._times = times
        self._deadline = time.monotonic() + times.submission
        self._kernel: Kernel | None = None
        self._starts = 0
        self._room = Room()
        # Cells that hung or took the kernel down, with what they did.
        self._failures: dict[int, str] = {}
        # Of cells that ended with an error, what was run singly all the same.
        self._saved: dict[int, list[Statement]] = {}
        self._losses = Losses()
        self._count = 0

    def __enter__(self) -> NotebookRun:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._drop_kernel()

    def mark(self, seed: object, known: Mapping[str, Mark]) -> dict[str, Mark]:
        """The marks by function name, each written into its test cell."""
        marks: dict[str, Mark] = {}
        stay = self._not_moved(known)
        for index, cell in enumerate(self._cells):
            if cell.cell_type != "code":
                continue
            if (question := question_of(cell)) is not None:
                mark = (
                    known[question.name]
                    if question.name in stay
                    else self._mark_of(question, index, seed, _known(marks))
                )
                marks[question.name] = mark
                self._count += 1
                write_mark(cell, mark, self._count)
            elif grade_id(cell) and is_test(cell):
                self._count += 1
                write_unknown(cell, self._count)
            elif cell.source.strip() and not self._unreadable:
                self._run_cell(index)
        return marks

    def _not_moved(self, known: Mapping[str, Mark]) -> set[str]:
        """The questions whose marks in `known` no question that is put now can change."""
        here = {q.name for cell in self._cells if (q := question_of(cell)) is not None}
        passed = {name: mark.passed for name, mark in known.items()}
        return not_moved(passed, here - known.keys(), self._called_by)

    def notes(self) -> tuple[str, ...]:
        """What has to be said of cells that hung or took the kernel down, but for those of the
        questions, whose verdicts say it.
        """
        told = [
            f"The cell with `{first_line(self._cells[index].source)}` {failure}."
            for index, failure in sorted(self._failures.items())
            if not is_written(self._cells[index])
        ]
        rest = len(told) - MAX_NOTES
        more = (f"So did {rest} more cells, or they were not run.",) if rest > 0 else ()
        return (*told[:MAX_NOTES], *more)

    def _run_cell(self, index: int) -> None:
        """Run one cell of the student's and keep its outputs."""
        cell = self._cells[index]
        cell.outputs = []
        self._count += 1
        cell.execution_count = self._count
        try:
            kernel = self._kernel_at(index)
        except NoMoreKernels as spent:
            self._record_failure(index, f"was not run: {spent}")
            return
        ran = kernel.run(cell.source, self._seconds(self._times.cell), self._room)
        cell.outputs = ran.outputs
        if (failure := self._failure_of(ran)) is not None:
            self._record_failure(index, failure)
        elif ran.status == "error":
            self._save(index, ran, kernel)
        else:
            self._losses.ran(cell.source, index)

    def _save(self, index: int, failed: CellRun, kernel: Kernel) -> None:
        """Run what does not depend on the statement that failed: an import that is missing here
        must not take `np` with it.
        """
        source = self._cells[index].source
        self._losses.failed(source, ended_with(*_error_of(failed)))
        until = time.monotonic() + self._times.cell
        self._saved[index] = []
        for statement in single_statements(source):
            if self._losses.passed_over(statement):
                continue
            if (left := until - time.monotonic()) < 0 or self._spent():
                return
            ran = kernel.run(statement.source, self._seconds(left))
            if self._failure_of(ran) is not None:
                self._drop_kernel()
                return
            if ran.status == "error":
                self._losses.statement_failed(statement, ended_with(*_error_of(ran)))
            else:
                self._losses.statement_ran(statement)
                self._saved[index].append(statement)

    def _failure_of(self, ran: CellRun) -> str | None:
        """What a cell that hung or took the kernel down did, as the end of a sentence."""
        if ran.status == "timeout":
            return f"did not end within {self._times.cell:.0f} seconds and was stopped"
        if ran.status == "died":
            return EXIT_SENTENCES.get(ran.reason, "ended the Python process")
        return None

    def _record_failure(self, index: int, failure: str) -> None:
        """Keep what the cell at `index` did, say so below it, and give its kernel up."""
        self._failures[index] = failure
        self._losses.failed(self._cells[index].source, failure)
        self._drop_kernel()
        # Shown as text, not as an error output: the sentence says all there is to say.
        text = f"\nThis cell {failure}.\n"
        self._cells[index].outputs.append(output("stream", name="stderr", text=text))

    def _kernel_at(self, index: int) -> Kernel:
        """A kernel in which every cell before `index` has been run, without those that failed.

        NoMoreKernels if the notebook has used up its time or its starts: cells that fail now and
        then would otherwise be run again and again.
        """
        if spent := self._spent():
            raise NoMoreKernels(spent)
        while self._kernel is None:
            if self._starts >= MAX_KERNEL_STARTS:
                raise NoMoreKernels(
                    f"the notebook had ended its Python process {MAX_KERNEL_STARTS} times"
                )
            self._starts += 1
            self._kernel = start_kernel(self._launcher, self._modules)
            for earlier in range(index):
                if not self._runs_again(earlier):
                    continue
                if spent := self._spent():
                    self._drop_kernel()  # it holds only a part of the cells
                    raise NoMoreKernels(spent)
                source = self._cells[earlier].source
                ran = self._kernel.run(source, self._seconds(self._times.cell))
                # Well the first time, not the second: it is left out as well.
                if (failure := self._failure_of(ran)) is not None:
                    self._record_failure(earlier, failure)
                    break
                for statement in self._saved.get(earlier, []):
                    self._kernel.run(statement.source, self._seconds(self._times.cell))
        return self._kernel

    def _runs_again(self, index: int) -> bool:
        """Whether the cell at `index` is run again in a fresh kernel."""
        cell = self._cells[index]
        return (
            cell.cell_type == "code"
            and question_of(cell) is None
            and bool(cell.source.strip())
            and index not in self._failures
        )

    def _drop_kernel(self) -> None:
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def _spent(self) -> str:
        """What the notebook has used up, as the end of a sentence; empty if there is time left."""
        if time.monotonic() <= self._deadline:
            return ""
        return f"the whole notebook had used up its {self._times.submission:.0f} seconds"

    def _seconds(self, most: float) -> float:
        """At most `most`, and no more than is left for the whole notebook (but a moment)."""
        return max(1.0, min(most, self._deadline - time.monotonic()))

    def _mark_of(
        self, question: Question, index: int, seed: object, known: Mapping[str, tuple[bool, str]]
    ) -> Mark:
        """The mark of one question, whatever happens to its examination; `known` is what is known
        of the earlier ones.
        """
        try:
            return Mark.of(self._judge(question, index, seed, known), question)
        except MarkingError:  # no kernel can be had, which is no fault of this question's
            raise
        except Exception as problem:  # a bug of ours must cost one question, not the notebook
            log.warning("%s could not be examined", question.name, exc_info=True)
            said = unmarked(
                question,
                f"`{question.name}` could not be examined, by a fault of the examiner's and not of "
                "yours; your instructor is told.",
            )
            fault = f"{question.name} could not be examined: {type(problem).__name__}: {problem}"
            return Mark.of(said, question, shortened(fault, MAX_FAULT))

    def _judge(
        self, question: Question, index: int, seed: object, known: Mapping[str, tuple[bool, str]]
    ) -> Verdict:
        """The examiner's verdict on the question that the test cell at `index` asks."""
        name = question.name
        if self._unreadable:
            return unmarked(question, self._unreadable)
        own = next((i for i, cell in enumerate(self._cells) if grade_id(cell) == name), -1)
        if own in self._failures:
            return unmarked(
                question,
                f"The cell `{name}` {self._failures[own]}, so its function could not be asked.",
            )
        asked: list[KernelAnswerer] = []

        def asks(helpers: Helpers | None) -> KernelAnswerer:
            self._drop_kernel_of(asked)
            asked.append(
                KernelAnswerer(
                    lambda: self._kernel_at(index),
                    lambda: self._seconds(self._times.answer),
                    lambda missing: self._losses.why(missing) or self._below(index, missing),
                    helpers,
                    self._losses.binder,
                )
            )
            return asked[-1]

        try:
            judged = judge(question, asks, f"{seed}/{name}", lambda: self._called_by(name), known)
        except NoMoreKernels as spent:
            return unmarked(question, f"`{name}` was not asked: {spent}.")
        self._drop_kernel_of(asked)
        verdict, failure = judged.verdict, asked[0].failure
        if failure is not None and failure.kind is FailureKind.DIED and not judged.helped:
            sentence = EXIT_SENTENCES.get(failure.message)
            if sentence is not None:
                verdict = unmarked(question, f"`{name}` {sentence}.")
        answerer = asked[0]
        if answerer.explained:
            return verdict
        return with_own_error(verdict, self._losses, lambda: self._called_by(name))

    def _below(self, index: int, name: str) -> Lost | None:
        """Where `name` is bound, if only a cell after the check at `index` does that."""
        for cell in self._cells[index + 1 :]:
            if cell.cell_type == "code" and name in bound_by(cell.source):
                place = f"the cell with `{binding_line(cell.source, name)}`"
                return Lost(place, "is run only after this check; move it up, above the check")
        return None

    def _called_by(self, function: str) -> frozenset[str]:
        """The names that a function of the student's uses."""
        sources = [cell.source for cell in self._cells if cell.cell_type == "code"]
        return called_from(sources, function)

    def _drop_kernel_of(self, asked: Sequence[KernelAnswerer]) -> None:
        """Give up the kernel that was asked last if it hangs, or is gone."""
        if asked and asked[-1].failure is not None:
            self._drop_kernel()


class KernelAnswerer:
    """Answers from a kernel.  After the first call that hangs or kills, all later ones fail alike,
    without waiting again.
    """

    def __init__(
        self,
        kernel: Callable[[], Kernel],
        seconds: Callable[[], float],
        why: Why = lambda _name: None,
        helpers: Helpers | None = None,
        binder: Binder = lambda _name: None,
    ) -> None:
        self._binder = binder
        self._kernel = kernel
        self._seconds = seconds
        self._why = why
        self._helpers = helpers
        self.failure: Failure | None = None
        self.explained = False  # whether a failure got its reason from the cells

    def ask(self, calls: Sequence[Call]) -> list[Answer]:
        """One answer to each of `calls`."""
        if self.failure is None:
            answers = self._kernel().ask(calls, self._seconds(), self._helpers)
            fatal = [
                answer.failure
                for answer in answers
                if answer.failure is not None
                and answer.failure.kind in (FailureKind.TIMEOUT, FailureKind.DIED)
            ]
            if not fatal:
                return [
                    self._explained(call.function, answer)
                    for call, answer in zip(calls, answers, strict=True)
                ]
            self.failure = fatal[0]
        return [Answer(failure=self.failure)] * len(calls)

    def _explained(self, function: str, answer: Answer) -> Answer:
        told = explained(function, answer, self._why, self._binder)
        self.explained = self.explained or told is not answer
        return told


def _known(marks: Mapping[str, Mark]) -> dict[str, tuple[bool, str]]:
    """Of the questions that are marked: whether they passed, and else the reason."""
    return {name: (mark.passed, mark.reason) for name, mark in marks.items()}


def _error_of(ran: CellRun) -> tuple[str, str]:
    """The error that a cell ended with: its name and its message."""
    errors = [shown for shown in ran.outputs if shown.output_type == "error"]
    return (errors[-1].ename, errors[-1].evalue) if errors else ("an error", "")


def start_kernel(launcher: KernelLauncher, modules: Collection[str] = ()) -> Kernel:
    """A fresh kernel for a notebook that uses `modules`; one that does not come to life is tried
    once more.
    """
    try:
        return Kernel(launcher, modules)
    except KernelDied:
        return Kernel(launcher, modules)


def heavy_modules(notebook: NotebookNode) -> frozenset[str]:
    """Which packages of `HEAVY` the code of a notebook names."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return frozenset(name for name in HEAVY if name in code)
