"""Hints for the questions of transposed-convolution, one ladder each."""

import numpy as np

from convtranspose.convolution import cross_correlate2d
from convtranspose.transposed import transpose_by_placing
from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

TRANSPOSE_BY_MATRIX = Ladder(
    think="C turns a large picture into a small one. What shape has it? What shape has its "
    "transpose, and so: what does that one turn into what?",
    place="Print the shapes of C, of its transpose and of the flattened y. C is made for the "
    "large picture, `input_shape`.",
    cure="Build C for an image of `input_shape` (stride 1, the kernel as it is), exchange its rows "
    "and columns, multiply with y read row by row, and give the result the shape `input_shape`. "
    "Nothing is inverted.",
    example=Example(
        (np.array([[5, 2]]), np.array([[3, 7]]), (1, 3)),
        (
            "C has 2 rows (outputs) and 3 columns (pixels): {w[0][0]} {w[0][1]} 0, then 0 "
            "{w[0][0]} {w[0][1]}.",
            "Read column by column it is Cᵀ: pixel 0 gets {w[0][0]}·{y[0][0]} = {result[0][0]}.",
            "Pixel 1 is in both rows: {w[0][1]}·{y[0][0]} + {w[0][0]}·{y[0][1]} = {result[0][1]}.",
            "Pixel 2 gets {w[0][1]}·{y[0][1]} = {result[0][2]}.",
        ),
    ),
    at={
        "any shape": Rungs(
            think="With squares your function is right. Which of the two numbers of `input_shape` "
            "is the height, and where do you use it?",
            place="Look at what C is built for, and at the last reshape: rows first, then columns.",
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

_PLACED = (
    "{x[0][0]} puts a copy of w at the left: {x[0][0]}·{w[0][0]} = {result[0][0]} comes first.",
    "{x[0][1]} puts one down a step further on. Where both lie they are added: "
    "{x[0][0]}·{w[0][1]} + {x[0][1]}·{w[0][0]} = {result[0][1]}.",
    "At the end there is only the second copy: {x[0][1]}·{w[0][1]} = {result[0][2]}.",
)
TRANSPOSE_BY_PLACING = Ladder(
    think="Every number of x puts a copy of w into the result. How large is a copy, where does it "
    "begin, and what happens where two of them meet?",
    place="Look at the size of the result, then at the slice into which one copy goes, then at "
    "what your code does with numbers that are there already.",
    cure="The result has H + a − 1 rows and W + b − 1 columns, and begins as zeros. The copy of "
    "x[i, j] is x[i, j] times w, as it is; its top-left corner lies at (i, j), and it is added to "
    "what is there.",
    example=Example((np.array([[4, 5]]), np.array([[2, 3]])), _PLACED),
    at={
        "shape of the result": Rungs(
            think="A row of 3 numbers and a kernel of 2: where does the last copy begin, and where "
            "does it end?",
            place="Look at the line that makes the array of zeros.",
        ),
        "any shape": Rungs(
            think="With squares your function is right. Which of your sizes belongs to rows, and "
            "which to columns?",
            place="Look at every index and every size in the line that adds a copy: does each come "
            "from the right axis of the right array?",
            example=Example(
                (np.array([[4], [5]]), np.array([[2, 3, 1]])),
                (
                    "x has 2 rows and 1 column, w has 1 row and 3 columns: the result has "
                    "2 + 1 − 1 = 2 rows and 1 + 3 − 1 = 3 columns.",
                    "Row 0 is the copy of {x[0][0]}: {result[0][0]} {result[0][1]} {result[0][2]}.",
                    "Row 1 is the copy of {x[1][0]}: {result[1][0]} {result[1][1]} {result[1][2]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)


def _sides(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> dict[str, object]:
    """The two pictures of the gap, and their inner products."""
    there, back = cross_correlate2d(x, w), transpose_by_placing(y, w)
    return {
        "there": there,
        "back": back,
        "left": np.sum(there * y),
        "right": np.sum(x * back),
    }


ADJOINT_GAP = Ladder(
    think="The gap compares two numbers. What are the two pictures that each is made of, and which "
    "of the four pictures do you compute yourself?",
    place="Print the two sides on their own for a 1 × 3 image and the kernel 1 2. If they differ, "
    "print the two pictures as well: is Cx (the easier one) as you work it out by hand, and then "
    "Cᵀy? If both are, look at how a side is made of its two pictures.",
    cure="One side slides the kernel over x, as it is, and multiplies the small picture with y. "
    "The other places copies of the kernel for every number of y, and multiplies the large picture "
    "with x, entry by entry as the first does. Add up the products of each side, then subtract "
    "the second from the first.",
    example=Example(
        (np.array([[2, 1, 3]]), np.array([[4, 5]]), np.array([[1, 6]])),
        (
            "There: Cx is {x[0][0]}·{w[0][0]} + {x[0][1]}·{w[0][1]} = {there[0][0]} and "
            "{x[0][1]}·{w[0][0]} + {x[0][2]}·{w[0][1]} = {there[0][1]}.",
            "Its product with y: {there[0][0]}·{y[0][0]} + {there[0][1]}·{y[0][1]} = {left}.",
            "Back: Cᵀy is {w[0][0]}·{y[0][0]} = {back[0][0]}, then {w[0][1]}·{y[0][0]} + "
            "{w[0][0]}·{y[0][1]} = {back[0][1]}, then {w[0][1]}·{y[0][1]} = {back[0][2]}.",
            "Its product with x: {x[0][0]}·{back[0][0]} + {x[0][1]}·{back[0][1]} + "
            "{x[0][2]}·{back[0][2]} = {right}.",
            "The gap is {left} − {right} = {result}.",
        ),
        also=_sides,
    ),
    at={KINDS_OF_NUMBERS: KINDS},
)

INPUT_GRADIENT = Ladder(
    think="Change one pixel of the image by 1. Which outputs change, and each of them by how much? "
    "What does that do to the sum of outputs times upstream?",
    place="Write down the gradient of the top-left pixel, which only one output sees, and of a "
    "pixel in the middle. Which of the two is wrong?",
    cure="Pixel (m, n) met weight (u, v) in output (m − u, n − v). So output (i, j) gives "
    "upstream[i, j] times the whole kernel to the pixels it looked at, and what a pixel gets from "
    "several outputs is added up. If you slide instead, it takes k − 1 zeros on every side and the "
    "kernel turned by 180°.",
    example=Example(
        (np.array([[3, 7]]), np.array([[5, 2]]), (1, 3)),
        (
            "Output 0 looked at the pixels 0 and 1, output 1 at the pixels 1 and 2.",
            "Pixel 0: {w[0][0]}·{upstream[0][0]} = {result[0][0]}.",
            "Pixel 1: {w[0][1]}·{upstream[0][0]} + {w[0][0]}·{upstream[0][1]} = {result[0][1]}.",
            "Pixel 2: {w[0][1]}·{upstream[0][1]} = {result[0][2]}.",
        ),
    ),
    at={
        "any shape": Rungs(
            think="With squares your function is right. If you pad: how many zeros does a kernel "
            "of 1 row and 3 columns take above, and how many at the sides?",
            place="Look at every size: rows follow from the kernel's rows, columns from its "
            "columns, and the result has the shape `input_shape`.",
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)
