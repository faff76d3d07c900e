"""The experiment of learned-upsampling ends in time, whatever a student's `train` takes."""

from __future__ import annotations

import numpy as np
import pytest
from tests.exercises.notebooks import source

from convtranspose import conv_transpose2d, unevenness
from marking.limits import Times

CELLS = [
    cell.source
    for cell in source("learned-upsampling").cells
    if cell.cell_type == "code" and "DESIGNS" in cell.source and "subplots" not in cell.source
]


class Clock:
    """Time that passes only where it is said to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def experiment(seconds: float) -> tuple[dict, list[int], float]:
    """What the training leaves, its rounds, and how long it took, if one step of one design takes
    so many seconds.
    """
    clock = Clock()

    def train(x, target, w0, stride, steps, rate):
        clock.now += steps * seconds
        return w0 * 1.0, np.ones(steps)

    names = {"np": np, "train": train, "conv_transpose2d": conv_transpose2d, "SIZE": 32}
    names |= {"unevenness": unevenness, "perf_counter": clock, "TOP": 18, "LEFT": 36}
    names |= {"photograph": np.ones((150, 128)), "small": np.ones((32, 32))}
    for code in CELLS:
        exec(code, names)
    return names["history"], names["made"], clock.now


@pytest.mark.parametrize("seconds", [0.0001, 0.01, 0.1, 0.5])  # slices, and loops ever slower
def test_training_ends_long_before_the_grader_would_stop_it(seconds, capsys):
    history, made, took = experiment(seconds)
    assert took < Times.cell * 0.6
    assert len(history) == 5
    assert {len(run["losses"]) for run in history.values()} == {sum(made)}
    assert {len(run["states"]) for run in history.values()} == {len(made) + 1}
    assert (sum(made) == 160) == ("takes its time" not in capsys.readouterr().out)
    assert sum(made) == 160 or took > 2  # and it is not given up for nothing
