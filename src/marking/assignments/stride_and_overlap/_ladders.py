"""Hints for the questions of stride-and-overlap, one ladder each."""

import numpy as np

from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

OUTPUT_SIZE = Ladder(
    think="n copies of the kernel are laid down. Where does the first one begin? Where does the "
    "last one begin? Where does the last one end?",
    place="Work out n = 1 first, where there is a single copy, then n = 2. By how much does the "
    "result grow with every further copy?",
    cure="The last copy begins at (n − 1)·s and is k long. Where it ends is the size.",
    example=Example(
        (4, 3, 5),
        (
            "{n} copies have 4 − 1 = 3 steps between them: the last begins at 3·5 = 15.",
            "It is {k} long: 15 + 3 = {result}.",
        ),
    ),
    at={
        "padding": Rungs(
            think="Padding cuts something off here. How much, and at how many ends?",
            place="Look at what p does to your size: try p = 1 and count by hand what is left.",
            cure="p places are cut off at either end: the size shrinks by 2p.",
            example=Example(
                (4, 3, 5, 2),
                (
                    "Without padding: 3·5 + 3 = 18.",
                    "p = {p} at both ends: 18 − 2·2 = {result}.",
                ),
            ),
        ),
        "dilation and output padding; whole numbers, large ones too": Rungs(
            think="With dilation d, how far apart are the first and the last entry of a kernel of "
            "k? And does output padding count at one end or at both?",
            place="Set d and op apart: try each alone, then with padding as well, and see what "
            "makes your size wrong. Is the result a whole number, an `int`?",
            cure="Between k entries there are k − 1 gaps, so a dilated kernel reaches over "
            "d·(k − 1) + 1 places. Output padding adds op places, once, at the end.",
            example=Example(
                (4, 3, 5, 2, 4, 1),
                (
                    "The last copy begins at 3·5 = 15.",
                    "With d = {d} the kernel reaches over 4·2 + 1 = 9 places: 15 + 9 = 24.",
                    "p = {p} at both ends, op = {op} once: 24 − 2·2 + 1 = {result}.",
                ),
            ),
        ),
    },
)

INSERT_ZEROS = Ladder(
    think="Two numbers that were neighbours are to be s apart. How many zeros stand between them? "
    "How many after the last one?",
    place="Look at the size of the result, and at where x[0, 0], x[0, 1] and x[1, 0] end up.",
    cure="n numbers have n − 1 gaps, so an axis grows to (n − 1)·s + 1. Begin with zeros; "
    "x[i, j] goes to row i·s, column j·s.",
    example=Example(
        (np.array([[7, 4, 9]]), 3),
        (
            "The columns grow to (3 − 1)·3 + 1 = 7, the rows to (1 − 1)·3 + 1 = 1.",
            "{x[0][0]} stays in column 0, {x[0][1]} goes to column 3: {result[0][3]} stands there.",
            "{x[0][2]} goes to column 6, the last one: {result[0][6]} stands there.",
        ),
    ),
    at={
        "s = 1, one pixel; " + KINDS_OF_NUMBERS: Rungs(
            think="What comes out for s = 1, and for a single pixel? And do halves stay halves, "
            "and whole numbers whole?",
            place="Try s = 1 and a 1 × 1 image. If both are right, look at the dtype of the zeros.",
            cure="With s = 1, and with one pixel, nothing lies in between: the result is a new "
            "array with the numbers of x. The zeros need a dtype that holds those numbers.",
        )
    },
)

