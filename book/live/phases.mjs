/**
 * A kernel by phases, their sums, and what becomes of a constant image; its weights can be changed
 * one by one, and balanced.  What it draws is `phases` in
 * `src/convtranspose/figures/overlaps.py`.
 */

import { parseInteger } from "../calculator/numbers.mjs";
import { equalise, isEven, phaseSums } from "../engine/checkerboard.mjs";
import { crop, shape } from "../engine/convolution.mjs";
import { byPlacing } from "../engine/faces.mjs";
import { list, mean } from "../engine/lists.mjs";

import { readImage } from "./reading.mjs";
import { weightActs } from "./weights.mjs";
import { named, typedAs, written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Kind, Mark, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell } from "./words.mjs" */

const WALL = 8; // rows and columns of the constant image's interior that are drawn
const MOST_TERMS = 9; // of a sum that is written out

/**
 * @typedef {object} State
 * @property {Image} w
 * @property {number} s
 * @property {Image} sums
 * @property {Image} wall what becomes of ones, borders aside
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const w = readImage(typed.w, "w", "The kernel w");
  const s = parseInteger(typed.stride.trim(), "stride", "The stride here", 1, 4);
  return stateOf(w, s);
}

/**
 * @param {Image} w
 * @param {number} s
 * @returns {State}
 */
export function stateOf(w, s) {
  return { w, s, sums: phaseSums(w, s), wall: interiorOf(w, s) };
}

/**
 * What a constant image of ones becomes, without its borders; it begins with phase (0, 0).
 * @param {Image} w
 * @param {number} s
 */
export function interiorOf(w, s) {
  const reach = shape(w).map((size) => Math.ceil(size / s)); // copies that meet along an axis
  const periods = Math.floor(WALL / s);
  const [rows, columns] = reach.map((copies) => periods + copies);
  const full = byPlacing(
    list(rows, () => list(columns, () => 1)),
    w,
    { stride: s },
  );
  const [height, width] = shape(full);
  const [top, left] = reach.map((copies) => copies * s);
  return crop(full, [
    [top, height - top - periods * s],
    [left, width - left - periods * s],
  ]);
}

/**
 * The phase of a cell, as letter and colour.
 * @param {number} s
 * @param {Cell} cell
 * @returns {Mark & { sign: string }}
 */
function phaseOf(s, [row, column]) {
  const group = (row % s) * s + (column % s);
  const sign = String.fromCharCode("a".charCodeAt(0) + group);
  return { sign, note: `phase ${sign}`, group };
}

/**
 * @param {Image} values
 * @param {number} s
 */
function marked(values, s) {
  return values.map((row, i) => row.map((_, j) => phaseOf(s, [i, j])));
}

/**
 * The wall as pixels: its mean is the middle grey, 0 is black and twice the mean is white.
 * @param {Image} wall
 */
export function greys(wall) {
  const middle = mean(wall.flat());
  const scale = 2 * (Math.abs(middle) || Math.max(...wall.flat().map(Math.abs)) || 1);
  return wall.map((row) =>
    row.map((value) => Math.min(Math.max(0.5 + (value - middle) / scale, 0), 1)),
  );
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ w, s, sums, wall }) {
  return [
    { name: "w", heading: "Kernel w", values: w, marks: marked(w, s) },
    { name: "sums", heading: "Phase sums", values: sums, marks: marked(sums, s) },
    {
      name: "wall",
      heading: "A constant 1 becomes",
      values: wall,
      marks: marked(wall, s).map((row) => row.map(({ sign, note }) => ({ sign, note }))),
      greys: greys(wall),
    },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ w, s, sums }) {
  const values = sums.flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const seen = isEven(w, s)
    ? `✓ Balanced: all phase sums are ${written(most)}, and a constant image stays constant.`
    : `✗ Not balanced: the phase sums go from ${written(least)} to ${written(most)}, and a ` +
      `constant image gets a pattern that repeats every ${s} pixels.`;
  return `${seen} Choose a weight, and press + or −, or click it again.`;
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  const { w, s, wall } = state;
  const { sign } = phaseOf(s, cell);
  const [r, c] = [cell[0] % s, cell[1] % s];
  const weights = cellsOf(w, s, [r, c]);
  const own = panel === "w" ? `${named("w", cell)} = ${written(w[cell[0]][cell[1]])}. ` : "";
  const sum = sumOfWeights(w, weights);
  return {
    sentence: `${own}Phase ${sign}: ${sum}, and so is every pixel ${sign} of the constant image.`,
    marked: { w: weights, sums: [[r, c]], wall: cellsOf(wall, s, [r, c]) },
  };
}

/**
 * The cells of one phase.
 * @param {Image} values
 * @param {number} s
 * @param {Cell} phase
 */
function cellsOf(values, s, [r, c]) {
  return values.flatMap((row, i) =>
    row.flatMap((_, j) => (i % s === r && j % s === c ? [/** @type {Cell} */ ([i, j])] : [])),
  );
}

/**
 * @param {Image} w
 * @param {readonly Cell[]} cells
 */
function sumOfWeights(w, cells) {
  if (!cells.length) return "no weight, so its sum is 0";
  const values = cells.map(([i, j]) => w[i][j]);
  const total = written(values.reduce((sum, value) => sum + value, 0));
  const texts = values.map((value) => (value < 0 ? `(${written(value)})` : written(value)));
  const rest = texts.length > MOST_TERMS ? ` + … (${texts.length} weights)` : "";
  return texts.length > 1 ? `${texts.slice(0, MOST_TERMS).join(" + ")}${rest} = ${total}` : total;
}

/**
 * The nearest kernel that is balanced.
 * @param {State} state
 * @returns {Values}
 */
function balanced({ w, s }) {
  return { w: typedAs(equalise(w, s)) };
}

/** @type {Kind<State>} */
export const phases = {
  fields: ["w", "stride"],
  read,
  draw,
  say,
  point,
  acts: { ...weightActs("w", (/** @type {State} */ { w }) => w), balance: balanced },
};
