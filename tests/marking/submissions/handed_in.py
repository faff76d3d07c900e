"""Notebooks as students hand them in, and what must have become of them."""

from sample_class.answers import LOOPS
from sample_class.folder import released
from sample_class.students import FULL, find, write

from marking.submissions.cells import grade_id

WORDS = "The kernel changes sign when it is turned."
BOX = "explain_odd_kernel"
USES = """
def convolve2d_same(x, h):
    (H, W), (a, b) = x.shape, h.shape
    framed = np.zeros((H + a - 1, W + b - 1))
    framed[a // 2 : a // 2 + H, b // 2 : b // 2 + W] = x
    return cross_correlate2d(framed, rotate180(h))
"""
HELPER = "def windows(x, a, b):\n    return np.lib.stride_tricks.sliding_window_view(x, (a, b))"
HELPED = (
    "def cross_correlate2d(x, h):\n    return np.einsum('ijuv,uv->ij', windows(x, *h.shape), h)"
)


def filled(*changes):
    notebook = released()
    write(LOOPS | {"convolve2d_same": USES})(notebook)
    notebook["cells"][find(notebook, BOX)]["source"] = WORDS
    for change in changes:
        change(notebook)
    return notebook


def code(text):
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": []}
    return cell | {"execution_count": None}


def put(place, text, after=True):
    """Put a code cell after, or before, the cell of that name."""

    def change(notebook):
        notebook["cells"].insert(find(notebook, place) + after, code(text))

    return change


def first(text):
    def change(notebook):
        cells = notebook["cells"]
        next(c for c in cells if c["cell_type"] == "code")["source"] = text

    return change


def words_in(notebook):
    return next(cell.source for cell in notebook.cells if grade_id(cell) == BOX)


def full(outcome):
    assert outcome[2] == FULL, outcome[3]
    assert WORDS in words_in(outcome[0])
