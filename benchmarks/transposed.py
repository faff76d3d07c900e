"""How fast the operator is: ratios to PyTorch and onnxruntime on nine layers, and the ladder of
faces on a small one.

    python benchmarks/transposed.py                # both tables
    python benchmarks/transposed.py --decisions    # what each decision of the engine buys

Times are reported, never judged: they depend on the machine and on what else runs there; every
table states ratios.

One thread, minimum CPU time over repeated runs, float32.  PyTorch is a peer for this table only,
not a dependency of the course: when it (or onnxruntime) is not installed the table says so and
leaves its columns out.  "GEMM" is the bare matrix product of kernel and input that every direct
method contains: the floor.  Ratios are ours divided by theirs: below 1 we are faster.  PyTorch is
taken at its best of three configurations, since it is slow in some of them at some sizes.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# One thread for everybody, set before any library that would start more is imported.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np

from convtranspose import Geometry, conv_transpose, gemm, transposed
from convtranspose.faces import FACES


@dataclass(frozen=True)
class Case:
    """One layer: input (N, C_in, n, n), kernel (C_in, C_out, k, k)."""

    name: str
    batch: int
    c_in: int
    c_out: int
    n: int
    k: int
    s: int
    p: int = 0

    def call(self) -> Callable[[], np.ndarray]:
        """Our transposed convolution of this layer, to be timed."""
        return partial(conv_transpose, *self.arrays(), stride=self.s, padding=self.p)

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Random float32 input and kernel, the same at every run."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal((self.batch, self.c_in, self.n, self.n), dtype=np.float32)
        return x, rng.standard_normal((self.c_in, self.c_out, self.k, self.k), dtype=np.float32)


CASES = [
    Case("DCGAN 1: 100→512, 1²→4²", 16, 100, 512, 1, 4, 1),
    Case("DCGAN 2: 512→256, 4²→8²", 16, 512, 256, 4, 4, 2, 1),
    Case("DCGAN 3: 256→128, 8²→16²", 16, 256, 128, 8, 4, 2, 1),
    Case("DCGAN 4: 128→64, 16²→32²", 16, 128, 64, 16, 4, 2, 1),
    Case("DCGAN 5: 64→3, 32²→64²", 16, 64, 3, 32, 4, 2, 1),
    Case("FCN-32s: 21→21, k=64, s=32", 1, 21, 21, 10, 64, 32),
    Case("U-Net: 512→256, k=2, s=2", 1, 512, 256, 28, 2, 2),
    Case("one channel 256²→512²", 1, 1, 1, 256, 4, 2, 1),
    Case("the course's 2×2, k=4, s=3", 1, 1, 1, 2, 4, 3),
]


def cpu_time(call: Callable[[], object], seconds: float) -> float:
    """Least CPU time of one call in seconds, over the rounds that fit into `seconds` of wall time
    (at least three).
    """
    call()
    start = time.process_time_ns()
    call()
    once = max(time.process_time_ns() - start, 1000)
    # rounds of 2 ms: the clock is coarser than a call
    calls = max(1, int(2_000_000 / once))
    best, rounds, end = math.inf, 0, time.perf_counter() + seconds
    while rounds < 3 or time.perf_counter() < end:
        start = time.process_time_ns()
        for _ in range(calls):
            call()
        best = min(best, (time.process_time_ns() - start) / calls)
        rounds += 1
    return best / 1e9


def torch_calls(case: Case) -> dict[str, Callable[[], object]]:
    """PyTorch's three configurations of one case, by name; empty when PyTorch is not installed."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    x, w = map(torch.from_numpy, case.arrays())
    x_last, w_last = (a.contiguous(memory_format=torch.channels_last) for a in (x, w))

    def run(x: object, w: object, onednn: bool) -> object:
        torch.backends.mkldnn.enabled = onednn
        with torch.inference_mode():
            return torch.nn.functional.conv_transpose2d(x, w, stride=case.s, padding=case.p)

    return {
        "default": lambda: run(x, w, True),
        "channels_last": lambda: run(x_last, w_last, True),
        "oneDNN off": lambda: run(x, w, False),
    }


def onnxruntime_call(case: Case) -> Callable[[], object] | None:
    """onnxruntime's ConvTranspose of one case; None when it is not installed."""
    try:
        from onnx import helper
        from tools.one_node import prepared
    except ImportError:
        return None
    x, w = case.arrays()
    node = helper.make_node(
        "ConvTranspose", ["x", "w"], ["y"], strides=[case.s] * 2, pads=[case.p] * 4
    )
    return prepared(node, {"x": x, "w": w})


