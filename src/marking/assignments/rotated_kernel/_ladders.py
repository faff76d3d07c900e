"""Hints for the questions of rotated-kernel, one ladder each."""

import numpy as np

from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

ROTATE180 = Ladder(
    think="Turn a sheet of paper half round on the table. Where does the number in its top-left "
    "corner go? Where does the one beside it go?",
    place="There are two directions: look at what happens to the order of the rows, and then at "
    "what happens to the order of the columns.",
    cure="A half turn reverses both axes: the last row comes first, and within each row the last "
    "entry comes first. With H rows and W columns, entry (u, v) of the result is entry "
    "(H − 1 − u, W − 1 − v) of `h`.",
    example=Example(
        (np.array([[3, 1, 4], [2, 7, 6]]),),
        (
            "The last row of h, {h[1][0]} {h[1][1]} {h[1][2]}, becomes the first.",
            "Its entries come in the opposite order, so the result begins {result[0][0]} "
            "{result[0][1]} {result[0][2]}.",
            "The first row becomes the last: {result[1][0]} {result[1][1]} {result[1][2]}.",
        ),
    ),
    at={KINDS_OF_NUMBERS: KINDS},
)

ZERO_PAD = Ladder(
    think="How many rows and columns has the padded image? How many zeros stand before the first "
    "pixel of x in its row, and how many rows of zeros above it?",
    place="Look at two lines: the one that makes the array of zeros (its shape), and the one that "
    "says where in it x is put.",
    cure="Every side gets p, so each axis grows by 2p. Begin with zeros of that shape; pixel "
    "(i, j) of x goes to row i + p, column j + p.",
    example=Example(
        (np.array([[6, 5, 8]]), 2),
        (
            "x has 1 row and 3 columns; with p = {p} the result has 5 rows and 7 columns.",
            "x[0, 0] = {x[0][0]} goes to row 2, column 2: {result[2][2]} stands there.",
            "x[0, 2] = {x[0][2]} goes to row 2, column 4: {result[2][4]} stands there.",
        ),
    ),
    at={
        "p = 0; " + KINDS_OF_NUMBERS: Rungs(
            think="What should come out for p = 0, and what does your function give? And for an "
            "array of whole numbers, of halves, of float32: does anything change but the zeros "
            "around it?",
            place="Try p = 0 first. If that is right, look at the dtype of the array of zeros.",
            cure="With p = 0 nothing is added, and a slice that ends at −p ends at 0: it is empty. "
            "Count where x ends from the start instead, p plus its number of rows. The zeros need "
            "a dtype that holds the pixels: that of x.",
            example=Example(
                (np.array([[0.5, 2.5]]), 0),
                ("With p = {p} nothing is added: {result[0][0]} {result[0][1]}, in a new array.",),
            ),
        )
    },
)

