"""conv_transpose2d_layer(x, w, …): the layer as frameworks ship it, with all its parameters."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from convtranspose.transposed import conv_transpose2d_layer
from marking.assignments.the_layer._axes import AXES
from marking.assignments.the_layer._ladders import CONV_TRANSPOSE2D_LAYER
from marking.questions.arrays import eighths, float32, float64, int64
from marking.questions.domain import Domain, Rule
from marking.questions.inputs import Column, Condition, Entries, PairOf, Variables, Whole
from marking.questions.mistakes import negated, truncated
from marking.questions.model import Category, Question, case, kinds_of_numbers
from marking.questions.relations import Relation, axis_relations, everywhere, plain
from marking.questions.slips import of_no_padding, of_nothing_given
from marking.questions.usual import STRIDES, TINY, both
from marking.questions.wrong_layers import (
    CHANNELS,
    DILATION,
    KERNEL,
    LOOPS,
    OUTPUT_PADDING,
    OVERLAP,
    PADDING,
    PADDING_PAIR,
    SIZE,
    STRIDE,
    STRIDE_PAIR,
)

MISCONCEPTIONS = (
    *KERNEL,
    *OVERLAP,
    *STRIDE,
    *STRIDE_PAIR,
    *PADDING,
    *PADDING_PAIR,
    *SIZE,
    *OUTPUT_PADDING,
    *DILATION,
    *CHANNELS,
    *LOOPS,
    *AXES,
    negated(conv_transpose2d_layer),
    truncated(conv_transpose2d_layer),
)

LAYER_DEFAULTS: Mapping[str, Any] = {
    "bias": None,
    "stride": (1, 1),
    "padding": (0, 0),
    "output_padding": (0, 0),
    "dilation": (1, 1),
    "groups": 1,
}


def _one_axis(name: str) -> tuple[Relation, ...]:
    """Which of its two axes a parameter is set on."""
    off = LAYER_DEFAULTS[name][0]
    rows, columns = f"{name}.0", f"{name}.1"
    return (
        Relation(f"{name} on rows only", lambda v: (v[rows] != off) & (v[columns] == off)),
        Relation(f"{name} on columns only", lambda v: (v[rows] == off) & (v[columns] != off)),
        Relation(f"{name} equal on both", lambda v: (v[rows] == v[columns]) & (v[rows] != off)),
        Relation(f"{name} larger on rows", lambda v: (v[rows] > v[columns]) & (v[columns] > off)),
        Relation(f"{name} larger on columns", lambda v: (v[columns] > v[rows]) & (v[rows] > off)),
    )


def _off(*names: str) -> Callable[[Variables], Condition]:
    """Whether the named parameters have their defaults."""

    def holds(v: Variables) -> Condition:
        result = plain(v)
        for name in names:
            if name == "bias":
                result = result & v["bias.none"]
            elif name == "groups":
                result = result & (v.groups == 1)
            else:
                off = LAYER_DEFAULTS[name][0]
                result = result & (v[f"{name}.0"] == off) & (v[f"{name}.1"] == off)
        return result

    return holds


def _one_by_one(*names: str) -> Callable[[Variables], Condition]:
    """Whether one channel of one picture becomes one channel, and the named parameters have their
    defaults: who is not right about channels yet is told of a step, and paid for it, all the same.
    """

    def holds(v: Variables) -> Condition:
        alone = (v.N == 1) & (v.C_in == 1) & (v.C_out == 1)
        return np.asarray(_off(*names, "groups", "bias")(v) & alone)

    return holds


def _one_picture(*names: str) -> Callable[[Variables], Condition]:
    """Whether the batch is one picture, and the named parameters have their defaults."""
    return lambda v: np.asarray(_off(*names)(v) & (v.N == 1))


def _channels_out(given: Mapping[str, Any]) -> int:
    """The number of output channels of a call."""
    return int(given["w"].shape[1] * given.get("groups", 1))


def _size_of(i: int) -> Callable[[Variables], Column]:
    """The result's rows (0) or columns (1)."""
    side, kernel = ("H", "a") if i == 0 else ("W", "b")
    return lambda v: (
        (v[side] - 1) * v[f"stride.{i}"]
        - 2 * v[f"padding.{i}"]
        + v[f"dilation.{i}"] * (v[kernel] - 1)
        + v[f"output_padding.{i}"]
        + 1
    )


