"""What the calculator writes for each library is true of that library."""

from __future__ import annotations

import ast
import random

import numpy as np
import pytest
from tools.conventions import MODULES, Case, check, drawn_case, is_known_limit, main, snippets
from tools.engine import ask

from convtranspose import conv_output_size, output_size, same_padding

LAYERS = 40


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Layers from a seed that is printed."""
    seed = random.SystemRandom().getrandbits(32)
    print(f"python -m tools.conventions --seed {seed}")
    draw = random.Random(seed)
    return [drawn_case(draw) for _ in range(LAYERS)]


@pytest.fixture(scope="module")
def written(cases) -> list[list[dict[str, str]]]:
    """The code of all libraries for each layer."""
    return snippets(cases)


def keywords(code: str, name: str) -> dict[str, object]:
    """The literal keyword arguments of the one call whose function's name ends with `name`."""
    calls = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name)
    ]
    assert len(calls) == 1, code
    return {word.arg: ast.literal_eval(word.value) for word in calls[0].keywords}


def each(value: object, axes: int) -> list[int]:
    """An argument as one number per axis."""
    return [value] * axes if isinstance(value, int) else list(value)


def test_onnx_runtime_computes_what_the_code_says(cases):
    count = check(cases, ["ONNX"], is_known_limit)["ONNX"]
    assert count.wrong is None
    assert count.right == count.ran == count.said > LAYERS // 2


@pytest.mark.soak
def test_every_installed_library_computes_what_the_code_says_for_200_layers(capsys):
    status = main(["--layers", "200"])
    table = capsys.readouterr().out
    with capsys.disabled():
        print(f"\n{table}")
    assert status == 0


def test_a_wrong_result_is_noticed(cases):
    spoilt = [Case(case.axes, case.x, case.w, case.y + 1) for case in cases[:5]]
    count = check(spoilt, ["ONNX"], is_known_limit)["ONNX"]
    assert count.ran and not count.right and count.wrong is not None


def test_all_code_is_python_and_what_is_missing_has_a_reason(written):
    for parts in written:
        assert [part["library"] for part in parts] == list(MODULES)
        for part in parts:
            ast.parse(part["code"])
            assert part["code"] or part["why"]


def test_pytorchs_numbers_cut_what_is_wanted(cases, written):
    """By the library, whose conventions are PyTorch's."""
    said = 0
    for case, parts in zip(cases, written, strict=True):
        part = parts[0]
        if part["why"]:
            continue
        said += 1
        axes = len(case.axes)
        given = keywords(part["code"], f"ConvTranspose{axes}d")
        names = ("kernel_size", "stride", "padding", "dilation", "output_padding")
        numbers = [each(given[name], axes) for name in names]
        for axis, k, s, p, d, op in zip(case.axes, *numbers, strict=True):
            assert output_size(axis["n"], k, s, p, d, op) == case.y.shape[case.axes.index(axis)]
            assert (p, p - op) == (axis["start"], axis["end"])
    assert said > 5


def test_jaxs_numbers_are_the_zeros_around_the_spread_input(cases, written):
    """With them, a plain convolution gives the wanted size and begins at the wanted place."""
    for case, parts in zip(cases, written, strict=True):
        padding = keywords(parts[4]["code"], "conv_transpose")["padding"]
        assert not parts[4]["why"] and len(padding) == len(case.axes)
        for axis, (before, after), size in zip(case.axes, padding, case.y.shape, strict=True):
            reach = axis["d"] * (axis["k"] - 1) + 1
            spread = (axis["n"] - 1) * axis["s"] + 1
            assert conv_output_size(spread + before + after, reach) == size
            assert before == reach - 1 - axis["start"]


def test_words_are_written_exactly_where_they_cut_what_is_wanted(cases, written):
    for case, parts in zip(cases, written, strict=True):
        same = all(
            same_padding(a["n"], a["k"], a["s"], a["d"]) == (a["start"], a["end"])
            for a in case.axes
        )
        keras, tensorflow, jax = parts[1], parts[2], parts[4]
        assert ('padding="SAME"' in jax["note"]) == same
        if same:
            assert 'padding="SAME"' in tensorflow["code"]
            assert keras["why"].startswith("Keras refuses") or 'padding="same"' in keras["code"]


@pytest.mark.parametrize(
    ("n", "m", "expected"),
    [
        (4, 8, {(3, 2): {(0, 1), (1, 0)}, (4, 2): {(1, 1)}, (2, 2): {(0, 0)}}),
        (3, 7, {(3, 2): {(0, 0)}, (5, 2): {(1, 1)}}),
    ],
)
def test_from_sizes_to_cuts(n, m, expected):
    for (k, s), cuts in expected.items():
        [answer] = ask([("axes_for", ({"n": n, "k": k, "s": s, "d": 1}, m))])
        assert {(axis["start"], axis["end"]) for axis in answer["value"]} == cuts


def test_what_is_found_for_two_sizes_gives_them_and_leaves_out_no_setting_of_pytorch():
    calls, wanted = [], []
    for n, m, k, s, d in np.ndindex(4, 9, 4, 3, 2):
        calls.append(("axes_for", ({"n": n + 1, "k": k + 1, "s": s + 1, "d": d + 1}, m + 1)))
        wanted.append(m + 1)
    for (_, (axis, m)), answer in zip(calls, ask(calls), strict=True):
        found = answer["value"]
        full = (axis["n"] - 1) * axis["s"] + axis["d"] * (axis["k"] - 1) + 1
        assert all(full - one["start"] - one["end"] == m for one in found)
        reach = axis["d"] * (axis["k"] - 1) + 1
        torch = {
            (p, p - op)
            for p in range(reach)
            for op in range(max(axis["s"], axis["d"]))
            if full - 2 * p + op == m and p - op < reach
        }
        assert torch <= {(one["start"], one["end"]) for one in found}
