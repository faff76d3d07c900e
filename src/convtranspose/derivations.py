"""The subject derived with SymPy: every function returns formulas, exact, ready to be shown or
checked.

Nothing here is approximate and nothing is typed in as a result: symbols go through the very
functions that compute with numbers elsewhere in the library.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from .checkerboard import phase_sums
from .convolution import cross_correlate2d
from .faces import FACES, Face, by_placing
from .geometry import Geometry, PerAxis, integer
from .matrix import convolution_matrix
from .transposed import conv_transpose2d

# o stands for the output padding.
SIZES = sp.symbols("n k s p d o", integer=True)


def grid(name: str, shape: Sequence[int]) -> np.ndarray:
    """An object array of symbols name_00, name_01, …, row index first; with commas when an index
    has two digits.
    """
    comma = "," if max(shape) > 10 else ""
    symbols = np.empty(tuple(shape), object)
    for i in np.ndindex(*shape):
        symbols[i] = sp.Symbol(f"{name}_{comma.join(map(str, i))}")
    return symbols


def matrix(
    kernel_shape: Sequence[int], input_shape: Sequence[int], stride: PerAxis = 1
) -> sp.Matrix:
    """The convolution matrix C entry by entry, for a kernel of symbols w: (outputs, inputs)."""
    return sp.Matrix(convolution_matrix(grid("w", kernel_shape), input_shape, stride))


def transposed(input_shape: Sequence[int], geometry: Geometry) -> sp.Matrix:
    """The transposed convolution of an image of symbols x with a kernel of symbols w (2-D): its
    outputs as formulas.
    """
    return _on_symbols(by_placing, input_shape, geometry).applyfunc(sp.expand)


def face_differences(input_shape: Sequence[int], geometry: Geometry) -> dict[str, sp.Matrix]:
    """For every face of the operator: its formulas minus those of placing, expanded.  All zero: the
    faces are equal.

    Symbols stand for all numbers at once, so this is a proof for the given sizes, not a test.
    """
    placed = _on_symbols(by_placing, input_shape, geometry)
    return {
        name: (_on_symbols(face, input_shape, geometry) - placed).applyfunc(sp.expand)
        for name, face in FACES.items()
    }


def polynomial_product(input_shape: Sequence[int], geometry: Geometry) -> sp.Matrix:
    """The full (uncropped) result from polynomials: y(a, b) = x(a^s₀, b^s₁) · w(a^d₀, b^d₁),
    coefficients as a matrix.

    Spreading by s is the substitution a → a^s, and convolution is the product: this is why zero
    insertion works.
    """
    x, w = grid("x", input_shape), grid("w", geometry.kernel)
    a, b = sp.symbols("a b")
    (s0, s1), (d0, d1) = geometry.stride, geometry.dilation
    spread = sum(x[i, j] * a ** (i * s0) * b ** (j * s1) for i, j in np.ndindex(*x.shape))
    kernel = sum(w[u, v] * a ** (u * d0) * b ** (v * d1) for u, v in np.ndindex(*w.shape))
    product = sp.Poly(sp.expand(spread * kernel), a, b)
    return sp.Matrix(
        *geometry.full_shape(input_shape), lambda i, j: product.coeff_monomial(a**i * b**j)
    )


def adjoint_difference(
    input_shape: Sequence[int], kernel_shape: Sequence[int], stride: PerAxis = 1
) -> sp.Expr:
    """⟨Cx, y⟩ − ⟨x, Cᵀy⟩ for symbols x, y and w, expanded: 0.  Cᵀ is transposed convolution, filled
    up to x's shape.
    """
    x, w = grid("x", input_shape), grid("w", kernel_shape)
    forward = cross_correlate2d(x, w, stride)
    y = grid("y", forward.shape)
    back = conv_transpose2d(y, w, stride)
    # pixels behind the last window meet no weight
    reached = x[: back.shape[0], : back.shape[1]]
    return sp.expand(np.sum(forward * y) - np.sum(reached * back))


def output_size_formula() -> sp.Expr:
    """(n − 1)s − 2p + d(k − 1) + o + 1 with symbols n, k, s, p, d and o for the output padding."""
    n, k, s, p, d, o = SIZES
    return (n - 1) * s - 2 * p + d * (k - 1) + o + 1


def size_round_trip(s: int) -> dict[int, sp.Expr]:
    """For a stride s: what the convolution's size formula gives back, for each output padding o in
    0 … s − 1.

    Substitutes the output size m of the transposed convolution into ⌊(m + 2p − d(k − 1) − 1)/s⌋ +
    1.  Every value is the symbol n: all s sizes come from, and lead back to, the one size n.  That
    is the floor's s-to-one map, inverted.
    """
    s = integer("s", s, 1)
    _, k, stride, p, d, output_padding = SIZES
    sizes = {}
    for o in range(s):
        m = output_size_formula().subs({stride: s, output_padding: o})
        sizes[o] = sp.floor(sp.expand((m + 2 * p - d * (k - 1) - 1) / s)) + 1
    return sizes


def interior_response(kernel_shape: Sequence[int], stride: Sequence[int]) -> sp.Matrix:
    """What a constant image 1 becomes in the interior, one period (s₀, s₁) of it, for a kernel of
    symbols w.

    Computed by transposed convolution of an image large enough to have an interior, and read off
    there.
    """
    w = grid("w", kernel_shape)
    s0, s1 = stride
    reach0, reach1 = (-(-k // s) for k, s in zip(kernel_shape, stride, strict=True))
    constant = np.ones((reach0 + 2, reach1 + 2), object)
    y = conv_transpose2d(constant, w, (s0, s1))
    # The first place that every tap can reach.
    start0, start1 = reach0 * s0, reach1 * s1
    return sp.Matrix(y[start0 : start0 + s0, start1 : start1 + s1]).applyfunc(sp.expand)


def phase_sum_theorem(kernel_shape: Sequence[int], stride: Sequence[int]) -> list[sp.Eq]:
    """The exact conditions on a kernel of symbols for "constant in, constant out": each phase sum
    equals the first.

    Raises AssertionError if the interior response were not the phase sums: the first half of the
    theorem, derived here.
    """
    response = interior_response(kernel_shape, stride)
    sums = sp.Matrix(phase_sums(grid("w", kernel_shape), tuple(stride)))
    if (response - sums).applyfunc(sp.expand) != sp.zeros(*sums.shape):
        raise AssertionError("the interior response is not the matrix of phase sums")
    return [sp.Eq(value, sums[0]) for value in list(sums)[1:]]


def spectral_conditions(kernel_shape: Sequence[int], stride: Sequence[int]) -> list[sp.Expr]:
    """The kernel's Fourier transform at every multiple of 2π/s but zero, for a kernel of symbols:
    all must vanish.
    """
    w = grid("w", kernel_shape)
    s0, s1 = stride
    return [
        sum(w[u, v] * _root(a * u, s0) * _root(b * v, s1) for u, v in np.ndindex(*w.shape))
        for a, b in np.ndindex(s0, s1)
        if (a, b) != (0, 0)
    ]


def conditions_agree(kernel_shape: Sequence[int], stride: Sequence[int]) -> bool:
    """Whether equal phase sums and a vanishing spectrum are the same conditions: the same solutions
    w, exactly.

    Both are linear in w.  They agree when the conditions together have the rank that each has
    alone.
    """
    w = list(grid("w", kernel_shape).flat)

    def coefficients(expressions: list[sp.Expr]) -> sp.Matrix:
        return sp.Matrix(
            [[sp.expand(expression).coeff(symbol) for symbol in w] for expression in expressions]
        )

    # An equation 0 = 0, between two phases without weights, is no condition.
    equations = [
        equation for equation in phase_sum_theorem(kernel_shape, stride) if equation != sp.true
    ]
    sums = coefficients([equation.lhs - equation.rhs for equation in equations])
    spectrum = coefficients(spectral_conditions(kernel_shape, stride))
    return _rank(sums) == _rank(spectrum) == _rank(sums.col_join(spectrum))


def three_taps() -> sp.Eq:
    """The condition on a kernel [a, b, c] at stride 2: the middle weight is the sum of the outer
    ones.
    """
    a, b, c = sp.symbols("a b c")
    sums = phase_sums(np.array([[a, b, c]]), (1, 2))
    return sp.Eq(sums[0, 1], sums[0, 0])


def same_example() -> tuple[sp.Matrix, sp.Matrix, sp.Matrix]:
    """TensorFlow's `same` for 3×3 pixels, a 3×3 kernel and stride 2, all symbols, by two recipes
    and their difference.

    (full result cropped by one row and one column at the end; zeros between pixels and one row and
    column of zeros before them, one more all round, then stride-1 correlation with the rotated
    kernel; the difference, which is 0).
    """
    x, w = grid("x", (3, 3)), grid("w", (3, 3))
    cropped = sp.Matrix(conv_transpose2d(x, w, 2)[:6, :6])
    spread = np.zeros((8, 8), object)
    # before x: 1 zero for the stride, 1 for padding
    spread[2:7:2, 2:7:2] = x
    recipe = sp.Matrix(cross_correlate2d(spread, w[::-1, ::-1]))
    return cropped, recipe, (cropped - recipe).applyfunc(sp.expand)


def _on_symbols(face: Face, input_shape: Sequence[int], geometry: Geometry) -> sp.Matrix:
    """What a face makes of an image of symbols x and a kernel of symbols w."""
    x, w = grid("x", input_shape), grid("w", geometry.kernel)
    settings = (geometry.stride, geometry.padding, geometry.output_padding, geometry.dilation)
    return sp.Matrix(face(x, w, *settings))


def _root(power: int, s: int) -> sp.Expr:
    """exp(−2πi·power/s), written with square roots, so that ranks are decided exactly."""
    return sp.expand_complex(sp.exp(-2 * sp.pi * sp.I * sp.Rational(power % s, s)))


def _rank(matrix: sp.Matrix) -> int:
    return int(matrix.rank(simplify=True))
