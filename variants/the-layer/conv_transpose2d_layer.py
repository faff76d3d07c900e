"""Right answers to conv_transpose2d_layer, in different styles."""

import numpy as np


def by_loops(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    N, C_in, H, W = x.shape
    per_group, a, b = w.shape[1:]
    rows = (H - 1) * stride[0] - 2 * padding[0] + dilation[0] * (a - 1) + output_padding[0] + 1
    columns = (W - 1) * stride[1] - 2 * padding[1] + dilation[1] * (b - 1) + output_padding[1] + 1
    y = np.zeros((N, per_group * groups, rows, columns))
    if bias is not None:
        y += bias[:, None, None]
    for c in range(C_in):
        first = c // (C_in // groups) * per_group
        for o in range(per_group):
            for i in range(H):
                for j in range(W):
                    for u in range(a):
                        for v in range(b):
                            m = i * stride[0] + u * dilation[0] - padding[0]
                            n = j * stride[1] + v * dilation[1] - padding[1]
                            if 0 <= m < rows and 0 <= n < columns:
                                y[:, first + o, m, n] += x[:, c, i, j] * w[c, o, u, v]
    return y


def by_placing_and_cropping(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    N, _, H, W = x.shape
    C_out = w.shape[1] * groups
    extent = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)]
    size = [
        (n - 1) * s + e + op
        for n, s, e, op in zip((H, W), stride, extent, output_padding, strict=True)
    ]
    full = np.zeros((N, C_out, *size))
    xs, ws = np.split(x, groups, axis=1), np.split(w, groups, axis=0)
    for i in range(H):
        for j in range(W):
            copy = np.concatenate(
                [
                    np.einsum("nc,couv->nouv", xg[:, :, i, j], wg)
                    for xg, wg in zip(xs, ws, strict=True)
                ],
                axis=1,
            )
            top, left = i * stride[0], j * stride[1]
            full[
                :, :, top : top + extent[0] : dilation[0], left : left + extent[1] : dilation[1]
            ] += copy
    y = full[:, :, padding[0] : size[0] - padding[0], padding[1] : size[1] - padding[1]]
    return y if bias is None else y + bias.reshape(-1, 1, 1)


