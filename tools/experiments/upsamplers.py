"""Train every up-sampler of the book from many seeds, and write down what becomes of the grid.

    python -m tools.experiments.upsamplers

makes `book/data/upsamplers.json`, from which the chapters "The cures" and "Learned up-sampling"
quote; it takes a few minutes on one core.  `tests/book/test_experiments.py` repeats a sample.

Two tasks: a photograph is to be brought back from half its size.  In the task "between" it was
shrunk by the mean of 2×2 blocks, so that a sample lies between two pixels, where kernels of size 4
and 6 have their centre.  In the task "on" it was smoothed by ¼ ½ ¼ and every second pixel kept, so
that a sample lies on a pixel, the centre of kernels of size 3 and 5.

Two experiments: *layers* (bias, batches, Adam, judged by tiles that were not trained on) and
*kernels* (one kernel, one picture, plain gradient descent), the latter also on the picture minus
its local mean, which has no flat areas.
"""

from __future__ import annotations

import itertools
import json
import math
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import cbook
from matplotlib.image import imread
from numpy.lib.stride_tricks import sliding_window_view

from convtranspose import conv_transpose2d, equalise, image_rejection, phase_sums, unevenness
from convtranspose.learning import Adam, Layer, fit, run, upsampler

DATA = Path(__file__).resolve().parents[2] / "book" / "data" / "upsamplers.json"
SEEDS = range(12)
STOPS = (0, 10, 100, 500)
TASKS = ("between", "on")
STARTS = ("around zero", "positive", "balanced")
SIZES = (3, 4, 5, 6)
SIDE = 24  # of a tile, in pixels
ONE_PICTURE = (4, 12, 72)  # top, left, and the side of the small picture


def photograph() -> np.ndarray:
    """The photograph of the chapters, (200, 170) floats from 0 to 1."""
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        grey = imread(file).mean(axis=2) / 255
    small: np.ndarray = grey[:600, :510].reshape(200, 3, 170, 3).mean(axis=(1, 3))
    return small


def details(image: np.ndarray, radius: int = 4) -> np.ndarray:
    """The image minus the mean of its surroundings."""
    size = 2 * radius + 1
    windows = sliding_window_view(np.pad(image, radius, mode="edge"), (size, size))
    rest: np.ndarray = image - windows.mean(axis=(2, 3))
    return rest


def shrunk(image: np.ndarray, task: str, top: int, left: int, n: int) -> np.ndarray:
    """The n×n small version of the part of the image that begins at (top, left)."""
    if task == "between":
        part = image[top : top + 2 * n, left : left + 2 * n]
        blocks: np.ndarray = part.reshape(n, 2, n, 2).mean(axis=(1, 3))
        return blocks
    part = image[top - 1 : top + 2 * n, left - 1 : left + 2 * n]
    rows = (part[:-2:2] + 2 * part[1:-1:2] + part[2::2]) / 4
    small: np.ndarray = (rows[:, :-2:2] + 2 * rows[:, 1:-1:2] + rows[:, 2::2]) / 4
    return small


