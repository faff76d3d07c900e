/**
 * Images (rows of numbers), and the convolution that the faces are built from.  Names as in
 * `src/convtranspose/convolution.py`.  Exact for integers as long as every sum stays below 2⁵³.
 */

import { list } from "./lists.mjs";

/**
 * An image or a kernel: rows of equal length, at least one of each.
 * @typedef {readonly (readonly number[])[]} Image
 */

/**
 * `value`, if it is an image.
 * @param {string} name
 * @param {Image} value
 * @returns {Image}
 */
export function image(name, value) {
  const columns = value[0]?.length ?? 0;
  if (value.some((row) => row.length !== columns)) {
    throw new RangeError(`${name} must be a rectangular array, got rows of different lengths`);
  }
  if (columns === 0) throw new RangeError(`${name} must have at least one row and one column`);
  return value;
}

/**
 * Rows and columns of an image.
 * @param {Image} x
 * @returns {[number, number]}
 */
export function shape(x) {
  return [x.length, /** @type {readonly number[]} */ (x[0]).length];
}

/**
 * An image of zeros.
 * @param {number} rows
 * @param {number} columns
 * @returns {number[][]}
 */
export function zeros(rows, columns) {
  return list(rows, () => list(columns, () => 0));
}

/**
 * The outer product of two lists.
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function outer(a, b) {
  return a.map((p) => b.map((q) => p * q));
}

/**
 * Turned by 180°.
 * @param {Image} h
 */
export function rotate180(h) {
  return h.map((row) => row.toReversed()).toReversed();
}

/**
 * Cut [start, end] samples from each axis; a negative number adds that many zeros instead.
 * RangeError when nothing would be left.
 * @param {Image} x
 * @param {readonly (readonly [number, number])[]} crops for rows and for columns
 */
export function crop(x, crops) {
  const [top, bottom, left, right] = crops.flat();
  const [rows, columns] = shape(x);
  const size = [rows - top - bottom, columns - left - right];
  if (Math.min(...size) < 1) {
    throw new RangeError(`crops must leave at least one sample per axis, got ${size.join("×")}`);
  }
  return list(size[0], (i) => list(size[1], (j) => x[i + top]?.[j + left] ?? 0));
}

/**
 * Slide h over x unrotated, only where it fits.
 * @param {Image} x
 * @param {Image} h
 */
export function crossCorrelate2d(x, h) {
  const [rows, columns] = shape(x);
  const [k0, k1] = shape(h);
  if (rows < k0 || columns < k1) {
    throw new RangeError(
      `the kernel must fit into the image, got ${k0}×${k1} for ${rows}×${columns}`,
    );
  }
  /** @type {(i: number, j: number) => number} */
  const at = (i, j) => {
    let total = 0;
    for (let u = 0; u < k0; u++) for (let v = 0; v < k1; v++) total += x[i + u][j + v] * h[u][v];
    return total;
  };
  return list(rows - k0 + 1, (i) => list(columns - k1 + 1, (j) => at(i, j)));
}

/**
 * Convolution where h fits: the kernel is turned, then slid.
 * @param {Image} x
 * @param {Image} h
 */
export function convolve2d(x, h) {
  return crossCorrelate2d(x, rotate180(h));
}
