"""Transposed convolution by other people's code: SciPy, onnxruntime and SymPy's polynomials."""

import itertools

import numpy as np
import sympy
from onnx import helper
from scipy import signal
from tools.one_node import prepared


def by_scipy(x, w, bias=None, *, stride, padding, output_padding, dilation, groups):
    """`scipy.signal.convolve` after zero insertion, channel by channel; exact on integers.  All
    settings are tuples.
    """
    axes = x.ndim - 2
    spread = np.zeros(
        (*x.shape[:2], *((n - 1) * s + 1 for n, s in zip(x.shape[2:], stride, strict=True))),
        x.dtype,
    )
    spread[(..., *(slice(None, None, s) for s in stride))] = x
    kernel = np.zeros(
        (*w.shape[:2], *((k - 1) * d + 1 for k, d in zip(w.shape[2:], dilation, strict=True))),
        w.dtype,
    )
    kernel[(..., *(slice(None, None, d) for d in dilation))] = w
    per_in, per_out = len(w) // groups, w.shape[1]
    planes = [
        [
            sum(
                signal.convolve(spread[n, c], kernel[c, o % per_out], mode="full", method="direct")
                for c in range(o // per_out * per_in, (o // per_out + 1) * per_in)
            )
            for o in range(groups * per_out)
        ]
        for n in range(len(x))
    ]
    roomy = np.pad(planes, [(0, 0)] * 2 + [(0, op) for op in output_padding])
    y = roomy[
        (
            ...,
            *(slice(p, roomy.shape[2 + a] - p) for a, p in zip(range(axes), padding, strict=True)),
        )
    ]
    return y if bias is None else y + np.reshape(bias, (-1, *(1,) * axes))


def by_onnxruntime(
    x,
    w,
    bias=None,
    *,
    stride,
    padding,
    output_padding,
    dilation,
    groups,
    auto_pad="NOTSET",
    output_shape=None,
):
    """ONNX's ConvTranspose as onnxruntime computes it: float32, output padding below the stride
    only.  With `auto_pad` a spatial `output_shape` may be asked for.
    """
    names = ["x", "w"] + ([] if bias is None else ["b"])
    values = [x, w] + ([] if bias is None else [np.asarray(bias)])
    settings = {
        "strides": stride,
        "dilations": dilation,
        "group": groups,
        "kernel_shape": w.shape[2:],
    }
    if auto_pad == "NOTSET":
        settings |= {"pads": [*padding, *padding], "output_padding": output_padding}
    else:
        settings["auto_pad"] = auto_pad
    if output_shape is not None:
        settings["output_shape"] = output_shape
    node = helper.make_node("ConvTranspose", names, ["y"], **settings)
    return prepared(node, dict(zip(names, values, strict=True)))()


def by_polynomials(x, w, stride, dilation):
    """The full 2-D result: coefficients of x(a^s₀, b^s₁)·w(a^d₀, b^d₁), multiplied by SymPy."""
    a, b = sympy.symbols("a b")

    def polynomial(values, steps):
        terms = {
            (i * steps[0], j * steps[1]): int(values[i, j])
            for i, j in itertools.product(*map(range, values.shape))
        }
        return sympy.Poly.from_dict(terms, a, b)

    product = polynomial(x, stride) * polynomial(w, dilation)
    shape = [
        (n - 1) * s + (k - 1) * d + 1
        for n, s, k, d in zip(x.shape, stride, w.shape, dilation, strict=True)
    ]
    y = np.zeros(shape, int)
    for powers, coefficient in product.as_dict().items():
        y[powers] = int(coefficient)
    return y
