"""How long a verdict takes: `python benchmarks/examiner.py [QUESTION …]`.

Figures for every question, medians of several runs in milliseconds of CPU time: a pass (the
library's own vectorised function), a named mistake (every misconception of the catalogue; the
slowest is shown beside the median), and a full symbolic difference for a nested-loop answer that no
misconception explains.  They are the examiner's own time; "student" beside them is what was spent
inside the function that is marked.  "suites" is what choosing the calls to ask takes, once in a
process.
"""

import argparse
import os
import sys
import time
from statistics import median

# Before NumPy is imported: its threads' waiting would count as CPU time.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np

from marking.examiner import examine
from marking.kernels.in_process import FunctionAnswerer
from marking.questions import QUESTIONS
from marking.questions.covering import SUITES

RUNS = 7
TARGETS = {"pass": 20.0, "named": 50.0, "terms": 2000.0}  # milliseconds


class Timed(FunctionAnswerer):
    """An answerer that adds up the time spent in the student's function."""

    seconds = 0.0

    def ask(self, calls):
        answers = super().ask(calls)
        self.seconds += sum(answer.seconds for answer in answers)
        return answers


def measure(question, function, runs=RUNS):
    """Median milliseconds of the examiner's own work on a verdict, of the student's beside it, and
    the last verdict.
    """
    own, share = [], []
    for run in range(runs):
        answerer = Timed(function)
        started = time.process_time()
        verdict = examine(question, answerer, run)
        share.append(1e3 * answerer.seconds)
        own.append(1e3 * (time.process_time() - started) - share[-1])
    return median(own), median(share), verdict


def choose_suites(question):
    """Milliseconds it takes to choose all suites of a question."""
    started = time.process_time()
    for number in range(SUITES):
        question.twin_cases(number)
    return 1e3 * (time.process_time() - started)


def twisted(question):
    """A nested-loop answer with one term wrong that has no name: the right one, every entry
    computed in Python.
    """

    def function(*args, **kwargs):
        y = np.asarray(question.reference(*args, **kwargs), float)
        z = np.zeros(y.shape)
        for index in np.ndindex(*y.shape):
            z[index] = y[index]
        names = dict(zip(question.parameters, args, strict=False)) | kwargs
        term = np.prod([np.ravel(names[name])[0] for name in question.linear])
        z.flat[-1] += term
        return z

    return function


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="default: all")
    names = parser.parse_args(argv).questions or list(QUESTIONS)
    for name in names:
        if name not in QUESTIONS:
            print(
                f"no question is called {name!r}; there are {', '.join(QUESTIONS)}", file=sys.stderr
            )
            return 2
    print(
        f"{'question':36}{'suites':>8}{'pass':>8}{'student':>9}{'named':>9}{'student':>9}{'slowest':>9}{'terms':>9}{'student':>9}"
    )
    columns = {"pass": [], "named": [], "terms": []}
    for name in names:
        question = QUESTIONS[name]
        suites = choose_suites(question)
        passed, share, _ = measure(question, question.reference)
        named = [measure(question, m.answer, runs=1) for m in question.misconceptions]
        times, shares = [n[0] for n in named], [n[1] for n in named]
        line = f"{name:36}{suites:8.1f}{passed:8.1f}{share:9.1f}"
        line += f"{median(times):9.1f}{median(shares):9.1f}{max(times):9.1f}"
        columns["pass"].append(passed)
        columns["named"] += times
        if question.linear:
            terms, share, verdict = measure(question, twisted(question), runs=3)
            assert not verdict.misconceptions and any(
                "has `" in said for said in verdict.sentences
            ), name
            columns["terms"].append(terms)
            line += f"{terms:9.1f}{share:9.1f}"
        print(line)
    for column, times in columns.items():
        if times:
            print(
                f"{column}: median {median(times):.1f} ms, slowest {max(times):.1f} ms "
                f"(target: at most {TARGETS[column]:g} ms)"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
