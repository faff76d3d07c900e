/** What the figure of stacked layers reads and says, on a line and in the plane alike. */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { isEven, phaseSums } from "../engine/checkerboard.mjs";
import { byPlacing } from "../engine/faces.mjs";
import { interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { readImage } from "./reading.mjs";
import { products, written } from "./words.mjs";

/** @import { Mark, Values } from "./kinds.mjs" */

const MOST_LAYERS = 3;
const MOST_WEIGHT = 9; // so that sums fit into narrow cells
const MOST_PLACES = 27; // more cannot be read on a phone
const MOST_SQUARE = 19; // rows and columns in the plane

/**
 * @typedef {object} State
 * @property {number[][]} kernels one a layer
 * @property {number[]} strides
 * @property {number[][]} lines the ones, and what each layer makes of them
 * @property {number} all the product of the strides
 * @property {number[]} pattern the phase sums of all layers together
 * @property {number} reach how many outputs one input reaches
 * @property {boolean} plane whether rows and columns go through the layers
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
export function read(typed) {
  const kernels = typed.kernels
    .split(/[\n;]/)
    .map((text) => text.trim())
    .filter(Boolean)
    .map(readKernel);
  if (!kernels.length || kernels.length > MOST_LAYERS) {
    throw new InputError(
      "kernels",
      `There may be 1 to ${MOST_LAYERS} kernels, one a line, got ${kernels.length}.`,
    );
  }
  const words = typed.strides.split(/[\s,;]+/).filter(Boolean);
  if (words.length !== kernels.length) {
    throw new InputError(
      "strides",
      `There must be as many strides as kernels, got ${words.length} and ${kernels.length}.`,
    );
  }
  const strides = words.map((word) => parseInteger(word, "strides", "A stride", 1, 9));
  const n = parseInteger(typed.n.trim(), "n", "The number of inputs", 1, 8);
  const plane = typed.axes === "plane";
  const most = plane ? MOST_SQUARE : MOST_PLACES;
  const all = strides.reduce((product, stride) => product * stride, 1);
  if (all > most) {
    throw new InputError(
      "strides",
      `The product of the strides may be ${most} at most to be drawn, got ${all}.`,
    );
  }
  const lines = through(kernels, strides, n);
  const places = lines[kernels.length].length;
  if (places > most) {
    throw new InputError(
      "n",
      `The last layer may have ${most} outputs at most to be drawn, got ${places}.`,
    );
  }
  const together = through(kernels, strides, 1)[kernels.length];
  const [pattern] = phaseSums([together], [1, all]);
  return { kernels, strides, lines, all, pattern, reach: together.length, plane };
}

/**
 * A line of weights, or `k=4` for four ones.
 * @param {string} text
 * @returns {number[]}
 */
function readKernel(text) {
  const size = /^k\s*=\s*(.*)$/.exec(text);
  if (size) {
    const k = parseInteger(size[1], "kernels", "The kernel size k", 1, 9);
    return list(k, () => 1);
  }
  const [kernel, ...more] = readImage(text, "kernels", "A kernel");
  const wrong = kernel.find((w) => !Number.isInteger(w) || Math.abs(w) > MOST_WEIGHT);
  if (more.length || wrong !== undefined) {
    throw new InputError(
      "kernels",
      `A kernel here must be one line of whole numbers from −${MOST_WEIGHT} to ${MOST_WEIGHT}, ` +
        `got “${text}”.`,
    );
  }
  return [...kernel];
}

/**
 * n ones, and the outputs of each layer.
 * @param {readonly number[][]} kernels
 * @param {readonly number[]} strides
 * @param {number} n
 * @returns {number[][]}
 */
function through(kernels, strides, n) {
  const lines = [list(n, () => 1)];
  kernels.forEach((kernel, at) => {
    const [line] = byPlacing([lines[at]], [kernel], { stride: [1, strides[at]] });
    lines.push(line);
  });
  return lines;
}

/**
 * The interior of the last outputs, [start, stop).
 * @param {State} state
 */
export function inner({ lines, all, reach }) {
  return interior(lines[0].length, reach, all);
}

/**
 * Numbers, tinted by their size among all of them; zeros are signed.
 * @param {number[][]} values
 * @returns {{ values: number[][], tints: number[][], marks: (Mark | null)[][] }}
 */
export function shaded(values) {
  const most = Math.max(...values.flat().map(Math.abs));
  return {
    values,
    tints: values.map((line) => line.map((value) => value && 0.1 + (0.5 * Math.abs(value)) / most)),
    marks: values.map((line) => line.map((v) => (v ? null : { sign: "○", note: "nothing" }))),
  };
}

/**
 * @param {State} state
 * @returns {string}
 */
export function say({ kernels, strides, all, pattern, plane }) {
  const each = kernels.map(
    (kernel, at) => `layer ${at + 1}: ${verdict(phaseSums([kernel], [1, strides[at]])[0])}`,
  );
  const whole = kernels.length > 1 ? `; together, stride ${all}: ${verdict(pattern)}` : "";
  const multiplied = plane ? ` In the plane they multiply: ${products(pattern).join(", ")}.` : "";
  return `Phase sums of ${each.join("; ")}${whole}.${multiplied}`;
}

/**
 * @param {readonly number[]} sums of the phases of one line
 */
function verdict(sums) {
  const even = isEven([sums], [1, sums.length]);
  return `${sums.map(written).join(", ")} ${even ? "✓ balanced" : "✗ not balanced"}`;
}
