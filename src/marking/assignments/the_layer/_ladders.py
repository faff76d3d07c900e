"""Hints for the questions of the-layer, one ladder each."""

import numpy as np

from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS


def _picture(*channels: list[list[int]]) -> np.ndarray:
    """One picture with these channels, shape (1, C, H, W)."""
    return np.array([channels])


def _kernels(*rows: list[list[list[int]]]) -> np.ndarray:
    """Kernels, shape (C_in, C_out / groups, a, b)."""
    return np.array(rows)


_ROW = _picture([[4, 5]])
_WEIGHTS = _kernels([[[2, 3, 1]]])

CONV_TRANSPOSE2D_LAYER = Ladder(
    think="Which is the first category with a ✗? It is one step of the table. What does that "
    "parameter do to the row of numbers in the table's last column?",
    place="Leave everything that has a ✓ as it is. Set all other parameters to their defaults, and "
    "follow a single number of x through your code.",
    cure="Build the layer in the order of the categories: place copies with a stride; loop over "
    "pictures and channels; cut; spread the kernel; keep groups apart; add the bias.",
    example=Example(
        (_ROW, _WEIGHTS),
        (
            "With all defaults the copies begin one place apart.",
            "Place 0: {x[0][0][0][0]}·{w[0][0][0][0]} = {result[0][0][0][0]}.",
            "Place 1: {x[0][0][0][0]}·{w[0][0][0][1]} + {x[0][0][0][1]}·{w[0][0][0][0]} = "
            "{result[0][0][0][1]}.",
            "Place 3, the last: {x[0][0][0][1]}·{w[0][0][0][2]} = {result[0][0][0][3]}.",
        ),
    ),
    at={
        "one picture, one channel, with a stride": Rungs(
            think="This is `conv_transpose2d` from the notebook Stride and overlap, with a stride "
            "for rows and one for columns. Where does the copy of x[0, 0, i, j] have its corner?",
            place="Look at the size of the result, (H − 1)·stride + a for rows, and at the slice "
            "that one copy goes into: stride[0] belongs to rows, stride[1] to columns.",
            cure="Begin with zeros. For every pixel add its value times the kernel, as it is, with "
            "the corner at row i·stride[0], column j·stride[1]. Add it: copies overlap.",
            example=Example(
                (_ROW, _WEIGHTS),
                (
                    "The first copy begins in column 0, the second in column 2.",
                    "Column 1: {x[0][0][0][0]}·{w[0][0][0][1]} = {result[0][0][0][1]}.",
                    "Column 2 has both: {x[0][0][0][0]}·{w[0][0][0][2]} + "
                    "{x[0][0][0][1]}·{w[0][0][0][0]} = {result[0][0][0][2]}.",
                ),
                {"stride": (1, 2)},
            ),
        ),
        "channels and the batch": Rungs(
            think="Which kernels does input channel 0 meet? What happens to what two input "
            "channels give to one output channel? And can one picture of the batch change "
            "another's result?",
            place="Look at the two first axes of everything: x is (N, C_in, …), w is "
            "(C_in, C_out, …), y is (N, C_out, …). Which index runs in which loop?",
            cure="Output channel c of picture n is the sum, over all input channels m, of channel "
            "m of that picture placed with the kernel w[m, c]. Pictures never mix.",
            example=Example(
                (_picture([[4]], [[5]]), _kernels([[[2]], [[3]]], [[[6]], [[1]]])),
                (
                    "One pixel, two channels in ({x[0][0][0][0]} and {x[0][1][0][0]}), two out.",
                    "Out 0: {x[0][0][0][0]}·{w[0][0][0][0]} + {x[0][1][0][0]}·{w[1][0][0][0]} = "
                    "{result[0][0][0][0]}.",
                    "Out 1: {x[0][0][0][0]}·{w[0][1][0][0]} + {x[0][1][0][0]}·{w[1][1][0][0]} = "
                    "{result[0][1][0][0]}.",
                ),
            ),
        ),
        "padding": Rungs(
            think="In this layer padding makes the result smaller. How many rows are cut off, and "
            "at which ends? What is cut for padding 0?",
            place="Look at the slice that cuts: its start, and above all its end. padding[0] "
            "belongs to rows, padding[1] to columns.",
            cure="Cut p places off at the start and p at the end. Count the end from the start, "
            "p plus the size that is to be left: a slice that ends at −p is empty for p = 0. If "
            "you reckon each place as i·s + u·d − p instead, leave out those below 0 (a negative "
            "index counts from the end) and those from the size on.",
            example=Example(
                (_ROW, _WEIGHTS),
                (
                    "Uncut, with stride 2, there are (2 − 1)·2 + 3 = 5 columns.",
                    "Padding 1 leaves 5 − 2·1 = 3: {result[0][0][0][0]} {result[0][0][0][1]} "
                    "{result[0][0][0][2]}.",
                ),
                {"stride": (1, 2), "padding": (0, 1)},
            ),
        ),
        "output padding": Rungs(
            think="Output padding gives places back. At which end, and what stands in them: zeros, "
            "or what the cut had taken away?",
            place="Is the result as large as it should be? Then compare its last row and column "
            "with what is there before anything is cut. Where is there nothing left to uncover?",
            cure="The window that is kept ends `output_padding` places later. Make room for them, "
            "zeros after everything that is placed, before you cut: the places then hold real "
            "values as far as there are any.",
            example=Example(
                (_ROW, _WEIGHTS),
                (
                    "Stride 2 and padding 1 alone keep columns 1 to 3 of the five.",
                    "Output padding 1 keeps column 4, too: {x[0][0][0][1]}·{w[0][0][0][2]} = "
                    "{result[0][0][0][3]} is uncovered.",
                ),
                {"stride": (1, 2), "padding": (0, 1), "output_padding": (0, 1)},
            ),
        ),
        "dilation": Rungs(
            think="With dilation 2, where do the three entries of one copy go? How many places "
            "does the copy reach over?",
            place="Look at the size of the result, and at the places that one copy is added to: "
            "are they a dilation apart, and how many places does it reach over?",
            cure="Entry u of the kernel goes to u·dilation within the copy, so a copy reaches over "
            "dilation·(k − 1) + 1 places. The size of the result grows with it.",
            example=Example(
                (_ROW, _WEIGHTS),
                (
                    "Spread by 2, the kernel is {w[0][0][0][0]} 0 {w[0][0][0][1]} 0 "
                    "{w[0][0][0][2]}.",
                    "Columns 0 and 1: {x[0][0][0][0]}·{w[0][0][0][0]} = {result[0][0][0][0]} and "
                    "{x[0][0][0][1]}·{w[0][0][0][0]} = {result[0][0][0][1]}.",
                    "Column 2: {x[0][0][0][0]}·{w[0][0][0][1]} = {result[0][0][0][2]}.",
                ),
                {"dilation": (1, 2)},
            ),
        ),
        "groups": Rungs(
            think="With four input channels and groups = 2, which output channels may hear input "
            "channel 3? Which of w's kernels belong to it?",
            place="Look at which input channels are added up for one output channel, and at the "
            "second index of w: it counts within the group.",
            cure="Each group is a layer of its own: C_in/groups channels in, w.shape[1] channels "
            "out. Its results come one after the other in y.",
            example=Example(
                (_picture([[4]], [[5]]), _kernels([[[2]], [[3]]], [[[6]], [[1]]])),
                (
                    "Two input channels in two groups, two output channels for each group.",
                    "The first group: {x[0][0][0][0]}·{w[0][0][0][0]} = {result[0][0][0][0]} and "
                    "{x[0][0][0][0]}·{w[0][1][0][0]} = {result[0][1][0][0]}.",
                    "The second: {x[0][1][0][0]}·{w[1][0][0][0]} = {result[0][2][0][0]} and "
                    "{x[0][1][0][0]}·{w[1][1][0][0]} = {result[0][3][0][0]}. Nothing is added.",
                ),
                {"groups": 2},
            ),
        ),
        "bias": Rungs(
            think="To which numbers of the result is bias[1] added? Also to places that no copy "
            "reaches?",
            place="Look at when the bias is added, and along which axis it is spread.",
            cure="After everything else, add bias[c] to every place of output channel c, in every "
            "picture; where bias is None, nothing. A vector must first be given a shape that goes "
            "along the second axis.",
            example=Example(
                (_ROW, _kernels([[[2]], [[3]]]), np.array([7, 10])),
                (
                    "Channel 0: {x[0][0][0][0]}·{w[0][0][0][0]} + {bias[0]} = "
                    "{result[0][0][0][0]}.",
                    "Channel 1: {x[0][0][0][0]}·{w[0][1][0][0]} + {bias[1]} = "
                    "{result[0][1][0][0]}.",
                ),
            ),
        ),
        "everything at once": Rungs(
            think="Each parameter alone is right. Which of them are set in the case that is shown, "
            "and in which line of your code do they meet?",
            place="Look at the lines where parameters meet. The size of the result and the cut "
            "hold stride, dilation, padding and output padding, two of each; groups say how many "
            "channels there are, and so how many biases; the bias is added after the cut.",
            cure="Rows and columns have their own number of everything: size = (n − 1)·s − 2p + "
            "d·(k − 1) + output padding + 1, with the index 0 for rows and 1 for columns. With "
            "groups there are groups · w.shape[1] output channels, and bias[c] goes to channel c "
            "of all of these.",
            example=Example(
                (_ROW, _WEIGHTS, np.array([10])),
                (
                    "Stride 2 and dilation 2: the copies begin in columns 0 and 2, and their "
                    "entries are two columns apart.",
                    "Uncut, column 2 is {x[0][0][0][0]}·{w[0][0][0][1]} + "
                    "{x[0][0][0][1]}·{w[0][0][0][0]}, column 3 is 0.",
                    "Padding 2 makes column 2 the first one: {x[0][0][0][0]}·{w[0][0][0][1]} + "
                    "{x[0][0][0][1]}·{w[0][0][0][0]} + {bias[0]} = {result[0][0][0][0]}. After it "
                    "comes 0 + {bias[0]} = {result[0][0][0][1]}.",
                ),
                {"stride": (1, 2), "dilation": (1, 2), "padding": (0, 2)},
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

SAME_PADDING = Ladder(
    think="How many places has everything that is placed, and how many are to be left? What is the "
    "difference, and does it depend on n?",
    place="Write the two sizes down for n = 3, k = 4, s = 2, and share what is too much between "
    "both ends.",
    cure="k − s places are too many. Half of them, rounded down, is cut at the start, and the rest "
    "at the end.",
    example=Example(
        (5, 6, 2),
        (
            "Placed: (5 − 1)·2 + 6 = 14 places. Wanted: 5·2 = 10.",
            "14 − 10 = 4 are too many: {result[0]} at the start, {result[1]} at the end.",
        ),
    ),
    at={
        "k − s odd; whole numbers": Rungs(
            think="If an odd number of places is too much, which end loses one more? Are your two "
            "numbers whole numbers, `int`?",
            place="Look at which of the two is rounded, and in which direction.",
            cure="The start gets the half that is rounded down (`//` keeps whole numbers), the end "
            "gets what is left of k − s.",
            example=Example(
                (5, 5, 2),
                ("5 − 2 = 3 are too many: {result[0]} at the start, {result[1]} at the end.",),
            ),
        ),
        "k smaller than s: zeros appended": Rungs(
            think="If k is smaller than s, places are missing. At which end does TensorFlow add "
            "them, and how is that written as a cut?",
            place="Try k = 1, s = 4. At which end do you put the places that are missing? If you "
            "halve their number: what does your rounding do with a negative one?",
            cure="Nothing is cut at the start, which is 0. The end gets all of k − s, a negative "
            "number: that many zeros are appended.",
            example=Example(
                (5, 2, 6),
                (
                    "Placed: (5 − 1)·6 + 2 = 26 places. Wanted: 5·6 = 30.",
                    "30 − 26 = 4 are missing: {result[0]} at the start, {result[1]} at the end.",
                ),
            ),
        ),
    },
)
