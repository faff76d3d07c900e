"""Mistakes with parameters that hold one number for rows and one for columns, and with the bias."""

from __future__ import annotations

import numpy as np

from marking.questions.layer_call import LayerCall
from marking.questions.mistakes import Misconception

_NAMES = {
    "stride": "stride",
    "padding": "padding",
    "output_padding": "output padding",
    "dilation": "dilation",
}


def _one_for_both(name: str, axis: int) -> Misconception:
    """Rows and columns both get the number that is meant for one of them."""
    mine, other = ("rows", "columns") if axis == 0 else ("columns", "rows")

    def answer(*args: object, **kwargs: object) -> np.ndarray:
        call = LayerCall(*args, **kwargs)  # type: ignore[arg-type]  # a call of the layer, as it comes
        return call.but(**{name: (getattr(call, name)[axis],) * 2}).cut()

    return Misconception(
        f"the {_NAMES[name]} of the {mine} for both axes",
        f"`{name}` is a pair: [0] goes with rows, [1] with columns. The {other} get the number of "
        f"the {mine}.",
        answer,
    )


def _ends_at_zero(*args: object, **kwargs: object) -> np.ndarray:
    """`y[p:-p]`, which is empty for p = 0, before the output padding is looked at."""
    call = LayerCall(*args, **kwargs)  # type: ignore[arg-type]  # a call of the layer, as it comes
    rows, columns = (slice(p, -p) for p in call.padding)
    return call.biased(call.full()[:, :, rows, columns])


def _ends_at_minus_zero(*args: object, **kwargs: object) -> np.ndarray:
    """`y[p : -(p - op)]` wherever something is cut, which is empty for op = p."""
    call = LayerCall(*args, **kwargs)  # type: ignore[arg-type]  # a call of the layer, as it comes
    cuts = zip(call.padding, call.output_padding, call.size, strict=True)
    return call.cut(size=tuple(0 if p == op > 0 else n for p, op, n in cuts))


def _minus_bias(*args: object, **kwargs: object) -> np.ndarray:
    call = LayerCall(*args, **kwargs)  # type: ignore[arg-type]  # a call of the layer, as it comes
    return call.cut() if call.bias is None else call.but(bias=-call.bias).cut()


AXES = (
    *(_one_for_both(name, axis) for name in _NAMES for axis in (0, 1)),
    Misconception(
        "nothing is left where there is no padding",
        "With p = 0 the slice `[p:-p]` ends at 0 and is empty. Count the end from the start: "
        "`[p : p + size]`.",
        _ends_at_zero,
    ),
    Misconception(
        "nothing is left where padding and output padding are equal",
        "The cut at the end is p − op, and where that is 0 the slice `[p:-(p - op)]` is empty. "
        "Count its end from the start: `[p : p + size]`.",
        _ends_at_minus_zero,
    ),
    Misconception(
        "the bias is subtracted",
        "Add the bias of each output channel.",
        _minus_bias,
    ),
)
