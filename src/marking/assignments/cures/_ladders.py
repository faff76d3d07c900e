"""Hints for the questions of cures, one ladder each."""

from typing import Any

import numpy as np

from convtranspose.upsampling import nearest
from marking.questions.ladder import KINDS, Example, Ladder, Rungs
from marking.questions.model import KINDS_OF_NUMBERS

NEAREST = Ladder(
    think="Pick a place in the large picture, row 3, column 2 with s = 2, say. Which pixel of x "
    "does it show?",
    place="Compare one row of your result with one row of x, then one column with one column: how "
    "often is each pixel repeated, and are the copies side by side?",
    cure="Every pixel becomes a block of s rows and s columns: s copies side by side, and s such "
    "rows below each other. Row i of the result shows row i // s of x.",
    example=Example(
        (np.array([[7, 4]]), 3),
        (
            "{x[0][0]} fills rows 0 to 2 and columns 0 to 2: {result[0][0]} {result[0][1]} "
            "{result[0][2]} begins every row.",
            "{x[0][1]} follows: {result[0][3]} {result[0][4]} {result[0][5]}.",
        ),
    ),
    at={KINDS_OF_NUMBERS: KINDS},
)


def _tent(s: int) -> dict[str, Any]:
    """The weights along one axis."""
    size = 2 * s - s % 2
    return {"tent": 1 - np.abs(np.arange(size) - (size - 1) / 2) / s}


BILINEAR_KERNEL = Ladder(
    think="Along one axis the weights form a tent. How long is it, where is its top, and how much "
    "does it fall with every step?",
    place="Print the tent of one axis before you make it two-dimensional, and compare it with the "
    "drawings for s = 2 and s = 3.",
    cure="The tent has 2s − (s mod 2) weights; its top lies in the middle, and a weight is 1 minus "
    "its distance from the middle over s. Weight (u, v) of the kernel is the tent at u times the "
    "tent at v.",
    example=Example(
        (4,),
        (
            "For s = 4 the tent has 2·4 = 8 weights, and its middle lies between numbers 3 and 4.",
            "It rises {tent[0]}, {tent[1]}, {tent[2]}, {tent[3]} and falls the same way.",
            "Weight (0, 1) of the kernel: {tent[0]}·{tent[1]} = {result[0][1]}.",
        ),
        also=_tent,
    ),
    at={
        "shape of the kernel": Rungs(
            think="How many weights does the drawing for s = 2 have, and how many that for s = 3?",
            place="Look at the size that you compute: for odd s the kernel has one weight in the "
            "middle.",
        ),
        "odd s, and s = 1": Rungs(
            think="For odd s the top of the tent lies on a weight. What is that weight? And what "
            "is the kernel for s = 1?",
            place="Look at the size and the middle for s = 3: five weights, and the middle is the "
            "third.",
            cure="2s − 1 weights for odd s, the middle is weight (size − 1)/2, and it is 1. For "
            "s = 1 that is all there is.",
            example=Example(
                (5,),
                (
                    "For s = 5 the tent has 2·5 − 1 = 9 weights, and weight 4 is the middle.",
                    "It rises {tent[0]}, {tent[1]}, {tent[2]}, {tent[3]}, {tent[4]}.",
                    "Weight (1, 4) of the kernel: {tent[1]}·{tent[4]} = {result[1][4]}.",
                ),
                also=_tent,
            ),
        ),
    },
)

