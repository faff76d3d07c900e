"""Wrong answers as beginners write them, each with words that its verdict must hold.

They were written from the notebooks alone.  One comment line before each says the words; `~` before
words says that they must not be there.
"""

ANSWERS = r"""
# rotate180: off by one: index −u
def rotate180(h):
    r = np.zeros_like(h)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            r[i, j] = h[-i, -j]
    return r
# rotate180: reshape` gives them their shape
def rotate180(h):
    return h.ravel()[::-1]
# rotate180: does one of its entries come as `None`
def rotate180(h):
    return np.array(list(h).reverse())
# rotate180: the indexes 0 to n − 1 | ~Write down which
def rotate180(h):
    H, W = h.shape
    r = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            r[i, j] = h[H - i, W - j]
    return r
# zero_pad: np.zeros((rows, columns))
def zero_pad(x, p):
    out = np.zeros(x.shape[0] + 2 * p, x.shape[1] + 2 * p)
    out[p:p + x.shape[0], p:p + x.shape[1]] = x
    return out
# zero_pad: the columns are not: which line | ~stride
def zero_pad(x, p):
    return np.pad(x, ((p, p), (1, 1)))
# cross_correlate2d: the matrix product of window and kernel
def cross_correlate2d(x, h):
    (H, W), (a, b) = x.shape, h.shape
    y = np.zeros((H - a + 1, W - b + 1))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.sum(x[i:i + a, j:j + b] @ h)
    return y
# cross_correlate2d: from there on all are still 0
def cross_correlate2d(x, h):
    (H, W), (a, b) = x.shape, h.shape
    y = np.zeros((H - a + 1, W - b + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(x[i:i + a, j:j + b] * h)
        return y
# cross_correlate2d: the sum goes on from window to window
def cross_correlate2d(x, h):
    (H, W), (a, b) = x.shape, h.shape
    y = np.zeros((H - a + 1, W - b + 1))
    s = 0
    for i, j in np.ndindex(*y.shape):
        s += np.sum(x[i:i + a, j:j + b] * h)
        y[i, j] = s
    return y
# convolve2d_same: the padding is forgotten
def convolve2d_same(x, h):
    (H, W), (a, b) = x.shape, h.shape
    k = h[::-1, ::-1]
    y = np.zeros((H - a + 1, W - b + 1))
    for i, j in np.ndindex(*y.shape):
        y[i, j] = np.sum(x[i:i + a, j:j + b] * k)
    return y
# convolution_matrix: it looks like this: the last position is left out
def convolution_matrix(w, input_shape, stride=1):
    (H, W), (a, b) = input_shape, w.shape
    rows = []
    for i in range(0, H - a, stride):
        for j in range(0, W - b, stride):
            row = np.zeros((H, W))
            row[i:i + a, j:j + b] = w
            rows.append(row.ravel())
    return np.array(rows)
# convolution_matrix: `//` divides whole numbers
def convolution_matrix(w, input_shape, stride=1):
    (H, W), (a, b) = input_shape, w.shape
    return np.zeros((((H - a) / stride + 1) * ((W - b) / stride + 1), H * W))
# apply_matrix: as many columns as the right side has rows | ~In what order
def apply_matrix(C, x, output_shape):
    return (C @ x).reshape(output_shape)
# apply_matrix: only the last product is kept
def apply_matrix(C, x, output_shape):
    v, y = x.ravel(), np.zeros(C.shape[0])
    for i in range(C.shape[0]):
        for j in range(C.shape[1]):
            y[i] = C[i, j] * v[j]
    return y.reshape(output_shape)
# transpose_by_placing: the copies are not scaled
def transpose_by_placing(x, w):
    (H, W), (a, b) = x.shape, w.shape
    out = np.zeros((H + a - 1, W + b - 1))
    for i in range(H):
        for j in range(W):
            out[i:i + a, j:j + b] += w
    return out
# transpose_by_placing: The parameters stand in another order | ~Look at the line that makes
def transpose_by_placing(w, x):
    (H, W), (a, b) = x.shape, w.shape
    out = np.zeros((H + a - 1, W + b - 1))
    for i in range(H):
        for j in range(W):
            out[i:i + a, j:j + b] += x[i, j] * w
    return out
# input_gradient: the kernel's columns are turned round
def input_gradient(w, upstream, input_shape):
    a, b = w.shape
    p = np.pad(upstream, ((a - 1, a - 1), (b - 1, b - 1)))
    out = np.zeros(input_shape)
    for i, j in np.ndindex(*input_shape):
        out[i, j] = np.sum(p[i:i + a, j:j + b] * w[::-1])
    return out
# input_gradient: the kernel's first row and column are left out
def input_gradient(w, upstream, input_shape):
    (a, b), out = w.shape, np.zeros(input_shape)
    for m, n in np.ndindex(*input_shape):
        for i, j in np.ndindex(*upstream.shape):
            if 0 < m - i < a and 0 < n - j < b:
                out[m, n] += upstream[i, j] * w[m - i, n - j]
    return out
# output_size: dilation is ignored
def output_size(n, k, s, p=0, d=1, op=0):
    return (n - 1) * s + k - 2 * p + op
# output_size: output_padding is subtracted
def output_size(n, k, s, p=0, d=1, op=0):
    return (n - 1) * s + d * (k - 1) + 1 - 2 * p - op
# output_size: the brackets around n − 1 are missing
def output_size(n, k, s, p=0, d=1, op=0):
    return n - 1 * s + d * (k - 1) + 1 - 2 * p + op
# conv_transpose2d: the stride on the rows only
def conv_transpose2d(x, w, stride=1):
    (H, W), (a, b) = x.shape, w.shape
    y = np.zeros(((H - 1) * stride + a, (W - 1) * stride + b))
    for i in range(H):
        for j in range(W):
            y[i * stride:i * stride + a, j:j + b] += x[i, j] * w
    return y
# overlap_count: copies one too long
def overlap_count(n, k, s):
    places = range((n - 1) * s + k)
    return np.array([sum(1 for i in range(n) if i * s <= m <= i * s + k) for m in places])
# overlap_count: the copies lie one place apart
def overlap_count(n, k, s):
    c = np.zeros((n - 1) * s + k, int)
    for i in range(n):
        c[i:i + k] += 1
    return c
# same_padding: appended zeros counted as positive
def same_padding(n, k, s):
    return (0, s - k) if k < s else ((k - s) // 2, k - s - (k - s) // 2)
# same_padding: appended at the start | ~the larger half at the start
def same_padding(n, k, s):
    return (k - s, 0) if k < s else ((k - s) // 2, k - s - (k - s) // 2)
# phase_sums: neighbouring weights in blocks of s
def phase_sums(w, s):
    blocks = np.zeros((s, s))
    for i in range(s):
        for j in range(s):
            blocks[i, j] = w[i * s:(i + 1) * s, j * s:(j + 1) * s].sum()
    return blocks
# phase_sums: only the last weight of each phase
def phase_sums(w, s):
    out = np.zeros((s, s))
    for u, v in np.ndindex(*w.shape):
        out[u % s, v % s] = w[u, v]
    return out
# is_even: `np.all(…)` makes one of many
def is_even(w, s):
    sums = np.array([[w[i::s, j::s].sum() for j in range(s)] for i in range(s)])
    return sums == sums[0, 0]
# is_even: whether the sums are even numbers
def is_even(w, s):
    return all(w[i::s, j::s].sum() % 2 == 0 for i in range(s) for j in range(s))
# unevenness: only the phases on the diagonal
def unevenness(y, s):
    m = [y[i::s, i::s].mean() for i in range(s)]
    return (max(m) - min(m)) / abs(y.mean())
# unevenness: divided with //
def unevenness(y, s):
    m = [y[i::s, j::s].mean() for i in range(s) for j in range(s)]
    return (max(m) - min(m)) // abs(y.mean())
# bilinear_kernel: the two tents are added
def bilinear_kernel(s):
    n = 2 * s - s % 2
    t = 1 - np.abs(np.arange(n) - (n - 1) / 2) / s
    return t[:, None] + t[None, :]
# bilinear_kernel: the distance keeps its sign
def bilinear_kernel(s):
    n = 2 * s - s % 2
    t = 1 - (np.arange(n) - (n - 1) / 2) / s
    return np.outer(t, t)
# nearest: a float came
def nearest(x, s):
    out = np.zeros((x.shape[0] * s, x.shape[1] * s))
    for i, j in np.ndindex(*out.shape):
        out[i, j] = x[i / s, j / s]
    return out
# icnr: reshape` gives them their shape | ~p:-p
def icnr(w, s):
    return np.repeat(w, s * s, axis=0).ravel()
# loss_gradient: the error times the weight
def loss_gradient(x, w, target, stride):
    r = -target.astype(float)
    (H, W), (a, b) = x.shape, w.shape
    for i in range(H):
        for j in range(W):
            r[i * stride:i * stride + a, j * stride:j * stride + b] += x[i, j] * w
    g = np.zeros(w.shape)
    for i in range(H):
        for j in range(W):
            g += w * r[i * stride:i * stride + a, j * stride:j * stride + b]
    return g
# transpose_by_matrix: C is reshaped instead of transposed
def transpose_by_matrix(y, w, input_shape):
    H, W = input_shape
    C = np.array([np.pad(w, ((i, H - w.shape[0] - i), (j, W - w.shape[1] - j))).ravel()
                  for i in range(y.shape[0]) for j in range(y.shape[1])])
    return (C.reshape(H * W, -1) @ y.ravel()).reshape(H, W)
# transpose_by_matrix: the matrix itself is given back | ~reckon
def transpose_by_matrix(y, w, input_shape):
    H, W = input_shape
    C = np.array([np.pad(w, ((i, H - w.shape[0] - i), (j, W - w.shape[1] - j))).ravel()
                  for i in range(y.shape[0]) for j in range(y.shape[1])])
    return C.T
# input_gradient: the kernel is turned by 90° only
def input_gradient(w, upstream, input_shape):
    a, b = w.shape
    p, k = np.pad(upstream, ((a - 1, a - 1), (b - 1, b - 1))), np.rot90(w)
    g = np.zeros(input_shape)
    for m, n in np.ndindex(*input_shape):
        g[m, n] = np.sum(p[m:m + a, n:n + b] * k)
    return g
# equalise: the phase sums in place of the kernel | ~reckon
def equalise(w, s):
    sums = [w[i::s, j::s].sum() for i in range(s) for j in range(s)]
    return np.full((s, s), sum(sums) / len(sums))
# conv_transpose2d_layer: the bias is spread along the columns | ~reckon
def conv_transpose2d_layer(x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0),
                           dilation=(1, 1), groups=1):
    (N, C, H, W), (_, M, a, b) = x.shape, w.shape
    (s, t), (d, e), (p, q) = stride, dilation, padding
    R = (H - 1) * s + d * (a - 1) + 1 + output_padding[0]
    K = (W - 1) * t + e * (b - 1) + 1 + output_padding[1]
    y = np.zeros((N, M * groups, R, K))
    for c, o, u, v in np.ndindex(C, M, a, b):
        row, col = u * d, v * e
        part = y[:, c // (C // groups) * M + o, row:, col:]
        part[:, :(H - 1) * s + 1:s, :(W - 1) * t + 1:t] += x[:, c] * w[c, o, u, v]
    y = y[:, :, p:R - p, q:K - q]
    return y if bias is None else y + bias
# apply_matrix: what becomes of the products | ~In what order
def apply_matrix(C, x, output_shape):
    return np.resize(C * x.ravel(), output_shape)
# rotate180: each pair once
def rotate180(h):
    y = h.copy()
    for i, j in np.ndindex(*h.shape):
        y[i, j], y[-1 - i, -1 - j] = y[-1 - i, -1 - j], y[i, j]
    return y
# rotate180: methods that change a list in place | ~it is not written yet, or a
def rotate180(h):
    return list(h.ravel()).reverse()
# resize_convolve: over all rows and columns of w | ~reckon
def resize_convolve(x, w, s):
    return np.array([np.convolve(row, w.ravel(), "same") for row in np.kron(x, np.ones((s, s)))])
"""
