/** What figures of overlap counts read and say alike, on a line and in the plane. */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { phaseSums } from "../engine/checkerboard.mjs";
import { fullSize, interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { counted } from "./words.mjs";

/** @import { Values } from "./kinds.mjs" */

/**
 * @typedef {object} Line
 * @property {number} n inputs
 * @property {number} k kernel size
 * @property {number} s stride
 */

/** @typedef {Line & { pattern: number[] }} Overlap `pattern` has the count of each remainder */

/**
 * The three numbers that were typed.  InputError for what is not allowed.
 * @param {Values} typed
 * @param {number} most places of the result that can be drawn
 * @returns {Overlap}
 */
export function readLine(typed, most) {
  const n = parseInteger(typed.n.trim(), "n", "The number of inputs", 1, 8);
  const k = parseInteger(typed.k.trim(), "k", "The kernel size", 1, 12);
  const s = parseInteger(typed.s.trim(), "s", "The stride", 1, 9);
  const size = fullSize(n, k, s);
  if (size > most) {
    throw new InputError(
      "k",
      `The result may have ${most} places at most to be drawn, got (${n} − 1)·${s} + ${k} = ` +
        `${size}.`,
    );
  }
  return { n, k, s, pattern: phaseSums([list(k, () => 1)], [1, s])[0] };
}

/**
 * The products on place j: pairs of an input and a weight.
 * @param {Line} line
 * @param {number} j
 * @returns {{ i: number, u: number }[]}
 */
export function meetingOn({ n, k, s }, j) {
  return list(n, (i) => ({ i, u: j - i * s })).filter(({ u }) => u >= 0 && u < k);
}

/**
 * Whether the counts of the interior are equal, and why.
 * @param {Overlap} line
 */
export function verdict({ k, s, pattern }) {
  const [least, most] = [Math.min(...pattern), Math.max(...pattern)];
  if (k < s) return `Gaps: a kernel of ${k} is shorter than the stride ${s}.`;
  if (least === most) return `Equal counts, ${k} / ${s} = ${least}.`;
  return `Unequal counts: ${s} does not divide ${k}.`;
}

/**
 * Where the counts repeat, and which they are.
 * @param {Overlap} line
 */
export function inside(line) {
  const { n, k, s, pattern } = line;
  const [start, stop] = interior(n, k, s);
  const few = `${counted(n, "input")} for a kernel of ${k} are too few`;
  if (start === stop) return `No interior: ${few}.`;
  const repeated = list(s, (r) => pattern[(start + r) % s]).join(", ");
  const border = start ? `border: ${start} at either end` : "no border";
  return `Interior (framed): ${repeated}${s > 1 ? ", over and over" : " everywhere"}; ${border}.`;
}