_CORRELATED = (
    "Lay the kernel's top-left corner on x[0, 0] and multiply what lies on each other: "
    "{x[0][0]}·{h[0][0]} + {x[0][1]}·{h[0][1]} + {x[1][0]}·{h[1][0]} + {x[1][1]}·{h[1][1]} "
    "= {result[0][0]}.",
    "One column to the right: {x[0][1]}·{h[0][0]} + {x[0][2]}·{h[0][1]} + {x[1][1]}·{h[1][0]} + "
    "{x[1][2]}·{h[1][1]} = {result[0][1]}. Further right the kernel would hang over.",
)
CROSS_CORRELATE2D = Ladder(
    think="Lay the kernel on the image without letting it hang over. In how many places can it lie "
    "from left to right, and in how many from top to bottom? What is done in each of them?",
    place="Look at the size of the result first, then at the window of one output: which rows and "
    "columns of x does it take?",
    cure="There are H − a + 1 rows of outputs and W − b + 1 columns. Output (i, j) looks at the a "
    "rows from i on and the b columns from j on; multiply entry by entry with `h` as it is, and "
    "add up all the products.",
    example=Example((np.array([[2, 0, 3], [1, 4, 1]]), np.array([[5, 1], [2, 3]])), _CORRELATED),
    at={
        "any shape of image and kernel": Rungs(
            think="Your function is right for square kernels. Which of your sizes comes from the "
            "kernel's rows, and which from its columns?",
            place="Look at every place where a size of the kernel stands: in the shape of the "
            "result, in the window, in the loops.",
            example=Example(
                (np.array([[2, 0, 3], [1, 4, 1]]), np.array([[5, 1, 2]])),
                (
                    "The kernel has 1 row and 3 columns. It fits in 2 − 1 + 1 = 2 rows and in "
                    "3 − 3 + 1 = 1 column: the result is a column.",
                    "Above: {x[0][0]}·{h[0][0]} + {x[0][1]}·{h[0][1]} + {x[0][2]}·{h[0][2]} = "
                    "{result[0][0]}.",
                    "Below: {x[1][0]}·{h[0][0]} + {x[1][1]}·{h[0][1]} + {x[1][2]}·{h[0][2]} = "
                    "{result[1][0]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

CONVOLVE2D_SAME = Ladder(
    think="You have three functions by now. In which order are they used, and what does each need "
    "to know? What must the padding be, so that the result comes out as large as the image?",
    place="Look at the three steps one at a time, on a 3 × 3 image: the turned kernel, the padded "
    "image, the sliding sum. Which is the first that is not what you expect?",
    cure="Turn the kernel by 180°, the image not at all. Put (a − 1)/2 rows of zeros above and "
    "below and (b − 1)/2 columns on either side, so that the kernel's centre can lie on every "
    "pixel. Then slide.",
    example=Example(
        (np.array([[2, 5], [1, 3]]), np.array([[0, 1, 0], [2, 0, 4], [0, 3, 0]])),
        (
            "Turned, the kernel's rows are 0 {h[2][1]} 0, then {h[1][2]} 0 {h[1][0]}, then 0 "
            "{h[0][1]} 0.",
            "Put its centre on x[0, 0]. To the right lies {x[0][1]}, below lies {x[1][0]}, the "
            "rest is outside: {x[0][1]}·{h[1][0]} + {x[1][0]}·{h[0][1]} = {result[0][0]}.",
            "On x[1, 1] the neighbours are {x[0][1]} above and {x[1][0]} to the left: "
            "{x[0][1]}·{h[2][1]} + {x[1][0]}·{h[1][2]} = {result[1][1]}.",
        ),
    ),
    at={
        "kernels of any odd shape": Rungs(
            think="With 3 × 3 kernels your function is right. How many zeros does a kernel of 1 "
            "row and 5 columns need above, and how many at the sides?",
            place="Look at the padding: the rows of zeros follow from the kernel's rows, the "
            "columns from its columns. `zero_pad` puts the same number on all sides.",
            cure="Rows and columns each get their own number, (a − 1)/2 and (b − 1)/2. If you pad "
            "with more and cut afterwards, mind that either number may be 0: a slice that ends at "
            "−0 is empty.",
            example=Example(
                (np.array([[2, 5, 1]]), np.array([[1, 0, 4]])),
                (
                    "The kernel has 1 row: no zeros above or below. It has 3 columns: one zero on "
                    "either side.",
                    "Turned, it is {h[0][2]} {h[0][1]} {h[0][0]}.",
                    "Centre on x[0, 1]: {x[0][0]}·{h[0][2]} + {x[0][1]}·{h[0][1]} + "
                    "{x[0][2]}·{h[0][0]} = {result[0][1]}.",
                ),
            ),
        ),
        "kernels larger than the image": Rungs(
            think="Your function is right as long as the kernel fits into the image. What changes "
            "when it does not? Is anything in your code smaller than 0 then, or cut too short?",
            place="Look at the size of the padded image: is it made from the image's size and the "
            "padding, whichever of the two is larger?",
            cure="Nothing is special about large kernels: zeros all round, and one output for "
            "every pixel. Count the outputs from the image, not from where the kernel fits.",
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)
