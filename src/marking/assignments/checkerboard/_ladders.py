"""Hints for the questions of checkerboard, one ladder each."""

from typing import Any

import numpy as np

from convtranspose.checkerboard import phase_sums
from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

PHASE_SUMS = Ladder(
    think="Number the rows of w 0, 1, 2, … and divide each number by s: which rows leave the "
    "remainder 0? Which weights belong together if you do the same with the columns?",
    place="Colour the weights of a 4 × 4 kernel for s = 2, a colour for each pair of remainders. "
    "Then look at which weights your code adds up for phase (0, 1).",
    cure="Phase (i, j) holds every weight whose row leaves the remainder i and whose column leaves "
    "the remainder j: they lie s apart. Add their values; the result has the shape (s, s).",
    example=Example(
        (np.array([[3, 1, 4, 2], [5, 0, 6, 7]]), 2),
        (
            "Phase (0, 0): row 0, columns 0 and 2: {w[0][0]} + {w[0][2]} = {result[0][0]}.",
            "Phase (0, 1): row 0, columns 1 and 3: {w[0][1]} + {w[0][3]} = {result[0][1]}.",
            "Phase (1, 0): row 1: {w[1][0]} + {w[1][2]} = {result[1][0]}.",
            "Phase (1, 1): {w[1][1]} + {w[1][3]} = {result[1][1]}.",
        ),
    ),
    at={
        "it does not": Rungs(
            think="If s does not divide the size, which phases have one weight more than others? "
            "What is the sum of a phase that has no weights?",
            place="Look at the last rows and columns of w: is every one of them in some sum? Then "
            "try s larger than the kernel.",
            cure="Every weight belongs to exactly one phase, also the last ones. A phase without "
            "weights has the sum 0, and it has its place in the result.",
            example=Example(
                (np.array([[3, 1, 4]]), 2),
                (
                    "Columns 0 and 2: {w[0][0]} + {w[0][2]} = {result[0][0]}. Column 1 alone: "
                    "{result[0][1]}.",
                    "There is no row 1: the phases of row 1 are {result[1][0]} and {result[1][1]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

IS_EVEN = Ladder(
    think="How many phase sums has a kernel with stride s? When are they all equal, and what if "
    "one of them belongs to no weight at all?",
    place="Print the phase sums of the kernel that is shown, all s · s of them, and compare them "
    "with what your function says.",
    cure="Compute all s · s sums, also those of phases without weights, which are 0. The kernel is "
    "even if the largest and the smallest of them are equal. The sizes of the kernel decide "
    "nothing.",
    example=Example(
        (np.array([[3, 1, 2], [5, 5, 0]]), 2),
        (
            "The sums of the phases: {sums[0][0]} and {sums[0][1]} for row 0, {sums[1][0]} and "
            "{sums[1][1]} for row 1.",
            "The largest is {high}, the smallest {low}: the answer is {result}.",
        ),
        also=lambda w, s: {
            "sums": phase_sums(w, s),
            "high": phase_sums(w, s).max(),
            "low": phase_sums(w, s).min(),
        },
    ),
    at={
        "floats that round; arguments left alone": Rungs(
            think="0.1 + 0.2 is not exactly 0.3 in a computer. How far apart may two sums be that "
            "should be equal, if the weights are millions? If they are millionths?",
            place="Look at the line that compares: what is the difference compared with?",
            cure="Compare the difference of the largest and the smallest sum with 10⁻⁹ times the "
            "sum of all |w|, or 10⁻⁵ times it where w is float32. A fixed number, or the "
            "tolerances of `np.allclose`, fit one size of weights only.",
            example=Example(
                (np.array([[0.1, 0.3], [0.2, 0.0]]), 1),
                (
                    "With s = 1 there is one phase, and its sum is {sums[0][0]}: it differs from "
                    "no other, so the answer is {result}.",
                    "The sum of all |w| is about {total}; two sums might differ by 10⁻⁹ times "
                    "that and still count as equal.",
                ),
                also=lambda w, s: {"sums": phase_sums(w, s), "total": np.abs(w).sum()},
            ),
        )
    },
)


def _phases_of_a_row(w: np.ndarray, s: int) -> dict[str, Any]:
    """The phase sums, the goal c and what each weight moves by, of a kernel with two rows."""
    sums, counts = phase_sums(w, s), phase_sums(np.ones(w.shape), s)
    goal = np.sum(sums / counts) / np.sum(1 / counts)
    return {"sums": sums, "goal": goal, "share": (goal - sums) / counts, "counts": counts}


EQUALISE = Ladder(
    think="You may change weights only a little, and the sums of all phases must agree. By how "
    "much should each weight of one phase move, if they share the work fairly? And what is the "
    "common sum?",
    place="Print the phase sums of your result. If they are equal, the common sum is the wrong "
    "one; if they are not, look at how much each weight moves.",
    cure="A phase with n weights and the sum P moves to c if each of its weights moves by "
    "(c − P)/n. If all phases have equally many weights, c is the mean of their sums.",
    example=Example(
        (np.array([[5, 1], [4, 2]]), 2),
        (
            "Four phases of one weight each: {w[0][0]}, {w[0][1]}, {w[1][0]}, {w[1][1]}.",
            "The common sum is their mean, {goal}.",
            "{w[0][0]} moves by {share[0][0]}, to {result[0][0]}; {w[0][1]} moves by "
            "{share[0][1]}, to {result[0][1]}.",
        ),
        also=_phases_of_a_row,
    ),
    at={
        "it does not: the nearest kernel": Rungs(
            think="Moving a phase of many weights by 1 is cheaper than moving a phase of one "
            "weight by 1. Which of the two should move further?",
            place="Look at the common sum: does it take into account how many weights each phase "
            "has? It is no plain mean.",
            cure="Moving a phase of n weights from P to c costs (c − P)²/n. The total is smallest "
            "where c is the mean of the sums, each weighted with 1/n.",
            example=Example(
                (np.array([[4, 2, 2], [4, 2, 2]]), 2),
                (
                    "Each row has a phase of {counts[0][0]} weights with the sum {sums[0][0]}, and "
                    "one of {counts[0][1]} with the sum {sums[0][1]}.",
                    "The weighted mean c is {goal}.",
                    "{w[0][0]} and {w[0][2]} move by {share[0][0]} each, {w[0][1]} by "
                    "{share[0][1]}: the row is {result[0][0]} {result[0][1]} {result[0][2]}.",
                ),
                also=_phases_of_a_row,
            ),
        ),
        "phases without weights": Rungs(
            think="If a phase has no weights, what is its sum, and can you change it? What must "
            "the other sums be, then?",
            place="Look at what your code does with an empty phase: does it divide by 0, or leave "
            "it out?",
            cure="The sum of an empty phase is 0 and stays 0. So the common sum is 0, and every "
            "other phase is moved there.",
            example=Example(
                (np.array([[5, 1, 4]]), 2),
                (
                    "There is no row 1, so two phases are empty, and c = 0.",
                    "{w[0][0]} + {w[0][2]} = 9 is shared: both move by 4.5, to {result[0][0]} and "
                    "{result[0][2]}.",
                    "{w[0][1]} moves to {result[0][1]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: Rungs(
            think=KINDS.think + " Can the result hold halves where w holds whole numbers?",
            place=KINDS.place,
            cure=KINDS.cure + " Here the result has fractions even where w has none: float.",
        ),
    },
)


def _means(y: np.ndarray, s: int) -> dict[str, Any]:
    """The phase means of y, their extremes, and the mean of y."""
    means = [y[i::s, j::s].mean() for i in range(s) for j in range(s)]
    return {"means": means, "high": max(means), "low": min(means), "mean": y.mean()}


UNEVENNESS = Ladder(
    think="Take the picture apart into its s · s phases. Which single number stands for how bright "
    "a phase is? How do you tell how far apart the brightest and the darkest are?",
    place="Print the phase means of a 2 × 4 picture, then their largest and smallest, then the "
    "mean of the picture. Which of them is not what you get by hand?",
    cure="Largest phase mean minus smallest phase mean, divided by the absolute value of the mean "
    "of all pixels.",
    example=Example(
        (np.array([[6, 1, 8, 3], [4, 2, 6, 2]]), 2),
        (
            "The phase means are {means[0]} and {means[1]} in row 0, {means[2]} and {means[3]} in "
            "row 1.",
            "The spread is {high} − {low}; the mean of all pixels is {mean}.",
            "{high} − {low} over {mean} is {result}.",
        ),
        also=_means,
    ),
    at={
        "other sizes": Rungs(
            think="If s does not divide the size, some phases have more pixels than others. Which "
            "pixels count in which mean, and which mean do you divide by?",
            place="Look at the last row and column of the picture, and at the mean in the "
            "denominator.",
            cure="Every pixel counts: in the mean of its phase, and in the mean of the picture. "
            "That is not the mean of the phase means where phases differ in size.",
            example=Example(
                (np.array([[6, 1, 9], [2, 3, 3]]), 2),
                (
                    "The phase means are {means[0]}, {means[1]}, {means[2]} and {means[3]}.",
                    "The mean of all six pixels is {mean}.",
                    "{high} − {low} over {mean} is {result}.",
                ),
                also=_means,
            ),
        ),
        "negative means, whole numbers, float32; arguments left alone": Rungs(
            think="What does your function give for a picture of negative numbers? Can the "
            "strength of a pattern be negative? And does the picture that came in stay as it was?",
            place="Look at the sign of what you divide by, and at every line that writes into y.",
            cure="Divide by the absolute value of the mean. The phase means keep their signs.",
        ),
    },
)