def gemm_call(case: Case) -> Callable[[], object]:
    """The bare matrix product, operands laid out ready and the result's memory reused."""
    x, w = case.arrays()
    weights = np.ascontiguousarray(w.reshape(case.c_in, -1).T)
    pixels = np.ascontiguousarray(x.swapaxes(0, 1).reshape(case.c_in, -1))
    result = weights @ pixels
    return lambda: np.matmul(weights, pixels, out=result)


WIDTHS = (10, 10, 10, 15, 10, 11, 11)


def compare(seconds: float) -> None:
    """Print the table of nine layers."""
    heads = ("ours", "GEMM", "PyTorch", "", "onnxrt", "ours/GEMM", "ours/best")
    print(
        f"{'layer (times in µs)':30}"
        + "".join(f"{head:>{w}}" for head, w in zip(heads, WIDTHS, strict=True))
    )
    ratios, notes = [], set()
    # Freed at once.  Having seen a block of this size, glibc keeps freed memory instead of handing
    # it back and fetching it again at every call, as in any program that has worked for a while;
    # else the first rows would time page faults.
    np.ones(4_000_000)
    for case in CASES:
        call = case.call()
        result, ours = call(), cpu_time(call, seconds)
        floor = cpu_time(gemm_call(case), seconds)
        peers = {}
        for name, call in torch_calls(case).items():
            np.testing.assert_allclose(np.asarray(call()), result, rtol=1e-3, atol=1e-3)
            peers[name] = cpu_time(call, seconds)
        torch_name = min(peers, key=peers.get, default="")
        if not peers:
            notes.add("PyTorch is not installed (pip install torch): its columns are left out.")
        default = peers.get("default")
        onnx = onnxruntime_call(case)
        if onnx is None:
            notes.add("onnxruntime or onnx is not installed: its column is left out.")
        else:
            np.testing.assert_allclose(onnx(), result, rtol=1e-3, atol=1e-3)
            peers["onnxruntime"] = cpu_time(onnx, seconds)
        best = min(peers.values(), default=math.nan)
        if peers and case is not CASES[-1]:
            ratios.append(ours / best)
        times = [
            f"{value * 1e6:.1f}" if value else "–" for value in (ours, floor, peers.get(torch_name))
        ]
        onnx_time = f"{peers['onnxruntime'] * 1e6:.1f}" if onnx else "–"
        cells = [*times, torch_name, onnx_time, f"{ours / floor:.2f}", f"{ours / best:.2f}"]
        print(
            f"{case.name:30}"
            + "".join(f"{cell:>{w}}" for cell, w in zip(cells, WIDTHS, strict=True)),
            flush=True,
        )
    if ratios:
        print(
            f"geometric mean of ours/best over the first eight: "
            f"{math.exp(np.mean(np.log(ratios))):.2f}"
        )
    if default is not None:
        print(
            f"the last against PyTorch's default configuration ({default * 1e6:.1f} µs): "
            f"{ours / default:.2f}"
        )
    for note in sorted(notes):
        print(note)


