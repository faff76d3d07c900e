/**
 * Copies of a kernel along a line, and how many of them meet on each output.  What it draws is
 * `overlap_1d` in `src/convtranspose/figures/overlaps.py`; weights and inputs are ones, so that a
 * column's sum is its count.
 */

import { overlapCount } from "../engine/checkerboard.mjs";
import { interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { inside, meetingOn, readLine, verdict } from "./counting.mjs";
import { frameOf, isInside } from "./interiors.mjs";
import { counted } from "./words.mjs";

/** @import { Overlap } from "./counting.mjs" */
/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell } from "./words.mjs" */

const MOST_PLACES = 27; // more cannot be read on a phone

/** @typedef {Overlap & { counts: number[] }} State */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const line = readLine(typed, MOST_PLACES);
  return { ...line, counts: overlapCount(line.n, line.k, line.s) };
}

/**
 * The copies, one a row, and in the last row their number.
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ n, k, s, counts }) {
  const copies = list(n, (i) => counts.map((_, j) => (j >= i * s && j < i * s + k ? 1 : 0)));
  const gaps = counts.map((count) => (count ? null : { sign: "○", note: "a gap" }));
  return [
    { name: "w", heading: `Kernel w, ${counted(k, "weight")}`, values: [list(k, () => 1)] },
    {
      name: "y",
      heading: `${counted(n, "copy", "copies")}; last row: how many`,
      values: [...copies, counts],
      tints: [
        ...copies.map((row) => row.map((one) => 0.3 * one)),
        counts.map((count) => count && Math.min(0.12 + 0.14 * count, 0.7)),
      ],
      marks: [...copies.map((row) => row.map(() => null)), gaps],
      framed: frameOf([n, n + 1], interior(n, k, s)),
      blank: true,
    },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say(state) {
  return `${counted(state.counts.length, "output")}. ${verdict(state)} ${inside(state)}`;
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, [row, column]) {
  if (panel === "w") return weightOf(state, column);
  return row < state.n ? copyOf(state, row, column) : outputOf(state, column);
}

/**
 * @param {State} state
 * @param {number} j
 * @returns {Pointed}
 */
function outputOf(state, j) {
  const { n, k, s, counts } = state;
  const terms = meetingOn(state, j);
  const sum = terms.map(({ i, u }) => `x[${i}]·w[${u}]`).join(" + ");
  const where = isInside(interior(n, k, s), j) ? "interior" : "border";
  const reached = counts[j] ? `${sum}: ${counted(counts[j], "copy", "copies")}` : "0: a gap";
  return {
    sentence:
      `y[${j}] = ${reached}, ${where}. ${j} leaves the remainder ${j % s} when divided by ` +
      `${s}.`,
    marked: { w: terms.map(({ u }) => [0, u]), y: terms.map(({ i }) => [i, j]) },
  };
}

/**
 * @param {State} state
 * @param {number} i
 * @param {number} j
 * @returns {Pointed}
 */
function copyOf({ n, k, s }, i, j) {
  const [start, stop] = [i * s, i * s + k];
  const lands = `x[${i}] lays its copy down from output ${start} to ${stop - 1}`;
  /** @type {Pick<Pointed, "blocks">} */
  const row = { blocks: { y: [i, start, 1, k] } };
  if (j < start || j >= stop) {
    return { sentence: `${lands}; it does not reach output ${j}.`, marked: {}, ...row };
  }
  return {
    sentence: `${lands}: x[${i}]·w[${j - start}] goes to y[${j}].`,
    marked: { w: [[0, j - start]], y: [[n, j]] },
    ...row,
  };
}

/**
 * @param {State} state
 * @param {number} u
 * @returns {Pointed}
 */
function weightOf({ n, s }, u) {
  const outputs = list(n, (i) => i * s + u);
  return {
    sentence:
      `w[${u}] is in output${n === 1 ? "" : "s"} ${outputs.join(", ")}: these leave the ` +
      `remainder ${u % s} when divided by ${s}, as ${u} does.`,
    marked: { y: outputs.map((j, i) => /** @type {Cell} */ ([i, j])) },
  };
}

/** @type {Kind<State>} */
export const overlap = { fields: ["n", "k", "s"], read, draw, say, point };
