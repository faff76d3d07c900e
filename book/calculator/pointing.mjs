/** Pointing at a sample of the drawing: which copies meet there, and the sum that they make. */

import { list } from "../engine/lists.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */

const MOST_TERMS = 9;

/**
 * The inputs whose copies cover a sample of the full result, each with the weight that falls there.
 * @param {Axis} axis
 * @param {number} at
 * @returns {[input: number, weight: number][]}
 */
export function meeting({ n, k, s, d }, at) {
  return list(n, (i) => /** @type {[number, number]} */ ([i, (at - i * s) / d])).filter(
    ([, u]) => Number.isInteger(u) && u >= 0 && u < k,
  );
}

/**
 * What a sample of the full result is made of, and what becomes of it.
 * @param {readonly Axis[]} axes as they are drawn
 * @param {readonly number[]} at one index for each axis
 * @param {readonly boolean[]} open whether an axis goes on beyond what is drawn
 */
export function sumAt(axes, at, open) {
  const pairs = axes.map((axis, a) => meeting(axis, at[a]));
  /** @type {string[]} */
  const terms = pairs
    .reduce(
      (so, next) => so.flatMap(([x, w]) => next.map(([i, u]) => [[...x, i], [...w, u]])),
      /** @type {number[][][]} */ ([[[], []]]),
    )
    .map(([x, w]) => `x[${x.join(", ")}]·w[${w.join(", ")}]`);
  const name = axes.length === 1 ? `Sample ${at[0]}` : `Sample (${at.join(", ")})`;
  const output = axes.map(({ start }, a) => at[a] - start);
  const kept = axes.every(
    ({ n, k, s, d, end }, a) =>
      output[a] >= 0 && (open[a] || at[a] < (n - 1) * s + d * (k - 1) + 1 - end),
  );
  const rest = terms.length > MOST_TERMS ? ` + … (${terms.length} terms)` : "";
  const sum = terms.length
    ? `${name} is ${terms.slice(0, MOST_TERMS).join(" + ")}${rest}`
    : `${name} is 0: no copy reaches it`;
  return `${sum}; ${kept ? `it is output ${output.join(", ")}` : "it is cut"}.`;
}
