"""Transposed convolution, written to be read: the mathematics that the course's chapters teach.
NumPy only.

Row index first everywhere.  x is the input, w the kernel, y the output; k, s, p, d are kernel size,
stride, padding and dilation.  The parts that need more than NumPy (`derivations`, `figures`,
`widgets`) are imported by name where they are wanted.
"""

from .checkerboard import (
    GridReport,
    equalise,
    gradient_pattern,
    grid_report,
    image_rejection,
    is_even,
    overlap_count,
    overlap_count2d,
    phase_means,
    phase_sums,
    spectrum,
    unevenness,
)
from .convolution import (
    conv,
    convolve2d,
    convolve2d_same,
    crop,
    cross_correlate2d,
    rotate180,
    zero_pad,
)
from .faces import (
    by_gradient,
    by_matrix,
    by_phases,
    by_placing,
    by_zero_insertion,
    insert_zeros,
)
from .geometry import Geometry, conv_output_size, input_sizes, output_size, same_padding
from .gradients import conv_gradients, conv_transpose_gradients
from .learning import fit, loss_gradient, train, upsampler
from .matrix import apply_matrix, convolution_matrix, count_by_face, count_multiplications
from .transposed import (
    adjoint_gap,
    conv_transpose,
    conv_transpose2d,
    conv_transpose2d_by_zero_insertion,
    conv_transpose2d_layer,
    input_gradient,
    transpose_by_matrix,
    transpose_by_placing,
)
from .upsampling import (
    bicubic,
    bicubic_kernel,
    bilinear,
    bilinear_kernel,
    icnr,
    interpolate_by_transposing,
    interpolation_matrix,
    nearest,
    pixel_shuffle,
    pixel_unshuffle,
    resize,
    resize_convolve,
    subpixel_from_transposed,
    transposed_from_resize,
    transposed_from_subpixel,
)

# By module, as the imports above, and by name within one.
__all__ = [  # noqa: RUF022 -- sorted by module, for a list of all names that is read
    # checkerboard
    "GridReport",
    "equalise",
    "gradient_pattern",
    "grid_report",
    "image_rejection",
    "is_even",
    "overlap_count",
    "overlap_count2d",
    "phase_means",
    "phase_sums",
    "spectrum",
    "unevenness",
    # convolution
    "conv",
    "convolve2d",
    "convolve2d_same",
    "crop",
    "cross_correlate2d",
    "rotate180",
    "zero_pad",
    # faces
    "by_gradient",
    "by_matrix",
    "by_phases",
    "by_placing",
    "by_zero_insertion",
    "insert_zeros",
    # geometry
    "Geometry",
    "conv_output_size",
    "input_sizes",
    "output_size",
    "same_padding",
    # gradients
    "conv_gradients",
    "conv_transpose_gradients",
    # learning
    "fit",
    "loss_gradient",
    "train",
    "upsampler",
    # matrix
    "apply_matrix",
    "convolution_matrix",
    "count_by_face",
    "count_multiplications",
    # transposed
    "adjoint_gap",
    "conv_transpose",
    "conv_transpose2d",
    "conv_transpose2d_by_zero_insertion",
    "conv_transpose2d_layer",
    "input_gradient",
    "transpose_by_matrix",
    "transpose_by_placing",
    # upsampling
    "bicubic",
    "bicubic_kernel",
    "bilinear",
    "bilinear_kernel",
    "icnr",
    "interpolate_by_transposing",
    "interpolation_matrix",
    "nearest",
    "pixel_shuffle",
    "pixel_unshuffle",
    "resize",
    "resize_convolve",
    "subpixel_from_transposed",
    "transposed_from_resize",
    "transposed_from_subpixel",
]
