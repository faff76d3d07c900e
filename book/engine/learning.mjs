/**
 * Learning a kernel from one image by gradient descent, as `train` in
 * `src/convtranspose/learning.py`, from a few sums over the image alone.
 *
 * The loss ½‖y − t‖² of y = x placed with w at stride s is ½ wᵀGw − bᵀw + ½‖t‖².  Nothing of the
 * full result is cut, so G[u, v] depends on u − v alone: it is Σᵢ x[i] x[i + (u − v)/s] where s
 * divides u − v, else 0.  And b[u] = Σᵢ x[i] t[i·s + u].
 */

import { shape } from "./convolution.mjs";
import { list, sum } from "./lists.mjs";

/** @import { Image } from "./convolution.mjs" */

/**
 * What learning a kernel needs to know of an image and its target.
 * @typedef {object} Sums
 * @property {Image} lags Σᵢ x[i] x[i + a], for a from −1 to 1 on either axis: enough for kernels
 *   of at most two strides
 * @property {Image} towards b, in the kernel's shape
 * @property {number} energy ½‖t‖²
 * @property {number} s stride
 */

/**
 * The gradient of the loss with respect to w, Gw − b.
 * @param {Sums} sums
 * @param {Image} w
 */
export function lossGradient(sums, w) {
  return minus(applied(sums, w), sums.towards);
}

/**
 * ½ wᵀGw − bᵀw + ½‖t‖².
 * @param {Sums} sums
 * @param {Image} w
 */
export function loss(sums, w) {
  return inner(w, applied(sums, w)) / 2 - inner(w, sums.towards) + sums.energy;
}

/**
 * The kernels before each of so many steps w ← w − rate · gradient and after the last one; fewer
 * when a weight leaves [−most, most].
 * @param {Sums} sums
 * @param {Image} w0
 * @param {number} steps
 * @param {number} rate
 * @param {number} most
 * @returns {Image[]}
 */
export function train(sums, w0, steps, rate, most) {
  const seen = [w0];
  while (seen.length <= steps) {
    const w = seen[seen.length - 1];
    if (w.flat().some((weight) => Math.abs(weight) > most)) break;
    const gradient = lossGradient(sums, w);
    seen.push(w.map((row, i) => row.map((weight, j) => weight - rate * gradient[i][j])));
  }
  return seen;
}

/**
 * The largest eigenvalue of G, by power iteration: gradient descent converges for every rate below
 * 2 divided by it, and for none above.
 * @param {Sums} sums
 */
export function steepest(sums) {
  const [rows, columns] = shape(sums.towards);
  // No symmetry of G has this for its own, so that no direction is missed.
  let w = list(rows, (i) => list(columns, (j) => 1 + Math.sin(1 + i * columns + j) / 2));
  let largest = 0;
  for (let i = 0; i < 200; i++) {
    const next = applied(sums, w);
    largest = Math.sqrt(inner(next, next));
    w = next.map((row) => row.map((value) => value / largest));
  }
  return largest;
}

/**
 * Gw.
 * @param {Sums} sums
 * @param {Image} w
 */
function applied({ lags, s }, w) {
  const reach = [-1, 0, 1];
  return w.map((row, i) =>
    row.map((_, j) =>
      sum(
        reach.flatMap((a) =>
          reach.map((b) => lags[a + 1][b + 1] * (w[i + a * s]?.[j + b * s] ?? 0)),
        ),
      ),
    ),
  );
}

/**
 * @param {Image} a
 * @param {Image} b
 */
function inner(a, b) {
  return sum(a.flatMap((row, i) => row.map((value, j) => value * b[i][j])));
}

/**
 * @param {Image} a
 * @param {Image} b
 */
function minus(a, b) {
  return a.map((row, i) => row.map((value, j) => value - b[i][j]));
}
