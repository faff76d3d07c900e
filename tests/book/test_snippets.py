"""What a chapter shows of other libraries gives the chapter's numbers.

PyTorch runs it where it is installed.  Elsewhere a stand-in takes its place, in which ONNX Runtime
computes: its ConvTranspose is the operator that PyTorch's is exported to.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import numpy as np
from tests.book.prose import source
from tests.convtranspose.oracles import by_onnxruntime

from convtranspose.transposed import transpose_by_placing


def stand_in(monkeypatch) -> None:
    """Put a module in PyTorch's place that has what the snippet needs."""
    torch, functional = ModuleType("torch"), ModuleType("torch.nn.functional")
    torch.tensor = lambda values: np.asarray(values, np.float32)
    torch.arange = lambda start, stop: np.arange(start, stop, dtype=np.float32)
    plain = {"stride": (1, 1), "padding": (0, 0), "output_padding": (0, 0), "dilation": (1, 1)}
    functional.conv_transpose2d = lambda x, w: by_onnxruntime(x, w, **plain, groups=1)
    for name, module in [
        ("torch", torch),
        ("torch.nn", ModuleType("torch.nn")),
        ("torch.nn.functional", functional),
    ]:
        monkeypatch.setitem(sys.modules, name, module)


def test_the_lines_of_pytorch_give_the_numbers_of_the_chapter(monkeypatch):
    if importlib.util.find_spec("torch") is None:
        stand_in(monkeypatch)
    [snippet] = re.findall(
        r"^```python\n(import torch\n.*?)^```$", source("transposed-convolution"), re.S | re.M
    )
    names: dict[str, np.ndarray] = {}
    exec(snippet, names)
    expected = transpose_by_placing([[1, 2], [3, 4]], np.arange(1, 10).reshape(3, 3))
    assert names["z"].shape == (1, 1, 4, 4)
    assert np.array_equal(np.asarray(names["z"])[0, 0], expected)
