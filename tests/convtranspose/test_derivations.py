"""Derivations: every proof runs, and would fail if the library computed something else."""

import numpy as np
import pytest
import sympy as sp

from convtranspose import Geometry, derivations, transposed
from convtranspose.derivations import (
    adjoint_difference,
    conditions_agree,
    face_differences,
    grid,
    interior_response,
    matrix,
    output_size_formula,
    phase_sum_theorem,
    polynomial_product,
    same_example,
    size_round_trip,
    spectral_conditions,
    three_taps,
)
from convtranspose.geometry import output_size

GEOMETRIES = [
    ((2, 2), Geometry((4, 4), stride=3)),
    (
        (2, 3),
        Geometry((3, 2), stride=(2, 1), padding=(1, 0), output_padding=(1, 0), dilation=(1, 2)),
    ),
    ((3, 2), Geometry((1, 3), stride=(2, 2), padding=(0, 1))),
    ((2, 2), Geometry((2, 2), stride=1, output_padding=(2, 0), dilation=3)),
]


def test_symbols_carry_their_place():
    assert str(grid("x", (2, 2))[1, 0]) == "x_10"
    assert str(grid("x", (11, 12))[1, 11]) == "x_1,11"
    assert len(set(grid("x", (11, 12)).flat)) == 132


def test_matrix_entry_by_entry():
    C = matrix((3, 3), (4, 4))
    w = grid("w", (3, 3))
    for row, (i, j) in enumerate(np.ndindex(2, 2)):
        for column, (a, b) in enumerate(np.ndindex(4, 4)):
            inside = 0 <= a - i < 3 and 0 <= b - j < 3
            assert C[row, column] == (w[a - i, b - j] if inside else 0)


@pytest.mark.parametrize(("shape", "geometry"), GEOMETRIES)
def test_faces_are_equal_as_formulas(shape, geometry):
    differences = face_differences(shape, geometry)
    assert set(differences) == set(transposed.FACES)
    assert all(difference.is_zero_matrix for difference in differences.values())


def test_a_face_that_is_wrong_shows_as_a_formula(monkeypatch):
    monkeypatch.setitem(
        derivations.FACES,
        "phases",
        lambda x, w, *rest: transposed.by_phases(x, w[::-1, ::-1], *rest),
    )
    difference = face_differences((2, 2), Geometry((2, 2), stride=2))["phases"]
    assert (
        sp.expand(difference[0, 0] - (sp.Symbol("w_11") - sp.Symbol("w_00")) * sp.Symbol("x_00"))
        == 0
    )


def test_product_of_polynomials_is_the_full_result():
    for shape, geometry in GEOMETRIES:
        full = Geometry(geometry.kernel, geometry.stride, dilation=geometry.dilation)
        assert polynomial_product(shape, full) == derivations.transposed(shape, full)


@pytest.mark.parametrize(
    "case", [((4, 4), (3, 3), 1), ((5, 6), (2, 3), (2, 1)), ((6, 6), (2, 3), (3, 2))]
)
def test_adjoint(case):
    assert adjoint_difference(*case) == 0


def test_sizes():
    formula = output_size_formula()
    values = dict(zip(derivations.SIZES, (5, 4, 3, 2, 2, 1), strict=True))
    assert formula.subs(values) == output_size(5, 4, 3, 2, 2, 1)
    for s in range(1, 7):
        assert size_round_trip(s) == dict.fromkeys(range(s), derivations.SIZES[0])


def test_phase_sum_theorem_in_one_and_two_dimensions():
    a, b, c = (sp.Symbol(f"w_0{i}") for i in range(3))
    assert phase_sum_theorem((1, 3), (1, 2)) == [sp.Eq(b, a + c)]
    assert interior_response((1, 3), (1, 2)) == sp.Matrix([[a + c, b]])
    assert len(phase_sum_theorem((3, 3), (2, 2))) == 3
    assert interior_response((1, 1), (2, 2)) == sp.Matrix([[sp.Symbol("w_00"), 0], [0, 0]])


@pytest.mark.parametrize(
    ("kernel", "stride"),
    [
        ((1, 3), (1, 2)),
        ((3, 3), (2, 2)),
        ((4, 4), (2, 2)),
        ((1, 5), (1, 3)),
        ((3, 4), (3, 2)),
        ((1, 1), (2, 2)),
        ((2, 2), (1, 1)),
        ((4, 1), (4, 1)),
    ],
)
def test_equal_phase_sums_are_a_vanishing_spectrum(kernel, stride):
    assert conditions_agree(kernel, stride)
    assert len(spectral_conditions(kernel, stride)) == stride[0] * stride[1] - 1


def test_the_comparison_of_conditions_can_fail(monkeypatch):
    monkeypatch.setattr(
        derivations, "spectral_conditions", lambda kernel, stride: [sp.Symbol("w_00")]
    )
    assert not conditions_agree((1, 3), (1, 2))


def test_three_taps_at_stride_two():
    a, b, c = sp.symbols("a b c")
    assert three_taps() == sp.Eq(b, a + c)


def test_same_by_two_recipes():
    cropped, recipe, difference = same_example()
    assert cropped.shape == recipe.shape == (6, 6)
    assert difference.is_zero_matrix
    values = {sp.Symbol(f"x_{i}{j}"): 3 * i + j + 1 for i in range(3) for j in range(3)}
    kernel = [[1, 0, 1], [0, 2, 0], [1, 0, 1]]
    values |= {sp.Symbol(f"w_{i}{j}"): kernel[i][j] for i in range(3) for j in range(3)}
    assert recipe.subs(values).tolist() == [
        [1, 0, 3, 0, 5, 0],
        [0, 2, 0, 4, 0, 6],
        [5, 0, 12, 0, 16, 0],
        [0, 8, 0, 10, 0, 12],
        [11, 0, 24, 0, 28, 0],
        [0, 14, 0, 16, 0, 18],
    ]
