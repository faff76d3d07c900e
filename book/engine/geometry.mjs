/**
 * Sizes, one axis at a time: integer arithmetic only.
 *
 * Notation: n input size, k kernel size, s stride, p padding, d dilation, op output padding, and
 * the extent of the dilated kernel, K = d(k − 1) + 1.  Functions have the names of
 * `src/convtranspose/geometry.py`, arguments in the same order, and the same sentences as errors:
 * a TypeError for what is no integer, a RangeError for what is not allowed.
 */

import { list } from "./lists.mjs";

/**
 * One integer for all axes, or one for each.
 * @typedef {number | readonly number[]} PerAxis
 */

/**
 * A padding: the same at both ends, or [begin, end].
 * @typedef {number | readonly [number, number]} Padding
 */

/**
 * `value`, if it is an integer that is at least `minimum`.
 * @param {string} name what the message calls it
 * @param {unknown} value
 * @param {number} minimum
 * @returns {number}
 */
export function integer(name, value, minimum) {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new TypeError(`${name} must be an integer, got ${shown(value)}`);
  }
  if (value < minimum) throw new RangeError(`${name} must be at least ${minimum}, got ${value}`);
  return value;
}

/**
 * `value` as one integer per axis: a single one is repeated, a list must have `axes` entries.
 * @param {string} name
 * @param {PerAxis} value
 * @param {number} axes
 * @param {number} minimum
 * @returns {number[]}
 */
export function perAxis(name, value, axes, minimum) {
  if (!Array.isArray(value)) return list(axes, () => integer(name, value, minimum));
  if (value.length !== axes) {
    throw new RangeError(
      `${name} must have one entry for each of the ${axes} axes, got ${shown(value)}`,
    );
  }
  return value.map((entry, at) => integer(`${name}[${at}]`, entry, minimum));
}

/**
 * K = d(k − 1) + 1: how far a dilated kernel reaches.
 * @param {number} k
 * @param {number} [d]
 */
export function extent(k, d = 1) {
  return d * (k - 1) + 1;
}

/**
 * Output size of a convolution along one axis: ⌊(n + begin + end − K)/s⌋ + 1.  RangeError when the
 * dilated kernel is longer than the padded input.
 * @param {number} n
 * @param {number} k
 * @param {number} [s]
 * @param {Padding} [p]
 * @param {number} [d]
 */
export function convOutputSize(n, k, s = 1, p = 0, d = 1) {
  const [begin, end] = checked(n, k, s, p, d);
  const padded = n + begin + end;
  const room = padded - extent(k, d);
  if (room < 0) {
    throw new RangeError(
      `the kernel must fit into the padded input, got extent ${extent(k, d)} (k=${k}, d=${d})` +
        ` for ${padded} samples (n=${n}, p=${shown(p)})`,
    );
  }
  return Math.floor(room / s) + 1;
}

/**
 * Output size of a transposed convolution along one axis: (n − 1)s − begin − end + K + op.
 * RangeError when op is not below max(s, d) or when no output would be left.
 * @param {number} n
 * @param {number} k
 * @param {number} [s]
 * @param {Padding} [p]
 * @param {number} [d]
 * @param {number} [op]
 */
export function outputSize(n, k, s = 1, p = 0, d = 1, op = 0) {
  const [begin, end] = checked(n, k, s, p, d);
  checkOutputPadding(integer("output_padding", op, 0), s, d);
  const size = fullSize(n, k, s, d) - begin - end + op;
  if (size < 1) {
    throw new RangeError(
      `padding must leave at least one output, got ${size} outputs for n=${n}, k=${k}, s=${s}, ` +
        `p=${shown(p)}, d=${d}, op=${op}`,
    );
  }
  return size;
}

/**
 * (n − 1)s + K: the samples that a transposed convolution places, before any cropping.
 * @param {number} n
 * @param {number} k
 * @param {number} s
 * @param {number} [d]
 */
export function fullSize(n, k, s, d = 1) {
  return (n - 1) * s + extent(k, d);
}

/**
 * Every input size for which a convolution gives `out` outputs, with the output padding that names
 * it: pairs [n, op], in rising order.  Sizes below 1 are left out, so the list may be empty.
 * @param {number} out
 * @param {number} k
 * @param {number} [s]
 * @param {number} [p]
 * @param {number} [d]
 * @returns {[number, number][]}
 */
export function inputSizes(out, k, s = 1, p = 0, d = 1) {
  checked(out, k, s, p, d);
  const smallest = fullSize(out, k, s, d) - 2 * p;
  /** @type {[number, number][]} */
  const sizes = [];
  for (let op = 0; op < s; op++) if (smallest + op >= 1) sizes.push([smallest + op, op]);
  return sizes;
}

/**
 * What `same` cuts from the full result, [start, end], so that n·s outputs are left.  TensorFlow,
 * Keras, JAX and ONNX's SAME_UPPER cut the smaller half at the start, SAME_LOWER (`lower`) the
 * larger one.  When K < s the end is negative: that many zeros are appended.
 * @param {number} n
 * @param {number} k
 * @param {number} s
 * @param {number} [d]
 * @param {boolean} [lower]
 * @returns {[number, number]}
 */
export function samePadding(n, k, s, d = 1, lower = false) {
  checked(n, k, s, 0, d);
  const excess = extent(k, d) - s;
  const half = Math.floor(Math.max(excess, 0) / 2);
  const start = lower ? Math.max(excess, 0) - half : half;
  return [start, excess - start];
}

/**
 * The samples [start, stop) of the full result that look as if the input had no ends: no copy that
 * a longer input would place reaches them.  What lies outside is the border.
 * @param {number} n
 * @param {number} k
 * @param {number} s
 * @param {number} [d]
 * @returns {[number, number]}
 */
export function interior(n, k, s, d = 1) {
  checked(n, k, s, 0, d);
  const start = Math.max(extent(k, d) - s, 0);
  return [start, Math.max(Math.min(n * s, fullSize(n, k, s, d)), start)];
}

/**
 * @param {number} op
 * @param {number} s
 * @param {number} d
 */
export function checkOutputPadding(op, s, d) {
  if (op >= Math.max(s, d)) {
    throw new RangeError(
      `output_padding must be below max(stride, dilation) = ${Math.max(s, d)}, got ${op}`,
    );
  }
}

/**
 * Check the numbers of one axis; its padding as [begin, end].
 * @param {number} n
 * @param {number} k
 * @param {number} s
 * @param {Padding} p
 * @param {number} d
 */
function checked(n, k, s, p, d) {
  integer("n", n, 1);
  integer("kernel size", k, 1);
  integer("stride", s, 1);
  const ends = perAxis("padding", p, 2, 0);
  integer("dilation", d, 1);
  return ends;
}

/**
 * A value as a message shows it.
 * @param {unknown} value
 * @returns {string}
 */
function shown(value) {
  if (Array.isArray(value)) return `(${value.map(shown).join(", ")})`;
  return typeof value === "string" ? `'${value}'` : String(value);
}