CONV_TRANSPOSE2D = Ladder(
    think="Where does the copy of x[0, 0] lie? Where that of x[0, 1], with a stride of 2? What "
    "stands where the two overlap?",
    place="Look at three things, one after the other: the size of the result, the corner of one "
    "copy, and what is done with numbers that are there already.",
    cure="The result has (H − 1)·stride + a rows and begins as zeros. The copy of x[i, j] is "
    "x[i, j] times w; its corner lies at row i·stride, column j·stride, and it is added.",
    example=Example(
        (np.array([[4, 5]]), np.array([[2, 3, 1]])),
        (
            "The first copy is {x[0][0]} times w and begins at 0, the second is {x[0][1]} times w "
            "and begins at 1.",
            "Place 0: {x[0][0]}·{w[0][0]} = {result[0][0]}.",
            "Place 1: {x[0][0]}·{w[0][1]} + {x[0][1]}·{w[0][0]} = {result[0][1]}.",
            "Place 2: {x[0][0]}·{w[0][2]} + {x[0][1]}·{w[0][1]} = {result[0][2]}.",
            "Place 3: {x[0][1]}·{w[0][2]} = {result[0][3]}.",
        ),
        {"stride": 1},
    ),
    at={
        "shape of the result": Rungs(
            think="With stride 3, two numbers and a kernel of 4: where does the second copy begin, "
            "and where does it end?",
            place="Look at the line that makes the array of zeros: rows and columns each from "
            "their own sizes.",
        ),
        "larger strides: overlaps": Rungs(
            think="Stride 1 is right. By how much does a copy move to the right with a stride of "
            "2, and how much of it still lies on the copy before?",
            place="The stride comes in twice: in the size of the result and in the corner of a "
            "copy. The size of a copy does not change.",
            example=Example(
                (np.array([[4, 5]]), np.array([[2, 3, 1]])),
                (
                    "The first copy begins at 0, the second at 2: they share place 2.",
                    "Place 1: {x[0][0]}·{w[0][1]} = {result[0][1]}.",
                    "Place 2: {x[0][0]}·{w[0][2]} + {x[0][1]}·{w[0][0]} = {result[0][2]}.",
                    "Place 3: {x[0][1]}·{w[0][1]} = {result[0][3]}. The size is (2 − 1)·2 + 3 = 5.",
                ),
                {"stride": 2},
            ),
        ),
        "strides as large as the kernel, or larger": Rungs(
            think="If the stride is larger than the kernel, what stands between two copies? Does "
            "the result end with the last copy, or later?",
            place="Look at the size of the result for a kernel of 1 and a stride of 3, and at what "
            "is left in the gaps.",
            cure="Nothing new happens: copies begin `stride` apart, and where none lies the zeros "
            "stay. The result ends where the last copy ends.",
            example=Example(
                (np.array([[4, 5]]), np.array([[2, 3]])),
                (
                    "The first copy begins at 0: {result[0][0]} {result[0][1]}.",
                    "The second begins at 4: between them stand {result[0][2]} and {result[0][3]}.",
                    "It ends the result: {result[0][4]} {result[0][5]}. The size is "
                    "(2 − 1)·4 + 2 = 6.",
                ),
                {"stride": 4},
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

CONV_TRANSPOSE2D_BY_ZERO_INSERTION = Ladder(
    think="Three steps: spread, pad, slide. How wide is the kernel, so how far must it be able to "
    "hang over the outermost number? And which way round must it lie, so that w[0, 0] comes first "
    "in the result?",
    place="Compare each step with a drawing: the spread and padded input, the turned kernel, the "
    "sums. Take a 1 × 2 input, a 1 × 2 kernel and stride 1.",
    cure="Put a − 1 rows of zeros above and below and b − 1 columns at either side. Turn the "
    "kernel by 180°. Then slide it, one place at a time, whatever the stride is.",
    example=Example(
        (np.array([[4, 5]]), np.array([[2, 3]])),
        (
            "Stride 1: nothing to spread. The kernel is 2 wide, so one zero at either side: 0 "
            "{x[0][0]} {x[0][1]} 0.",
            "Turned, the kernel is {w[0][1]} {w[0][0]}.",
            "Slide: {x[0][0]}·{w[0][0]} = {result[0][0]}, then {x[0][0]}·{w[0][1]} + "
            "{x[0][1]}·{w[0][0]} = {result[0][1]}, then {x[0][1]}·{w[0][1]} = {result[0][2]}.",
        ),
    ),
    at={
        "shape of the result": Rungs(
            think="The spread input has (n − 1)·s + 1 places, and zeros on both sides. In how many "
            "places can a kernel of k lie on it?",
            place="Print the shape after each of the three steps, and compare the last one with "
            "(H − 1)·s + a − 2p.",
        ),
        "larger strides": Rungs(
            think="The stride has done its work in the first step. What is it that still moves, "
            "and by how much?",
            place="Look at the spread input for stride 2, zeros between neighbours only; then at "
            "how far the kernel slides each time.",
            cure="The stride says how far apart the numbers are spread, and nothing else. The "
            "kernel slides by one place.",
            example=Example(
                (np.array([[4, 5]]), np.array([[2, 3]])),
                (
                    "Spread by 2 and padded with one zero: 0 {x[0][0]} 0 {x[0][1]} 0.",
                    "The turned kernel {w[0][1]} {w[0][0]} lies in 4 places, one after the other: "
                    "{x[0][0]}·{w[0][0]} = {result[0][0]}, {x[0][0]}·{w[0][1]} = {result[0][1]}, "
                    "{x[0][1]}·{w[0][0]} = {result[0][2]}, {x[0][1]}·{w[0][1]} = {result[0][3]}.",
                ),
                {"stride": 2},
            ),
        ),
        "padding": Rungs(
            think="Padding cuts p places off the result at every end. Which zeros could you leave "
            "away in the second step instead?",
            place="Look at the number of zeros around the spread input, on each axis of its own; "
            "or, if you cut at the end, at what your slice does for p = 0.",
            cure="k − 1 − p zeros on each side, the kernel's rows for above and below, its columns "
            "for the sides. If you cut afterwards, count the end from the start: a slice that ends "
            "at −p is empty for p = 0.",
            example=Example(
                (np.array([[4, 5]]), np.array([[0, 2, 0], [3, 0, 1], [0, 6, 0]])),
                (
                    "k − 1 − p = 3 − 1 − 1 = 1 zero on every side. The padded input has the row 0 "
                    "{x[0][0]} {x[0][1]} 0, and a row of zeros above and below.",
                    "The turned kernel's middle row is {w[1][2]} {w[1][1]} {w[1][0]}. The kernel "
                    "fits in two places, both on the middle row.",
                    "The first: {x[0][1]}·{w[1][0]} = {result[0][0]}. The second: "
                    "{x[0][0]}·{w[1][2]} = {result[0][1]}.",
                ),
                {"padding": 1},
            ),
        ),
        "padding larger than k − 1": Rungs(
            think="If p is larger than k − 1, k − 1 − p is less than 0. What does a negative "
            "number of zeros mean for the spread input?",
            place="Try a 1 × 1 kernel with padding 1: what should be left of the input?",
            cure="Fewer than no zeros means: cut that many places off the spread input, at both "
            "ends. Or put k − 1 zeros there always, and cut p places off the result.",
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

OVERLAP_COUNT = Ladder(
    think="Lay n strips of paper of length k on a ruler, each s further on than the one before. "
    "How many of them lie on place 0? How many in the middle?",
    place="Look at the length of the result, then at what one strip does to the counts under it.",
    cure="Begin with (n − 1)·s + k zeros, whole numbers. Strip i covers k places from i·s on: "
    "each of those counts goes up by one.",
    example=Example(
        (3, 5, 2),
        (
            "3 strips of length 5 begin at 0, 2 and 4: the result is (3 − 1)·2 + 5 = 9 long.",
            "Places 0 and 1 are under the first strip only: {result[0]} and {result[1]}.",
            "Places 2 and 3 are under two strips: {result[2]} and {result[3]}. Place 4 is under "
            "all three: {result[4]}.",
            "It ends as it begins: {result[7]} and {result[8]}.",
        ),
    ),
    at={
        "length of the result": Rungs(
            think="Where does the last strip begin, and where does it end?",
            place="Look at the line that makes the zeros.",
        ),
        "copies that touch or leave gaps": Rungs(
            think="If strips are shorter than their distance, what is counted between them? And "
            "is your result an array of whole numbers?",
            place="Try n = 2, k = 1, s = 3: four places. Then look at the dtype.",
            cure="Places under no strip keep their 0. Counts are whole numbers: make the array "
            "with an integer dtype.",
            example=Example(
                (2, 2, 4),
                (
                    "The strips begin at 0 and 4: the result is (2 − 1)·4 + 2 = 6 long.",
                    "It begins {result[0]} {result[1]}, in the gap stand {result[2]} "
                    "{result[3]}, it ends {result[4]} {result[5]}.",
                ),
            ),
        ),
    },
)