RESIZE_CONVOLVE = Ladder(
    think="There are two steps. What size has the picture between them? What must be put around "
    "it, so that the second step does not change its size?",
    place="Print the enlarged picture and the padded one. If both are right, look at the sliding "
    "sum.",
    cure="Enlarge first, then pad the enlarged picture with (a − 1)/2 rows and (b − 1)/2 "
    "columns of zeros on either side, then slide the kernel as it is, one place at a time.",
    example=Example(
        (np.array([[4, 5]]), np.array([[0, 0, 0], [2, 3, 1], [0, 0, 0]]), 2),
        (
            "Enlarged, each of the two rows is {large[0][0]} {large[0][1]} {large[0][2]} "
            "{large[0][3]}.",
            "The first place has a zero to its left: {large[0][0]}·{w[1][1]} + "
            "{large[0][1]}·{w[1][2]} = {result[0][0]}.",
            "The second: {large[0][0]}·{w[1][0]} + {large[0][1]}·{w[1][1]} + "
            "{large[0][2]}·{w[1][2]} = {result[0][1]}.",
        ),
        also=lambda x, w, s: {"large": nearest(x, s)},
    ),
    at={
        "shape of the result": Rungs(
            think="The result should be as large as the enlarged picture. How many places does a "
            "kernel of 3 take away if nothing is padded?",
            place="Print the shape after each step.",
        ),
        "any odd kernel, any size": Rungs(
            think="With 3 × 3 kernels your function is right. How much padding does a kernel of 1 "
            "row and 5 columns need above, and how much at the sides?",
            place="Look at the padding: is it one number for both axes, or always 1? If you cut at "
            "the end: what does your slice do where the number is 0?",
            cure="Rows and columns each get their own number, (a − 1)/2 and (b − 1)/2. Either may "
            "be 0, and a slice that ends at −0 is empty.",
            example=Example(
                (np.array([[4, 5]]), np.array([[2, 3, 1]]), 1),
                (
                    "With s = 1 nothing is enlarged. The kernel has one row: zeros at the sides "
                    "only.",
                    "First place: {x[0][0]}·{w[0][1]} + {x[0][1]}·{w[0][2]} = {result[0][0]}.",
                    "Second: {x[0][0]}·{w[0][0]} + {x[0][1]}·{w[0][1]} = {result[0][1]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

PIXEL_SHUFFLE = Ladder(
    think="Take four channels of one pixel each and s = 2: they become one block of 2 × 2. In "
    "which corner does channel 1 go, in which channel 2?",
    place="Follow a single number: which channel, row and column does it come from, and where in "
    "your result does it stand?",
    cure="Channel i·s + j of a group goes to row offset i and column offset j of every block: "
    "pixel (m, n) of it goes to row m·s + i, column n·s + j.",
    example=Example(
        (np.array([[[7, 1]], [[4, 2]], [[9, 3]], [[5, 6]]]), 2),
        (
            "Pixel (0, 0) of the four channels makes the first block: {result[0][0][0]} "
            "{result[0][0][1]} above, {result[0][1][0]} {result[0][1][1]} below.",
            "Pixel (0, 1) makes the second: {result[0][0][2]} {result[0][0][3]} above, "
            "{result[0][1][2]} {result[0][1][3]} below.",
        ),
    ),
    at={
        "several channels": Rungs(
            think="With eight channels and s = 2 there are two channels in the result. Which four "
            "of the eight make the first of them?",
            place="Look at how the first axis is split: which part counts the result's channels, "
            "and which the place within a block?",
            cure="Groups are neighbours: channel c·s² + i·s + j belongs to channel c of the "
            "result. So the first part of the split is C, then s, then s.",
            example=Example(
                (np.array([[[7]], [[4]], [[9]], [[5]], [[1]], [[2]], [[3]], [[6]]]), 2),
                (
                    "Channels 0 to 3 make channel 0 of the result: {result[0][0][0]} "
                    "{result[0][0][1]} above {result[0][1][0]} {result[0][1][1]}.",
                    "Channels 4 to 7 make channel 1: {result[1][0][0]} {result[1][0][1]} above "
                    "{result[1][1][0]} {result[1][1][1]}.",
                ),
            ),
        ),
        KINDS_OF_NUMBERS: KINDS,
    },
)

ICNR = Ladder(
    think="After pixel shuffle, which channels make one block of the picture? What must be true of "
    "their kernels, so that the block has one colour?",
    place="Take two kernels and s = 2, and write the order of your eight kernels down as letters.",
    cure="Kernel c is written s² times before the next one follows: A A A A B B B B for s = 2. "
    "Copies lie along the first axis; the kernels themselves stay as they are.",
    example=Example(
        (np.array([[[[7, 4]]], [[[9, 5]]]]), 2),
        (
            "Kernels 0 to 3 of the result are copies of {w[0][0][0][0]} {w[0][0][0][1]}: the last "
            "of them is {result[3][0][0][0]} {result[3][0][0][1]}.",
            "Kernels 4 to 7 are copies of {w[1][0][0][0]} {w[1][0][0][1]}: the first of them is "
            "{result[4][0][0][0]} {result[4][0][0][1]}.",
        ),
    ),
    at={KINDS_OF_NUMBERS: KINDS},
)
