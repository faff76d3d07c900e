"""What chapters show of other libraries gives the chapters' numbers.

A library runs its lines where it is installed.  Elsewhere a stand-in takes its place that follows
the library's documentation and computes with other people's code: ONNX Runtime, whose ConvTranspose
is the operator that PyTorch's is exported to, or SciPy.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import signal
from tests.book.prose import source
from tests.convtranspose.oracles import by_onnxruntime

from convtranspose.transposed import transpose_by_placing

PLAIN = {"stride": (1, 1), "padding": (0, 0), "output_padding": (0, 0), "dilation": (1, 1)}


def pytorch() -> dict[str, Any]:
    """What the lines of PyTorch name."""

    def conv_transpose2d(x, w, bias=None, **numbers):
        settings = PLAIN | {name: (number, number) for name, number in numbers.items()}
        return by_onnxruntime(x, w, bias, **settings, groups=1)

    return {
        "torch.tensor": lambda values: np.asarray(values, np.float32),
        "torch.arange": lambda start, stop: np.arange(start, stop, dtype=np.float32),
        "torch.nn.functional.conv_transpose2d": conv_transpose2d,
    }


def tensorflow() -> dict[str, Any]:
    """What the lines of TensorFlow name: the channels come last, in the weights out before in."""

    def conv2d_transpose(x, w, output_shape, strides, padding):
        assert padding == "SAME" and output_shape[1] == x.shape[1] * strides
        settings = PLAIN | {"stride": (strides, strides)}
        first = by_onnxruntime(
            x.transpose(0, 3, 1, 2),
            w.transpose(3, 2, 0, 1),
            **settings,
            groups=1,
            auto_pad="SAME_UPPER",
        )
        return first.transpose(0, 2, 3, 1).reshape(output_shape)

    return {
        "tensorflow.reshape": np.reshape,
        "tensorflow.range": lambda start, stop: np.arange(start, stop, dtype=np.float32),
        "tensorflow.nn.conv2d_transpose": conv2d_transpose,
    }


def jax() -> dict[str, Any]:
    """What the lines of JAX name: zeros around the spread input, and the kernel slid as it is,
    unless it is transposed.
    """

    def conv_transpose(x, w, strides, padding, transpose_kernel):
        [plane] = x.transpose(0, 3, 1, 2)[0]
        spread = np.zeros([(n - 1) * s + 1 for n, s in zip(plane.shape, strides, strict=True)])
        spread[:: strides[0], :: strides[1]] = plane
        kernel = w[::-1, ::-1, 0, 0] if transpose_kernel else w[..., 0, 0]
        slid = signal.correlate2d(np.pad(spread, padding), kernel, mode="valid")
        return slid[None, :, :, None]

    return {"jax.numpy.arange": np.arange, "jax.lax.conv_transpose": conv_transpose}


def put_in_place(names: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Make modules that have the `names`, each with the path that leads to it."""
    for path, value in names.items():
        parts = path.split(".")
        for depth in range(1, len(parts)):
            module = ".".join(parts[:depth])
            if module not in sys.modules:
                monkeypatch.setitem(sys.modules, module, ModuleType(module))
                if depth > 1:
                    setattr(
                        sys.modules[".".join(parts[: depth - 1])],
                        parts[depth - 1],
                        sys.modules[module],
                    )
        setattr(sys.modules[".".join(parts[:-1])], parts[-1], value)


def snippet(page: str, holds: str) -> str:
    """The lines of Python on a page that hold this text; there is one such piece."""
    [lines] = [
        lines
        for lines in re.findall(r"^```python\n(.*?)^```$", source(page), re.S | re.M)
        if holds in lines
    ]
    return lines


def run(lines: str) -> dict[str, Any]:
    """The names that the lines define."""
    names: dict[str, Any] = {}
    exec(lines, names)
    return names


X, KERNEL = np.array([[1, 2], [3, 4]]), np.arange(1, 10).reshape(3, 3)
PLACED = transpose_by_placing(X, KERNEL)