def by_loops(x: np.ndarray, w: np.ndarray, stride: int) -> np.ndarray:
    """The definition in plain nested loops: the bottom rung."""
    y = np.zeros(((len(x) - 1) * stride + len(w), (x.shape[1] - 1) * stride + w.shape[1]), x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    y[i * stride + u, j * stride + v] += x[i, j] * w[u, v]
    return y


def ladder(seconds: float) -> None:
    """Print the faces on a teaching size, from nested loops to the fast form."""
    rng = np.random.default_rng(0)
    n, k, s = 24, 4, 2
    x, w = (
        rng.standard_normal((n, n), dtype=np.float32),
        rng.standard_normal((k, k), dtype=np.float32),
    )
    rungs: dict[str, Callable[[], np.ndarray]] = {"loops": lambda: by_loops(x, w, s)}
    for name in ("placing", "zero insertion", "matrix", "phases"):
        rungs[name] = lambda face=FACES[name]: face(x, w, s)
    rungs["fast"] = lambda: conv_transpose(x[None, None], w[None, None], stride=s)[0, 0]
    times = {name: cpu_time(call, seconds) for name, call in rungs.items()}
    print(f"\none image {n}×{n}, k={k}, s={s}{'µs':>12}{'times fast':>12}")
    for name, call in rungs.items():
        np.testing.assert_allclose(call(), rungs["loops"](), rtol=1e-4, atol=1e-4)
        print(f"  {name:24}{times[name] * 1e6:>12.1f}{times[name] / times['fast']:>12.1f}")


SMALL = [
    Case("one channel 3²→8²", 1, 1, 1, 3, 4, 2),
    Case("one channel 8²→16²", 1, 1, 1, 8, 4, 2, 1),
    Case("one channel 24²→48²", 1, 1, 1, 24, 4, 2, 1),
    Case("one channel 32²→34², s=1", 1, 1, 1, 32, 3, 1),
    Case("one channel 28²→224², s=8", 1, 1, 1, 28, 16, 8, 4),
]


def patches_when_smaller(
    geometry: Geometry, x_shape: tuple[int, ...], y_shape: tuple[int, ...]
) -> gemm.Form:
    """`gemm.choose_form` without its margin of a third."""
    products, patches = gemm.work(geometry, x_shape, y_shape)
    return gemm.by_patches if patches < products else gemm.by_overlap_add


def in_runs_of_r(phases: np.ndarray, stride: tuple[int, ...]) -> np.ndarray:
    """`gemm._interleaved` by one copy in the order of the result."""
    sizes = [q * s for q, s in zip(phases.shape[2::2], stride, strict=True)]
    return phases.reshape(*phases.shape[:2], *sizes)


def in_runs_of_q(phases: np.ndarray, stride: tuple[int, ...]) -> np.ndarray:
    """`gemm._interleaved` with one copy for each r along the last axis, whatever is longer."""
    rows = np.empty((*phases.shape[:-2], phases.shape[-2] * stride[-1]), phases.dtype)
    for r in range(stride[-1]):
        rows[..., r :: stride[-1]] = phases[..., r]
    sizes = [q * s for q, s in zip(phases.shape[2::2], stride, strict=True)]
    return rows.reshape(*phases.shape[:2], *sizes)


# The engine with one decision taken away: what is replaced, where, and by what.
WITHOUT: dict[str, tuple[object, str, object]] = {
    "only by_patches": (transposed, "choose_form", lambda *_: gemm.by_patches),
    "only by_overlap_add": (transposed, "choose_form", lambda *_: gemm.by_overlap_add),
    "patches when smaller at all": (transposed, "choose_form", patches_when_smaller),
    "a sample at a time": (gemm, "COLUMNS", 1),
    "all samples at once": (gemm, "COLUMNS", 10**12),
    "blocks of 128 pixels": (gemm, "COLUMNS", 128),
    "blocks of 1024 pixels": (gemm, "COLUMNS", 1024),
    "never the kernel's copies": (gemm, "_copies", gemm._phases),
    "only runs of r": (gemm, "_interleaved", in_runs_of_r),
    "only runs of q": (gemm, "_interleaved", in_runs_of_q),
    "sums planned at every call": (gemm, "_sums", gemm._sums.__wrapped__),
    "checks done at every call": (transposed, "_plan", transposed._plan.__wrapped__),
}


@contextmanager
def plans_forgotten() -> Iterator[None]:
    """Forget what was planned before, so that a decision is taken anew."""
    remembered = (gemm._sums, transposed._plan)
    for plan in remembered:
        plan.cache_clear()
    yield
    for plan in remembered:
        plan.cache_clear()


def ratio_without(decision: str, case: Case, rounds: int = 9, seconds: float = 0.02) -> float:
    """CPU time without a decision over CPU time with it: medians of rounds that alternate."""
    call = case.call()
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * rounds):
        with ExitStack() as stack:
            taken = number % 2 == 0
            stack.enter_context(plans_forgotten())
            if not taken:
                stack.enter_context(mock.patch.object(*WITHOUT[decision]))
            times[taken].append(cpu_time(call, seconds))
    return statistics.median(times[False]) / statistics.median(times[True])


def decisions() -> None:
    """Print how many times as long each layer takes when the engine lacks one decision."""
    cases = [*CASES, *SMALL]
    for number, case in enumerate(cases):
        print(f"{number:>4}  {case.name}")
    print(f"{'times as long, layer':30}" + "".join(f"{number:>6}" for number in range(len(cases))))
    np.ones(4_000_000)  # see `compare`
    for decision in WITHOUT:
        ratios = (ratio_without(decision, case) for case in cases)
        print(f"{decision:30}" + "".join(f"{ratio:>6.2f}" for ratio in ratios), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Time the operator against its peers, and its faces."
    )
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="wall time for each measurement (default 1)"
    )
    parser.add_argument(
        "--decisions", action="store_true", help="what each decision of the engine buys, alone"
    )
    options = parser.parse_args()
    if options.decisions:
        decisions()
    else:
        compare(options.seconds)
        ladder(options.seconds)


if __name__ == "__main__":
    main()
