"""Hints for the questions of convolution-matrix, one ladder each."""

import numpy as np

from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

_ROWS = (
    "The image has 2 rows and 3 columns, so C has 2·3 = 6 columns. The kernel fits in 2 places: C "
    "has 2 rows.",
    "Output 0 looks at the pixels 0, 1 and 3, 4: its row of C is {result[0][0]} {result[0][1]} "
    "{result[0][2]} {result[0][3]} {result[0][4]} {result[0][5]}.",
    "Output 1 looks one pixel further to the right: {result[1][0]} {result[1][1]} {result[1][2]} "
    "{result[1][3]} {result[1][4]} {result[1][5]}.",
)
CONVOLUTION_MATRIX = Ladder(
    think="Take one output. Which pixels does it look at, and what are their numbers when the "
    "image is read row by row?",
    place="Reshape one row of your C to the image's shape and look at it as a picture: does the "
    "kernel lie there in one piece, and in the right place?",
    cure="Row i · columns + j of C belongs to output (i, j). Weight (u, v) of the kernel stands in "
    "the column of pixel (i + u, j + v), which is number (i + u) · W + j + v; all else is 0.",
    example=Example((np.array([[8, 3], [5, 2]]), (2, 3)), _ROWS),
    at={
        "shape of the matrix": Rungs(
            think="How many outputs are there, and how many pixels? Which of the two is the "
            "number of rows of C?",
            place="Look at the line that makes C: its two sizes.",
        ),
        "stride 1, any shape": Rungs(
            think="With square images and kernels your function is right. Which of your sizes is "
            "a height, and which is a width?",
            place="Look at every product and every sum of sizes: a pixel's number is its row times "
            "the image's width plus its column.",
        ),
        "larger strides": Rungs(
            think="With a stride of 2, which pixels does output (0, 1) look at? Which ones does "
            "output (1, 0) look at? And how many outputs are left in a row?",
            place="The stride comes in twice: in the number of outputs, and in where each window "
            "starts. Look at both, on both axes.",
            cure="An axis of n pixels has (n − k) // stride + 1 outputs, and the window of output "
            "i starts at i · stride. Within the window nothing changes: weights stay side by side.",
            example=Example(
                (np.array([[8, 3]]), (1, 5)),
                (
                    "With n = 5, k = 2 and stride 2 there are (5 − 2) // 2 + 1 = 2 outputs.",
                    "Output 0 starts at pixel 0: {result[0][0]} {result[0][1]} {result[0][2]} "
                    "{result[0][3]} {result[0][4]}.",
                    "Output 1 starts at pixel 2: {result[1][0]} {result[1][1]} {result[1][2]} "
                    "{result[1][3]} {result[1][4]}. The last pixel is left out.",
                ),
                {"stride": 2},
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

APPLY_MATRIX = Ladder(
    think="C has a column for every pixel and a row for every output. What shape must the image "
    "have so that the product is defined, and what shape has the product?",
    place="There are three steps: flatten the image, multiply, give the result its shape. Print "
    "the shape after each of them.",
    cure="Flatten x row by row, as `ravel()` does, and multiply with C on the left: every row of "
    "C meets the whole image. The vector that comes out is filled into `output_shape` row by row.",
    example=Example(
        (np.array([[1, 0, 2, 0], [0, 3, 0, 1]]), np.array([[5, 4], [6, 7]]), (1, 2)),
        (
            "Flattened row by row, x is {x[0][0]} {x[0][1]} {x[1][0]} {x[1][1]}.",
            "Row 0 of C: {C[0][0]}·{x[0][0]} + {C[0][1]}·{x[0][1]} + {C[0][2]}·{x[1][0]} + "
            "{C[0][3]}·{x[1][1]} = {result[0][0]}.",
            "Row 1 of C: {C[1][0]}·{x[0][0]} + {C[1][1]}·{x[0][1]} + {C[1][2]}·{x[1][0]} + "
            "{C[1][3]}·{x[1][1]} = {result[0][1]}.",
            "The two numbers are given the shape (1, 2).",
        ),
    ),
    at={KINDS_OF_NUMBERS: KINDS},
)

COUNT_MULTIPLICATIONS = Ladder(
    think="How many rows has C, and how many entries has each row? How many of those entries are "
    "weights of the kernel?",
    place="Count three things on their own and print them: the outputs, the pixels, the weights. "
    "Both answers are products of two of them.",
    cure="There are (H − a + 1)(W − b + 1) outputs at stride 1. Multiplying with all of C takes "
    "outputs times pixels; useful are only outputs times weights.",
    example=Example(
        ((3, 5), (2, 2), 1),
        (
            "Outputs: (3 − 2 + 1)·(5 − 2 + 1) = 8. Pixels: 3·5 = 15. Weights: 2·2 = 4.",
            "Dense: 8·15 = {result[0]}. Useful: 8·4 = {result[1]}.",
        ),
    ),
    at={
        "larger strides; whole numbers, large ones too": Rungs(
            think="With a stride, some positions are left out. What becomes of a window that would "
            "hang over the end? And are your two numbers whole numbers, or floats?",
            place="Look at how you count the outputs of one axis.",
            cure="An axis has (n − k) // stride + 1 outputs: windows that hang over do not count, "
            "so the division is rounded down. `//` does that and keeps whole numbers whole.",
            example=Example(
                ((6, 5), (3, 2), 2),
                (
                    "Rows of outputs: (6 − 3) // 2 + 1 = 2. Columns: (5 − 2) // 2 + 1 = 2. "
                    "Outputs: 2·2 = 4.",
                    "Pixels: 6·5 = 30. Weights: 3·2 = 6.",
                    "Dense: 4·30 = {result[0]}. Useful: 4·6 = {result[1]}.",
                ),
            ),
        )
    },
)