DOMAIN = Domain(
    {
        "x": Entries(("N", "C_in", "H", "W")),
        "w": Entries(("C_in", "per_group", "a", "b")),
        "bias": Entries(("C_out",), optional=True),
        "stride": PairOf(STRIDES),
        "padding": PairOf(Whole(0, 4, (0, 1, 1, 2), (5, 7))),
        "output_padding": PairOf(Whole(0, 5, (0, 0, 1, 1, 2), (6,))),
        "dilation": PairOf(Whole(1, 4, (1, 2, 2, 3), (5, 7))),
        "groups": Whole(1, 3, (1, 2), (4, 5, 8)),
    },
    {
        "N": Whole(1, 3, (1,), (4, 7)),
        "channels": Whole(1, 2, (1,), (3, 5, 8)),
        "per_group": Whole(1, 3, (1, 2), (4, 5, 8)),
        **{n: TINY for n in "HWab"},
    },
    derived={
        "C_in": lambda v: v.channels * v.groups,
        "C_out": lambda v: v.per_group * v.groups,
    },
    written={"per_group": "C_out / groups"},
    defaults=LAYER_DEFAULTS,
    rules=(
        Rule("groups divides C_in and C_out", everywhere),  # both are multiples of it
        Rule(
            "output_padding is less than the stride or less than the dilation",
            lambda v: (
                (v["output_padding.0"] < np.maximum(v["stride.0"], v["dilation.0"]))
                & (v["output_padding.1"] < np.maximum(v["stride.1"], v["dilation.1"]))
            ),
        ),
        Rule(
            "the result has at least one row and one column",
            lambda v: (_size_of(0)(v) >= 1) & (_size_of(1)(v) >= 1),
        ),
        Rule("", lambda v: (v.C_in > 0) & (v.H * v.W * v.a * v.b <= 100)),
    ),
    relations=(
        Relation("N = 1", lambda v: v.N == 1),
        Relation("N = 2", lambda v: v.N == 2),
        Relation("N > 2", lambda v: v.N > 2),
        Relation("C_in = 1", lambda v: v.C_in == 1),
        Relation("C_in > 1, one group", lambda v: (v.C_in > 1) & (v.groups == 1)),
        Relation("C_out = 1", lambda v: v.C_out == 1),
        Relation("C_out > 1, one group", lambda v: (v.C_out > 1) & (v.groups == 1)),
        Relation("C_in > C_out", lambda v: v.C_in > v.C_out),
        Relation("C_in < C_out", lambda v: v.C_in < v.C_out),
        Relation("several groups", lambda v: v.groups > 1),
        Relation("a group for each input channel", lambda v: (v.groups > 1) & (v.groups == v.C_in)),
        Relation("1 < groups < C_in", lambda v: (v.groups > 1) & (v.groups < v.C_in)),
        Relation("depthwise", lambda v: (v.groups > 1) & (v.groups == v.C_in) & (v.per_group == 1)),
        Relation("groups, C_out/groups > 1", lambda v: (v.groups > 1) & (v.per_group > 1)),
        Relation("three groups", lambda v: v.groups == 3),
        Relation("with bias", lambda v: ~v["bias.none"]),
        Relation("bias is None, given", lambda v: v["bias.none"] & v["bias.given"]),
        *_one_axis("stride"),
        *_one_axis("padding"),
        *_one_axis("output_padding"),
        *_one_axis("dilation"),
    ),
    axes=both(
        n=("H", "W"),
        k=("a", "b"),
        s=("stride.0", "stride.1"),
        p=("padding.0", "padding.1"),
        op=("output_padding.0", "output_padding.1"),
        d=("dilation.0", "dilation.1"),
    ),
    axis_relations=axis_relations("n", "k", "s", "p", "op", "d"),
)

