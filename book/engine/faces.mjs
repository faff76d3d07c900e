/**
 * Transposed convolution of one image, written in three ways.  Names as in
 * `src/convtranspose/faces.py`:
 *
 *     y[i·s + u·d − p] += x[i] · w[u]     with out = (n − 1)s − 2p + d(k − 1) + op + 1
 *
 * What falls outside 0 … out − 1 is dropped.
 */

import { convolve2d, crop, image, shape, zeros } from "./convolution.mjs";
import { checkOutputPadding, extent, fullSize, perAxis } from "./geometry.mjs";

/** @import { Image } from "./convolution.mjs" */
/** @import { PerAxis } from "./geometry.mjs" */

/**
 * Each an integer, or one for rows and one for columns.
 * @typedef {object} Settings
 * @property {PerAxis} [stride]
 * @property {PerAxis} [padding]
 * @property {PerAxis} [outputPadding]
 * @property {PerAxis} [dilation]
 */

/**
 * By its definition: lay x[i]·w down at i·s, add where copies overlap, crop.
 * @param {Image} x
 * @param {Image} w
 * @param {Settings} [settings]
 */
export function byPlacing(x, w, settings = {}) {
  const { s, d, size, crops } = geometry(x, w, settings);
  const full = zeros(size[0], size[1]);
  x.forEach((row, i) =>
    row.forEach((value, j) =>
      w.forEach((weights, u) => {
        const target = full[i * s[0] + u * d[0]];
        weights.forEach((weight, v) => {
          target[j * s[1] + v * d[1]] += value * weight;
        });
      }),
    ),
  );
  return crop(full, crops);
}

/**
 * As an ordinary convolution: spread x with s − 1 zeros, pad by K − 1 − p, slide with stride 1.
 * @param {Image} x
 * @param {Image} w
 * @param {Settings} [settings]
 */
export function byZeroInsertion(x, w, settings = {}) {
  const { s, d, reach, crops } = geometry(x, w, settings);
  const pads = crops.map(([start, end], a) => cut(start - (reach[a] - 1), end - (reach[a] - 1)));
  return convolve2d(crop(insertZeros(x, s), pads), insertZeros(w, d));
}

/**
 * Without the zeros: s₀·s₁ small convolutions of x, one for each phase, interleaved.
 * @param {Image} x
 * @param {Image} w
 * @param {Settings} [settings]
 */
export function byPhases(x, w, settings = {}) {
  const { s, d, size, crops } = geometry(x, w, settings);
  const spread = insertZeros(w, d);
  const full = zeros(size[0], size[1]);
  for (let r = 0; r < s[0]; r++) {
    for (let c = 0; c < s[1]; c++) {
      const sub = phase(spread, s, r, c);
      if (!sub.length) continue; // a kernel shorter than the stride leaves gaps
      const pads = shape(sub).map((taps) => cut(1 - taps, 1 - taps));
      convolve2d(crop(x, pads), sub).forEach((row, i) =>
        row.forEach((value, j) => {
          full[i * s[0] + r][j * s[1] + c] = value;
        }),
      );
    }
  }
  return crop(full, crops);
}

/**
 * The part w[r::s₀, c::s₁] of a kernel; an empty list when it has no weights.
 * @param {Image} w
 * @param {readonly number[]} s
 * @param {number} r
 * @param {number} c
 */
export function phase(w, s, r, c) {
  const rows = w.filter((_, i) => i % s[0] === r);
  return rows.map((row) => row.filter((_, j) => j % s[1] === c)).filter((row) => row.length);
}

/**
 * x with s − 1 zeros between neighbours on each axis, none at the ends.
 * @param {Image} x
 * @param {PerAxis} s
 */
export function insertZeros(x, s) {
  const [s0, s1] = perAxis("s", s, 2, 1);
  const [rows, columns] = shape(image("x", x));
  const spread = zeros((rows - 1) * s0 + 1, (columns - 1) * s1 + 1);
  x.forEach((row, i) =>
    row.forEach((value, j) => {
      spread[i * s0][j * s1] = value;
    }),
  );
  return spread;
}

/**
 * The checked numbers of a call, one entry per axis.
 * @param {Image} x
 * @param {Image} w
 * @param {Settings} settings
 */
function geometry(x, w, { stride = 1, padding = 0, outputPadding = 0, dilation = 1 }) {
  const n = shape(image("x", x));
  const k = shape(image("w", w));
  const s = perAxis("stride", stride, 2, 1);
  const p = perAxis("padding", padding, 2, 0);
  const op = perAxis("output_padding", outputPadding, 2, 0);
  const d = perAxis("dilation", dilation, 2, 1);
  op.forEach((value, a) => checkOutputPadding(value, s[a], d[a]));
  return {
    s,
    d,
    reach: k.map((size, a) => extent(size, d[a])),
    size: n.map((size, a) => fullSize(size, k[a], s[a], d[a])),
    crops: p.map((value, a) => cut(value, value - op[a])),
  };
}

/**
 * @param {number} start
 * @param {number} end
 * @returns {[number, number]}
 */
function cut(start, end) {
  return [start, end];
}