def by_zero_insertion(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    N, C_in, H, W = x.shape
    spread_w = np.zeros(
        (*w.shape[:2], *(d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:], strict=True)))
    )
    spread_w[:, :, :: dilation[0], :: dilation[1]] = w
    a, b = spread_w.shape[2:]
    framed = np.zeros(
        (
            N,
            C_in,
            (H - 1) * stride[0] + 2 * a - 1 + output_padding[0],
            (W - 1) * stride[1] + 2 * b - 1 + output_padding[1],
        )
    )
    framed[
        :,
        :,
        a - 1 : a + (H - 1) * stride[0] : stride[0],
        b - 1 : b + (W - 1) * stride[1] : stride[1],
    ] = x
    windows = np.lib.stride_tricks.sliding_window_view(framed, (a, b), axis=(2, 3))
    windows = windows.reshape(N, groups, C_in // groups, *windows.shape[2:])
    kernels = spread_w[:, :, ::-1, ::-1].reshape(groups, C_in // groups, *spread_w.shape[1:])
    y = np.einsum("ngcijuv,gcouv->ngoij", windows, kernels)
    y = y.reshape(N, -1, *y.shape[3:])
    if bias is not None:
        y = y + np.asarray(bias)[None, :, None, None]
    return y[:, :, padding[0] : y.shape[2] - padding[0], padding[1] : y.shape[3] - padding[1]]


def by_matrices(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    def places(axis):
        n, k = x.shape[2 + axis], w.shape[2 + axis]
        size = (
            (n - 1) * stride[axis]
            - 2 * padding[axis]
            + dilation[axis] * (k - 1)
            + output_padding[axis]
            + 1
        )
        m = stride[axis] * np.arange(n)[:, None] + dilation[axis] * np.arange(k) - padding[axis]
        return (m[:, :, None] == np.arange(size)).astype(float)

    xg = x.reshape(x.shape[0], groups, -1, *x.shape[2:])
    wg = w.reshape(groups, -1, *w.shape[1:])
    y = np.einsum("ngcij,gcouv,iup,jvq->ngopq", xg, wg, places(0), places(1), optimize=True)
    y = y.reshape(x.shape[0], -1, *y.shape[3:])
    return y if bias is None else (y.swapaxes(1, 3) + bias).swapaxes(1, 3)


def by_strided_slices(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    N, C_in, H, W = x.shape
    per_group, a, b = w.shape[1:]
    full = np.zeros(
        (
            N,
            groups * per_group,
            (H - 1) * stride[0] + dilation[0] * (a - 1) + 1 + output_padding[0],
            (W - 1) * stride[1] + dilation[1] * (b - 1) + 1 + output_padding[1],
        )
    )
    for g in range(groups):
        inputs = slice(g * C_in // groups, (g + 1) * C_in // groups)
        outputs = slice(g * per_group, (g + 1) * per_group)
        for u in range(a):
            for v in range(b):
                top, left = u * dilation[0], v * dilation[1]
                full[
                    :,
                    outputs,
                    top : top + (H - 1) * stride[0] + 1 : stride[0],
                    left : left + (W - 1) * stride[1] + 1 : stride[1],
                ] += np.tensordot(w[inputs, :, u, v], x[:, inputs], ((0,), (1,))).swapaxes(0, 1)
    full += 0 if bias is None else bias.reshape(1, -1, 1, 1)
    return full[
        :, :, padding[0] : full.shape[2] - padding[0], padding[1] : full.shape[3] - padding[1]
    ]


def by_fft(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    spread_x = np.zeros(
        (*x.shape[:2], *((n - 1) * s + 1 for n, s in zip(x.shape[2:], stride, strict=True)))
    )
    spread_x[:, :, :: stride[0], :: stride[1]] = x
    spread_w = np.zeros(
        (*w.shape[:2], *((k - 1) * d + 1 for k, d in zip(w.shape[2:], dilation, strict=True)))
    )
    spread_w[:, :, :: dilation[0], :: dilation[1]] = w
    size = [spread_x.shape[2 + t] + spread_w.shape[2 + t] - 1 + output_padding[t] for t in range(2)]
    X = np.fft.rfft2(spread_x, size).reshape(x.shape[0], groups, -1, size[0], size[1] // 2 + 1)
    W = np.fft.rfft2(spread_w, size).reshape(groups, -1, w.shape[1], size[0], size[1] // 2 + 1)
    y = np.fft.irfft2(np.einsum("ngcpq,gcopq->ngopq", X, W), size).reshape(x.shape[0], -1, *size)
    y = y[:, :, padding[0] : size[0] - padding[0], padding[1] : size[1] - padding[1]]
    return y if bias is None else y + bias[:, None, None]


def by_add_at(
    x, w, bias=None, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1
):
    N, H, W = x.shape[0], *x.shape[2:]
    i, j, u, v = np.ix_(*map(np.arange, (H, W, *w.shape[2:])))
    rows, columns = i * stride[0] + u * dilation[0], j * stride[1] + v * dilation[1]
    full = np.zeros(
        (
            N,
            groups,
            w.shape[1],
            rows.max() + 1 + output_padding[0],
            columns.max() + 1 + output_padding[1],
        )
    )
    products = np.einsum(
        "ngchw,gcoab->ngohwab",
        x.reshape(N, groups, -1, H, W),
        w.reshape(groups, -1, *w.shape[1:]),
    )
    np.add.at(full, (..., rows, columns), products)
    full = full.reshape(N, -1, *full.shape[3:])
    y = full[..., padding[0] : full.shape[2] - padding[0], padding[1] : full.shape[3] - padding[1]]
    return y + (0 if bias is None else bias[:, None, None])


_REST = "NumPy takes any negative size, -2 like -1, for the one to work out."

EQUIVALENT = {
    "bias.reshape(-2, 1, 1)": _REST,
    "bias.reshape(1, -2, 1, 1)": _REST,
    "reshape(N, -2, *y.shape[3:])": _REST,
    "reshape(N, -2, *full.shape[3:])": _REST,
    "groups, -2, ": _REST,
    "w.reshape(groups, -2": _REST,
    "reshape(x.shape[0], -2, ": _REST,
}
