/**
 * Checkerboards: overlap counts, phase sums, the exact condition, decibels, the spectrum.  Names
 * as in `src/convtranspose/checkerboard.py`.
 */

import { image, outer, shape } from "./convolution.mjs";
import { phase } from "./faces.mjs";
import { fullSize, integer, perAxis } from "./geometry.mjs";
import { list, mean, sum } from "./lists.mjs";

/** @import { Image } from "./convolution.mjs" */
/** @import { PerAxis } from "./geometry.mjs" */

/**
 * How many of the n copies, k long and s apart, cover each sample of the full result; 0 in gaps.
 * With dilation d a copy covers only the places of its weights.
 * @param {number} n
 * @param {number} k
 * @param {number} s
 * @param {number} [d]
 */
export function overlapCount(n, k, s, d = 1) {
  integer("n", n, 1);
  integer("k", k, 1);
  integer("s", s, 1);
  integer("d", d, 1);
  const counts = list(fullSize(n, k, s, d), () => 0);
  for (let i = 0; i < n; i++) for (let u = 0; u < k; u++) counts[i * s + u * d] += 1;
  return counts;
}

/**
 * The counts on an image: the product of the two axes' counts.
 * @param {PerAxis} n
 * @param {PerAxis} k
 * @param {PerAxis} s
 * @param {PerAxis} [d]
 */
export function overlapCount2d(n, k, s, d = 1) {
  const names = { n, k, s, d };
  const each = Object.entries(names).map(([name, value]) => perAxis(name, value, 2, 1));
  const [rows, columns] = [0, 1].map((axis) =>
    overlapCount(each[0][axis], each[1][axis], each[2][axis], each[3][axis]),
  );
  return outer(rows, columns);
}

/**
 * The sums of the sub-kernels w[i::s₀, j::s₁]: what each phase makes of a constant 1.  A phase
 * without weights has the sum 0.
 * @param {Image} w
 * @param {PerAxis} s
 */
export function phaseSums(w, s) {
  return eachPhase(image("w", w), perAxis("s", s, 2, 1), sum);
}

/**
 * Whether w at stride s makes a constant image constant in the interior: all phase sums equal.
 * Integers are compared exactly, other numbers up to rounding, 10⁻⁹ · Σ|w|.
 * @param {Image} w
 * @param {PerAxis} s
 */
export function isEven(w, s) {
  const sums = phaseSums(w, s).flat();
  const exact = w.every((row) => row.every(Number.isInteger));
  const room = exact ? 0 : 1e-9 * sum(w.flat().map(Math.abs));
  return Math.max(...sums) - Math.min(...sums) <= room;
}

/**
 * The kernel nearest to w (least squares over all weights) whose phase sums are all equal.
 * @param {Image} w
 * @param {PerAxis} s
 */
export function equalise(w, s) {
  const strides = perAxis("s", s, 2, 1);
  const [s0, s1] = strides;
  const sums = phaseSums(w, strides);
  const weights = eachPhase(w, strides, (part) => part.length);
  const filled = weights.flat().filter((m) => m > 0);
  // The common sum c is least costly at Σ (S/m) / Σ (1/m); without weights a sum stays 0.
  const share = sum(filled.map((m) => 1 / m));
  const moved = sum(sums.flat().map((total, i) => total / Math.max(weights.flat()[i], 1)));
  const even = filled.length < s0 * s1 ? 0 : moved / share;
  return w.map((row, i) =>
    row.map((weight, j) => weight + (even - sums[i % s0][j % s1]) / weights[i % s0][j % s1]),
  );
}

/**
 * Mean of each phase y[i::s₀, j::s₁] of an image.  RangeError when a phase has no sample.
 * @param {Image} y
 * @param {PerAxis} s
 */
export function phaseMeans(y, s) {
  const [s0, s1] = perAxis("s", s, 2, 1);
  const [rows, columns] = shape(image("y", y));
  if (rows < s0 || columns < s1) {
    throw new RangeError(
      `y must have at least ${s0} rows and ${s1} columns, one for each phase, ` +
        `got shape (${rows}, ${columns})`,
    );
  }
  return eachPhase(y, [s0, s1], mean);
}

/**
 * (largest − smallest phase mean) / |mean of y|; infinite when the mean alone is 0.
 * @param {Image} y
 * @param {PerAxis} s
 */
export function unevenness(y, s) {
  const means = phaseMeans(y, s).flat();
  const spread = Math.max(...means) - Math.min(...means);
  const overall = Math.abs(mean(y.flat()));
  return spread === 0 ? 0 : spread / overall;
}

/**
 * How far the checkerboard of period s lies below the mean, in decibels: 10 log₁₀(m² / v) with the
 * mean m of the phase means and their variance v.  Infinite when there is no grid.  For a kernel,
 * take its phase sums as y.
 * @param {Image} y
 * @param {PerAxis} s
 */
export function imageRejection(y, s) {
  const means = phaseMeans(y, s).flat();
  const middle = mean(means);
  const variance = mean(means.map((value) => (value - middle) ** 2));
  return variance === 0 ? Infinity : 10 * (Math.log10(middle ** 2) - Math.log10(variance));
}

/**
 * The kernel's Fourier transform at the multiples of 2π/s, which is that of the phase sums:
 * [real, imaginary] part of each value.
 * @param {Image} w
 * @param {PerAxis} s
 * @returns {[number, number][][]}
 */
export function spectrum(w, s) {
  const [s0, s1] = perAxis("s", s, 2, 1);
  const sums = phaseSums(w, [s0, s1]);
  return sums.map((row, a) =>
    row.map((_, b) => {
      let [re, im] = [0, 0];
      sums.forEach((line, i) =>
        line.forEach((value, j) => {
          // Whole turns are taken off as integers, so that the angle is exact.
          const turn = ((a * i) % s0) / s0 + ((b * j) % s1) / s1;
          re += value * Math.cos(2 * Math.PI * turn);
          im -= value * Math.sin(2 * Math.PI * turn);
        }),
      );
      return [re, im];
    }),
  );
}

/**
 * @param {Image} w
 * @param {readonly number[]} s
 * @param {(part: number[]) => number} reduce
 */
function eachPhase(w, s, reduce) {
  return list(s[0], (r) => list(s[1], (c) => reduce(phase(w, s, r, c).flat())));
}
