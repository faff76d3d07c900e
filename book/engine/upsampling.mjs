/**
 * Kernels with a name.  `bilinearKernel` and `bicubicKernel` as in
 * `src/convtranspose/upsampling.py`; the taps of one axis stand by themselves.
 */

import { outer } from "./convolution.mjs";
import { integer } from "./geometry.mjs";
import { list } from "./lists.mjs";

/**
 * k ones.
 * @param {number} k
 */
export function box(k) {
  return list(integer("k", k, 1), () => 1);
}

/**
 * A Hann window of k samples, periodic as in short-time Fourier transforms: sin²(πu/k).
 * @param {number} k
 */
export function hann(k) {
  return box(k).map((_, u) => Math.sin((Math.PI * u) / k) ** 2);
}

/**
 * The taps of bilinear interpolation by s: a tent of 2s − s mod 2 samples.
 * @param {number} s
 */
export function tent(s) {
  return interpolating(s, 2, (distance) => Math.max(1 - distance, 0));
}

/**
 * The taps of bicubic interpolation by s, Keys' kernel (1981) with a = −½: 4s − s mod 2 samples.
 * @param {number} s
 */
export function cubic(s) {
  return interpolating(s, 4, (distance) => {
    const near = (1.5 * distance - 2.5) * distance ** 2 + 1;
    const far = -0.5 * (((distance - 5) * distance + 8) * distance - 4);
    return distance <= 1 ? near : distance < 2 ? far : 0;
  });
}

/**
 * The kernel whose transposed convolution with stride s interpolates bilinearly.
 * @param {number} s
 */
export function bilinearKernel(s) {
  return outer(tent(s), tent(s));
}

/**
 * The kernel whose transposed convolution with stride s interpolates bicubically.
 * @param {number} s
 */
export function bicubicKernel(s) {
  return outer(cubic(s), cubic(s));
}

/**
 * k numbers between −1 and 1 with two digits, drawn by mulberry32: always the same for a seed.
 * @param {number} k
 * @param {number} seed
 */
export function random(k, seed) {
  let state = integer("seed", seed, 0) >>> 0;
  return box(k).map(() => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.round((((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1) * 100) / 100;
  });
}

/**
 * @param {number} s
 * @param {number} support
 * @param {(distance: number) => number} weight
 */
function interpolating(s, support, weight) {
  const size = support * integer("s", s, 1) - (s % 2); // an odd factor has its centre on a tap
  return list(size, (u) => weight(Math.abs(u - (size - 1) / 2) / s));
}
