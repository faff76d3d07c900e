"""Is the calculator's code for each library true?  `python -m tools.conventions` draws layers at
random, lets every library that is installed run its code, and prints how many results are those of
the course's own library.

ONNX Runtime is installed for the tests; PyTorch, Keras, TensorFlow and JAX are not, and are run
where they are found.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from tools.engine import ask

from convtranspose import conv_transpose, crop, same_padding

Axis = dict[str, int]

# What is imported to run the code of each library.
MODULES = {
    "PyTorch": "torch",
    "Keras": "keras",
    "TensorFlow": "tensorflow",
    "ONNX": "onnxruntime",
    "JAX": "jax",
}


@dataclass(frozen=True)
class Case:
    """A layer, an input and weights, whole numbers; and what the library makes of them."""

    axes: list[Axis]
    x: np.ndarray
    w: np.ndarray
    y: np.ndarray


def drawn_axis(draw: random.Random) -> Axis:
    """An axis whose cuts are those of some library's words, or any."""
    n, k, s = (draw.randint(1, 5) for _ in range(3))
    d = draw.choice((1, 1, 2, 3))
    full = (n - 1) * s + d * (k - 1) + 1
    kind = draw.randrange(5)
    if kind == 0:
        p = draw.randint(0, 3)
        start, end = p, p - draw.randrange(max(s, d))
    elif kind == 1:
        start, end = same_padding(n, k, s, d, lower=draw.random() < 0.3)
    elif kind == 2:
        start, end = 0, min(d * (k - 1) + 1 - s, 0)
    else:
        start, end = draw.randint(-1 if kind == 4 else 0, 3), draw.randint(-s, 3)
    # At least one sample is left, and one of the full result among what is kept.
    if start + end >= full or start >= full or end >= full:
        return drawn_axis(draw)
    return {"n": n, "k": k, "s": s, "d": d, "start": start, "end": end}


def drawn_case(draw: random.Random) -> Case:
    """A layer with one axis or two; often the second is like the first."""
    axes = [drawn_axis(draw)]
    if draw.random() < 0.7:
        axes.append(axes[0] if draw.random() < 0.5 else drawn_axis(draw))
    numbers = np.random.default_rng(draw.getrandbits(32))
    x, w = (numbers.integers(-9, 10, [axis[size] for axis in axes]) for size in ("n", "k"))
    settings = {"stride": tuple(a["s"] for a in axes), "dilation": tuple(a["d"] for a in axes)}
    full = conv_transpose(x[None, None], w[None, None], **settings)[0, 0]
    return Case(axes, x, w, crop(full, [(axis["start"], axis["end"]) for axis in axes]))


def snippets(cases: Sequence[Case]) -> list[list[dict[str, str]]]:
    """The calculator's code for each case: dictionaries with library, why, note and code."""
    answers = ask([("snippets", (case.axes,)) for case in cases])
    return [answer["value"] for answer in answers]


def result(library: str, code: str, case: Case) -> np.ndarray:
    """What the code computes from the case's input and weights in place of its zeros."""
    last = library in ("Keras", "TensorFlow")  # these have the channels last
    names: dict[str, Any] = {}
    for statement in ast.parse(code).body:
        text = ast.unparse(statement)
        if text.startswith("x = "):
            names["x"] = _tensor(library, case.x[None, ..., None] if last else case.x[None, None])
        elif text.startswith("w = "):
            names["w"] = _tensor(library, case.w[..., None, None] if last else case.w[None, None])
        else:
            exec(compile(text, library, "exec"), names)
        if text.startswith("layer = "):
            _load_weights(library, names["layer"], case)
    if library == "ONNX":
        return _run_node(names["node"], case)
    y = names["y"].detach() if library == "PyTorch" else names["y"]
    array = np.asarray(y)[0]
    return array[..., 0] if last else array[0]


def _tensor(library: str, values: np.ndarray) -> Any:
    if library == "PyTorch":
        return sys.modules["torch"].tensor(values, dtype=sys.modules["torch"].float32)
    return np.asarray(values, np.float32)


def _load_weights(library: str, layer: Any, case: Case) -> None:
    weights = np.asarray(case.w, np.float32)
    if library == "PyTorch":
        layer.weight.data[:] = _tensor(library, weights)
        layer.bias.data[:] = 0
    else:
        layer.build((1, *case.x.shape, 1))
        layer.set_weights([weights[..., None, None], np.zeros(1, np.float32)])


def _run_node(node: Any, case: Case) -> np.ndarray:
    from tools.one_node import prepared

    return prepared(node, {"x": case.x[None, None], "w": case.w[None, None]})()[0, 0]


@dataclass
class Count:
    """Of one library: layers that its own words say, code that ran, results that are right."""

    said: int = 0
    ran: int = 0
    right: int = 0
    wrong: tuple[str, Case] | None = None


def check(
    cases: Sequence[Case], libraries: Iterable[str], refused: Callable[[str, Exception], bool]
) -> dict[str, Count]:
    """Run the code of these libraries for all cases.  `refused` says of an error whether it is a
    limit of the installed library, which does not count as run; else it is raised.
    """
    counts = {library: Count() for library in libraries}
    for case, parts in zip(cases, snippets(cases), strict=True):
        for part in parts:
            library, code = part["library"], part["code"]
            if library not in counts or not code:
                continue
            count = counts[library]
            count.said += not part["why"]
            try:
                y = result(library, code, case)
            except Exception as error:
                if refused(library, error):
                    continue
                raise
            count.ran += 1
            if y.shape == case.y.shape and np.array_equal(y, case.y):
                count.right += 1
            elif count.wrong is None:
                count.wrong = (code, case)
    return counts


def is_known_limit(library: str, error: Exception) -> bool:
    """TensorFlow has no dilated kernel for every device; its error says so."""
    return library in ("TensorFlow", "Keras") and "dilation" in str(error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a result is wrong."""
    parser = argparse.ArgumentParser(description="Is the calculator's code for each library true?")
    parser.add_argument("--layers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    given = parser.parse_args(arguments)
    draw = random.Random(given.seed)
    cases = [drawn_case(draw) for _ in range(given.layers)]
    installed = [library for library, module in MODULES.items() if find_spec(module)]
    counts = check(cases, installed, is_known_limit)
    print(f"{given.layers} layers drawn with --seed {given.seed}")
    print(f"{'library':12}{'says all':>10}{'code ran':>10}{'equal':>8}")
    for library in MODULES:
        if library not in counts:
            print(f"{library:12}not installed")
            continue
        count = counts[library]
        print(f"{library:12}{count.said:10}{count.ran:10}{count.right:8}")
        if count.wrong:
            print(f"the first that differs: {count.wrong[1].axes}\n{count.wrong[0]}")
    return any(count.wrong for count in counts.values())


if __name__ == "__main__":
    sys.exit(main())
