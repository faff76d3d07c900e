"""What the students of the sample class wrote: right answers in three styles, and mistakes, as the
text of solution cells.

All of it is invented here; none of it is anybody's submission.
"""

LOOPS = {
    "rotate180": """
def rotate180(h):
    rows, columns = h.shape
    turned = np.empty_like(h)
    for i in range(rows):
        for j in range(columns):
            turned[rows - 1 - i, columns - 1 - j] = h[i, j]
    return turned
""",
    "zero_pad": """
def zero_pad(x, p):
    H, W = x.shape
    big = np.zeros((H + 2 * p, W + 2 * p), x.dtype)
    for i in range(H):
        for j in range(W):
            big[i + p, j + p] = x[i, j]
    return big
""",
    "cross_correlate2d": """
def cross_correlate2d(x, h):
    a, b = h.shape
    out = np.zeros((x.shape[0] - a + 1, x.shape[1] - b + 1), np.result_type(x, h))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for u in range(a):
                for v in range(b):
                    out[i, j] += x[i + u, j + v] * h[u, v]
    return out
""",
    "convolve2d_same": """
def convolve2d_same(x, h):
    a, b = h.shape
    out = np.zeros(x.shape, np.result_type(x, h))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for u in range(a):
                for v in range(b):
                    r, c = i + a // 2 - u, j + b // 2 - v
                    if 0 <= r < x.shape[0] and 0 <= c < x.shape[1]:
                        out[i, j] += x[r, c] * h[u, v]
    return out
""",
}

SLICES = {
    "rotate180": """
def rotate180(h):
    return np.rot90(h, 2).copy()
""",
    "zero_pad": """
def zero_pad(x, p):
    return np.pad(x, p)
""",
    "cross_correlate2d": """
def cross_correlate2d(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return np.einsum("ijuv,uv->ij", windows, h)
""",
    "convolve2d_same": """
def convolve2d_same(x, h):
    a, b = h.shape
    padded = np.pad(x, ((a // 2, a // 2), (b // 2, b // 2)))
    return cross_correlate2d(padded, rotate180(h))
""",
}

SHIFTS = {
    "rotate180": """
def rotate180(h):
    return np.flipud(np.fliplr(h)).copy()
""",
    "zero_pad": """
def zero_pad(x, p):
    for _ in range(2):
        edge = np.zeros((p, x.shape[1]), dtype=x.dtype)
        x = np.concatenate([edge, x, edge]).T
    return x
""",
    "cross_correlate2d": '''
def cross_correlate2d(x, h):
    """Add up the shifted images, one for each weight."""
    rows, columns = (n - k + 1 for n, k in zip(x.shape, h.shape))
    return sum(
        h[u, v] * x[u : u + rows, v : v + columns]
        for u in range(h.shape[0])
        for v in range(h.shape[1])
    )
''',
    "convolve2d_same": '''
def convolve2d_same(x, h):
    """Lay every pixel's copy of the kernel down, then cut the middle out."""
    (H, W), (a, b) = x.shape, h.shape
    full = np.zeros((H + a - 1, W + b - 1), np.result_type(x, h))
    for i in range(H):
        for j in range(W):
            full[i : i + a, j : j + b] += x[i, j] * h
    return full[a // 2 : a // 2 + H, b // 2 : b // 2 + W]
''',
}

MISTAKES = {
    "not-turned": {"rotate180": "def rotate180(h):\n    return h.copy()\n"},
    "only-upside-down": {"rotate180": "def rotate180(h):\n    return h[::-1]\n"},
    "only-mirrored": {"rotate180": "def rotate180(h):\n    return h[:, ::-1]\n"},
    "padding-forgotten": {"zero_pad": "def zero_pad(x, p):\n    return x\n"},
    "padded-with-ones": {
        "zero_pad": "def zero_pad(x, p):\n    return np.pad(x, p, constant_values=1)\n"
    },
    "off-by-one": {
        "cross_correlate2d": """
def cross_correlate2d(x, h):
    a, b = h.shape
    rows, columns = x.shape[0] - a, x.shape[1] - b
    return np.array(
        [[np.sum(x[i : i + a, j : j + b] * h) for j in range(columns)] for i in range(rows)]
    )
"""
    },
    "correlation-turned": {
        "cross_correlate2d": """
def cross_correlate2d(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return np.einsum("ijuv,uv->ij", windows, h[::-1, ::-1])
"""
    },
    "output-transposed": {
        "cross_correlate2d": """
def cross_correlate2d(x, h):
    windows = np.lib.stride_tricks.sliding_window_view(x, h.shape)
    return np.einsum("ijuv,uv->ji", windows, h)
"""
    },
    "kernel-not-turned": {
        "convolve2d_same": """
def convolve2d_same(x, h):
    a, b = h.shape
    padded = np.pad(x, ((a // 2, a // 2), (b // 2, b // 2)))
    return np.einsum("ijuv,uv->ij", np.lib.stride_tricks.sliding_window_view(padded, h.shape), h)
"""
    },
    "changed-in-place": {
        "rotate180": "def rotate180(h):\n    h[:] = h[::-1, ::-1].copy()\n    return h\n"
    },
}

# Forgeries of a result, as the text of a first cell.  Every function then stays as it was given
# out.
FORGED_RESULT = """
from IPython import get_ipython

def forge(info):
    if "check(" in info.raw_cell:
        get_ipython().displayhook(4.0)

get_ipython().events.register("pre_run_cell", forge)
"""

REPLACED_RUN_CELL = """
from IPython import get_ipython

shell = get_ipython()
real = shell.run_cell_async

async def run_cell_async(raw_cell, *args, **kwargs):
    return await real("4.0" if "check(" in raw_cell else raw_cell, *args, **kwargs)

shell.run_cell_async = run_cell_async
"""

REPLACED_DO_EXECUTE = """
from IPython import get_ipython

shell = get_ipython()

async def do_execute(code, silent, *args, **kwargs):
    content = {"execution_count": 1, "data": {"text/plain": "4.0"}, "metadata": {}}
    shell.kernel.send_response(shell.kernel.iopub_socket, "execute_result", content)
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

if hasattr(shell, "kernel"):
    shell.kernel.do_execute = do_execute  # Jupyter's kernel
else:
    real = shell.channel.send  # the sandbox's

    def send(kind, **content):
        real("execute_result", data={"text/plain": "4.0"})
        real(kind, **content | {"status": "ok"})

    shell.channel.send = send
"""

# An honest class in small: three styles, two mistakes, one blank.
HONEST = (
    LOOPS,
    SLICES,
    SHIFTS,
    LOOPS | MISTAKES["kernel-not-turned"],
    SLICES | MISTAKES["only-mirrored"],
    {},
)
