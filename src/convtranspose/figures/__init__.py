"""Every drawing of the course, as pure functions from numbers to a `Picture`.

Grids and steps are compact SVG written here; plots and photographs are drawn by matplotlib, which
is imported only when one of those functions is called.  The mathematics comes from the sibling
modules: nothing is computed twice.
"""

from .convolving import kernel_turning, number_grid, shaded_grid, sliding
from .matrices import connections
from .networks import sizes_along
from .overlaps import many_to_one, overlap_1d, overlap_2d, phases
from .picture import ACCENTS, Panel, Picture, beside
from .plots import CURES, cures, from_matplotlib, photograph, photographs, spectra, themed, upsample
from .products import product_table
from .stacking import stacked_layers
from .transposing import output_window, placing, two_roads, zero_insertion

__all__ = [
    "ACCENTS",
    "CURES",
    "Panel",
    "Picture",
    "beside",
    "connections",
    "cures",
    "from_matplotlib",
    "kernel_turning",
    "many_to_one",
    "number_grid",
    "output_window",
    "overlap_1d",
    "overlap_2d",
    "phases",
    "photograph",
    "photographs",
    "placing",
    "product_table",
    "shaded_grid",
    "sizes_along",
    "sliding",
    "spectra",
    "stacked_layers",
    "themed",
    "two_roads",
    "upsample",
    "zero_insertion",
]