def spread_out(x: np.ndarray, s: int) -> np.ndarray:
    """The samples s places apart, zeros between them."""
    spread = np.zeros([(n - 1) * s + 1 for n in x.shape])
    spread[::s, ::s] = x
    return spread


@pytest.mark.parametrize(
    ("library", "call", "stand_in", "channels_last", "window"),
    [
        ("torch", "functional.conv_transpose2d(", pytorch, False, np.s_[1:, 1:]),
        ("tensorflow", "tf.nn", tensorflow, True, np.s_[:4, :4]),
        ("jax", "jax.lax", jax, True, np.s_[1:, 1:]),
    ],
)
def test_the_same_example_in_other_libraries_gives_the_numbers_of_the_layer(
    library: str,
    call: str,
    stand_in: Callable[[], dict[str, Any]],
    channels_last: bool,
    window: tuple[slice, slice],
    full: np.ndarray,
    monkeypatch: pytest.MonkeyPatch,
):
    if importlib.util.find_spec(library) is None:
        put_in_place(stand_in(), monkeypatch)
    y = np.asarray(run(snippet("the-layer", call))["y"])
    plane = y[0, ..., 0] if channels_last else y[0, 0]
    assert np.array_equal(plane, full[window])


@pytest.fixture
def full() -> np.ndarray:
    """The full result of the chapter's example: SciPy, over the input with zeros put in."""
    return signal.convolve2d(spread_out(X, 2), KERNEL)


def test_each_line_of_pytorch_gives_the_result_of_its_section(full, monkeypatch):
    if importlib.util.find_spec("torch") is None:
        put_in_place(pytorch(), monkeypatch)
    names = run(snippet("the-layer", "full = conv_transpose2d"))
    found = {
        name: np.asarray(names[name])[0, 0] for name in ("full", "cut", "wider", "spread", "gappy")
    }
    expected = {
        "full": full,
        "cut": full[1:-1, 1:-1],
        "wider": full[1:, 1:],
        "spread": signal.convolve2d(X, spread_out(KERNEL, 2)),
        "gappy": signal.convolve2d(spread_out(X, 3), KERNEL[:2, :2]) + 100,
    }
    for name, numbers in expected.items():
        assert np.array_equal(found[name], numbers), name


def test_onnx_and_its_runtime_give_the_numbers_of_the_layer(full):
    names = run(snippet("the-layer", "onnx"))
    assert np.array_equal(names["y"][0, 0], full[1:, 1:])
    settings = PLAIN | {"stride": (2, 2), "padding": (1, 1), "output_padding": (1, 1)}
    ours = by_onnxruntime(names["x"], names["w"], **settings, groups=1)
    assert np.array_equal(ours, names["y"])


def test_the_lines_of_pytorch_give_the_numbers_of_the_chapter(monkeypatch):
    if importlib.util.find_spec("torch") is None:
        put_in_place(pytorch(), monkeypatch)
    z = np.asarray(run(snippet("transposed-convolution", "import torch"))["z"])
    assert z.shape == (1, 1, 4, 4)
    assert np.array_equal(z[0, 0], PLACED)


def test_pytorch_takes_its_numbers_in_the_orders_that_the_page_says():
    torch = pytest.importorskip("torch")
    assert torch.nn.Conv2d(8, 4, 3, 2, 1, 2).dilation == (2, 2)
    layer = torch.nn.ConvTranspose2d(4, 8, 3, 2, 1, 2)
    assert layer.output_padding == (2, 2) and layer.dilation == (1, 1)
    with pytest.raises(RuntimeError, match="output padding must be smaller"):
        layer(torch.zeros(1, 4, 5, 5))
    named = torch.nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
    assert named(torch.zeros(1, 1, 2, 2), output_size=(4, 4)).shape == (1, 1, 4, 4)
    with pytest.raises(ValueError, match="valid sizes"):
        named(torch.zeros(1, 1, 2, 2), output_size=(5, 5))