def tiles(task: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Small tiles (N, 1, 12, 12), large ones (N, 1, 24, 24), and which of them are for the test."""
    photo = photograph()
    corners = [(r, c) for r in range(1, 200 - SIDE, SIDE) for c in range(1, 170 - SIDE, SIDE)]
    small = np.array([[shrunk(photo, task, r, c, SIDE // 2)] for r, c in corners])
    large = np.array([[photo[r : r + SIDE, c : c + SIDE]] for r, c in corners])
    return small, large, np.arange(len(corners)) % 4 == 0


def candidates() -> Iterator[tuple[str, int, str]]:
    """The layers: method, kernel size and start."""
    for start in STARTS:
        yield from (("transposed", k, start) for k in SIZES)
    for start in STARTS[:2]:
        yield ("sub-pixel", 3, start)
        yield ("icnr", 3, start)
    yield from (("resize", k, "around zero") for k in (3, 5))


def layers_of(method: str, k: int, start: str, seed: int) -> list[Layer]:
    """The up-sampler by 2 of a method with its first weights.

    Around zero: as the library draws them, normal.  Positive: their absolute values, scaled to keep
    the mean brightness.  Balanced: the nearest kernel with equal phase sums.
    """
    name = "even transposed" if start == "balanced" else method
    layers = upsampler(name, k, 2, seed=seed)
    if start == "positive":
        for w in (p for layer in layers for p in layer.parameters if p.ndim == 4):
            w[...] = np.abs(w) * 4 / np.abs(w).sum()
    return layers


def scores(image: np.ndarray) -> tuple[float, float]:
    """Unevenness and image rejection (dB) of an image; what rounding alone leaves is no grid."""
    uneven = unevenness(image, 2)
    return (0.0, math.inf) if uneven < 1e-12 else (uneven, image_rejection(image, 2))


def on_a_wall(layers: list[Layer]) -> tuple[float, float]:
    """The scores of what the layers make of a grey wall, borders aside."""
    return scores(run(layers, np.full((1, 1, 14, 14), 0.5))[0, 0, 8:-8, 8:-8])


def one_run(task: str, method: str, k: int, start: str, seed: int) -> dict[str, Any]:
    """One training: one optimiser from start to end, new batches all the way."""
    small, large, test = tiles(task)
    layers, optimiser = layers_of(method, k, start, seed), Adam(0.01)
    seen = [on_a_wall(layers)]
    for part, (begin, end) in enumerate(itertools.pairwise(STOPS)):
        fit(
            layers,
            small[~test],
            large[~test],
            optimiser,
            steps=end - begin,
            batch=16,
            seed=1000 * (seed + 1) + part,
        )
        seen.append(on_a_wall(layers))
    wrong = (run(layers, small[test]) - large[test])[..., 3:-3, 3:-3]
    return {
        "unevenness": [float(value) for value, _ in seen],
        "rejection": [float(value) for _, value in seen],
        "error": float(np.sqrt(np.mean(wrong**2))),
    }


def normal_equations(k: int, task: str, picture: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Matrix and right-hand side of the least-squares problem for one k×k kernel, and the rate.

    The gradient of ½‖y − t‖² with respect to the kernel w, flattened, is matrix @ w − right, so a
    step of gradient descent needs k² numbers in place of the picture.
    """
    top, left, n = ONE_PICTURE
    image = photograph() if picture == "photograph" else details(photograph())
    x, before = (
        shrunk(image, task, top, left, n),
        (k - 2) // 2 if task == "between" else (k - 1) // 2,
    )
    size = 2 * (n - 1) + k
    target = image[top - before :, left - before :][:size, :size]
    units = np.eye(k * k).reshape(k * k, k, k)
    columns = np.array([conv_transpose2d(x, unit, 2).ravel() for unit in units])
    return columns @ columns.T, columns @ target.ravel(), 0.1 / float(np.sum(x**2))


def kernel_run(k: int, task: str, picture: str, start: str, seed: int) -> dict[str, Any]:
    """One kernel trained on one picture by plain gradient descent; stops as for the layers."""
    matrix, right, rate = normal_equations(k, task, picture)
    w = np.random.default_rng(seed).normal(0, 0.3, (k, k))
    if start == "positive":
        w = np.abs(w) * 4 / np.abs(w).sum()
    elif start == "balanced":
        w = equalise(w, 2)
    seen = []
    for begin, end in itertools.pairwise((0, *STOPS)):
        flat = w.ravel()
        for _ in range(end - begin):
            flat = flat - rate * (matrix @ flat - right)
        w = flat.reshape(k, k)
        seen.append(scores(phase_sums(w, 2)))
    return {
        "unevenness": [float(value) for value, _ in seen],
        "rejection": [float(value) for _, value in seen],
    }


def rounded(value: Any) -> Any:
    """Numbers to five significant digits, and infinities as text, which JSON can hold."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.5g}") if np.isfinite(value) else str(value)


def main() -> None:
    """Run everything and write the data file."""
    began = time.process_time()
    layers = [
        {"task": task, "method": method, "k": k, "start": start, "seed": seed}
        | rounded(one_run(task, method, k, start, seed))
        for task in TASKS
        for method, k, start in candidates()
        for seed in SEEDS
    ]
    kernels = [
        {"task": task, "picture": picture, "k": k, "start": start, "seed": seed}
        | rounded(kernel_run(k, task, picture, start, seed))
        for task in TASKS
        for picture in ("photograph", "details")
        for start in STARTS
        for k in SIZES
        for seed in SEEDS
    ]
    provenance = {
        "command": "python -m tools.experiments.upsamplers",
        "seeds": list(SEEDS),
        "steps": list(STOPS),
        "CPU seconds": round(time.process_time() - began),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "Matplotlib": matplotlib.__version__,
    }
    lines = [f'"provenance": {json.dumps(provenance)}']
    for name, runs in (("layers", layers), ("kernels", kernels)):
        lines.append(f'"{name}": [\n' + ",\n".join(map(json.dumps, runs)) + "\n]")
    DATA.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