QUESTION = Question(
    domain=DOMAIN,
    slips=(of_no_padding("padding"), of_nothing_given("bias", "bias", _channels_out)),
    signature=(
        "conv_transpose2d_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, "
        "0), dilation=(1, 1), groups=1)"
    ),
    reference=conv_transpose2d_layer,
    categories=(
        Category("shape of the result", 1, shape_only=True),
        Category(
            "one picture, one channel, with a stride",
            2,
            (
                case(float64(1, 1, 2, 2), float64(1, 1, 2, 2)),
                case(float64(1, 1, 2, 3), float64(1, 1, 3, 2)),
                case(float64(1, 1, 2, 3), float64(1, 1, 4, 4), stride=(3, 2)),
                case(float64(1, 1, 3, 2), float64(1, 1, 2, 1), stride=(2, 3)),
            ),
            where=_one_by_one("padding", "output_padding", "dilation"),
        ),
        Category(
            "channels and the batch",
            1,
            (
                case(float64(1, 2, 2, 2), float64(2, 3, 2, 2)),
                case(float64(2, 3, 1, 2), float64(3, 2, 2, 3)),
                case(float64(1, 2, 3, 2), float64(2, 1, 2, 1), stride=(2, 3)),
            ),
            where=_off("padding", "output_padding", "dilation", "groups", "bias"),
        ),
        Category(
            "padding",
            1,
            (
                case(float64(1, 1, 3, 3), float64(1, 1, 4, 4), stride=(2, 3), padding=(1, 2)),
                case(float64(1, 1, 4, 3), float64(1, 1, 1, 2), stride=(2, 2), padding=(1, 2)),
            ),
            where=_one_by_one("output_padding", "dilation"),
        ),
        Category(
            "output padding",
            1,
            (
                case(
                    float64(1, 1, 2, 3), float64(1, 1, 2, 2), stride=(3, 2), output_padding=(2, 1)
                ),
                case(
                    float64(1, 1, 2, 2), float64(1, 1, 4, 4), stride=(3, 3), output_padding=(1, 2)
                ),
            ),
            where=_one_by_one("padding", "dilation"),
        ),
        Category(
            "dilation",
            1,
            (
                case(float64(1, 1, 2, 2), float64(1, 1, 2, 2), dilation=(2, 3)),
                case(float64(1, 1, 2, 3), float64(1, 1, 3, 2), stride=(2, 1), dilation=(3, 2)),
            ),
            where=_one_by_one("padding", "output_padding"),
        ),
        Category(
            "groups",
            1,
            (
                case(float64(1, 2, 2, 2), float64(2, 2, 2, 2), groups=2),
                case(float64(1, 4, 2, 2), float64(4, 2, 2, 2), groups=2),
                case(float64(1, 6, 1, 2), float64(6, 1, 2, 1), groups=3),
            ),
            where=_one_picture("stride", "padding", "output_padding", "dilation", "bias"),
        ),
        Category(
            "bias",
            1,
            (
                case(float64(1, 1, 2, 2), float64(1, 2, 2, 2), float64(2)),
                case(float64(1, 2, 2, 2), float64(2, 3, 2, 2), float64(3), stride=(2, 2)),
            ),
            where=_one_picture("padding", "output_padding", "dilation", "groups"),
        ),
        Category(
            "everything at once",
            1,
            (
                # Every size and every pair of numbers differs between the axes, so that no
                # mistake can hide.
                case(
                    float64(2, 4, 3, 4),
                    float64(4, 2, 4, 4),
                    float64(4),
                    stride=(2, 3),
                    padding=(2, 1),
                    output_padding=(1, 2),
                    dilation=(2, 1),
                    groups=2,
                ),
                # Two or three at a time, which the steps above ask for one by one.
                case(
                    float64(1, 1, 2, 2),
                    float64(1, 1, 4, 4),
                    stride=(3, 3),
                    padding=(2, 1),
                    output_padding=(1, 2),
                ),
                case(
                    float64(1, 1, 2, 2), float64(1, 1, 2, 2), dilation=(2, 3), output_padding=(1, 2)
                ),
                case(
                    float64(1, 1, 2, 3),
                    float64(1, 1, 3, 2),
                    stride=(2, 1),
                    dilation=(3, 2),
                    padding=(1, 1),
                ),
            ),
            where=plain,
            together=True,
        ),
        kinds_of_numbers(
            case(int64(1, 1, 2, 2), int64(1, 2, 2, 2)),
            case(float32(1, 1, 2, 2), float32(1, 2, 3, 2), float32(2), stride=(2, 1)),
            case(int64(1, 2, 2, 1), eighths(2, 1, 2, 2), eighths(1)),
            case(eighths(1, 1, 2, 2), int64(1, 1, 2, 2), int64(1), padding=(1, 0)),
        ),
    ),
    ladder=CONV_TRANSPOSE2D_LAYER,
    moderate=case(float64(2, 4, 16, 16), float64(4, 4, 4, 4), stride=(2, 2), padding=(1, 1)),
    misconceptions=MISCONCEPTIONS,
    hint="Set all parameters but one to their defaults: the categories above say which one to "
    "look at first.",
    linear=("x", "w"),
)
