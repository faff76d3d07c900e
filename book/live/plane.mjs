/**
 * How many copies of a kernel meet on each pixel: the counts of rows and columns multiply.  What it
 * draws is `overlap_2d` in `src/convtranspose/figures/overlaps.py`.
 */

import { overlapCount, overlapCount2d } from "../engine/checkerboard.mjs";
import { interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { inside, meetingOn, readLine, verdict } from "./counting.mjs";
import { frameOf } from "./interiors.mjs";
import { counted, named, products } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Overlap } from "./counting.mjs" */
/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell } from "./words.mjs" */

const MOST_PLACES = 17; // rows and columns: more cannot be read on a phone
const MOST_SQUARE = 12; // with more columns cells are narrow
const MOST_TERMS = 4; // of a sum that is written out

/** @typedef {Overlap & { line: number[], counts: Image }} State */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const axis = readLine(typed, MOST_PLACES);
  const { n, k, s } = axis;
  return { ...axis, line: overlapCount(n, k, s), counts: overlapCount2d(n, k, s) };
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ n, k, s, counts }) {
  const inner = interior(n, k, s);
  const most = Math.max(...counts.flat());
  const ones = list(k, () => list(k, () => 1));
  return [
    { name: "w", heading: `Kernel w, ${k} × ${k}`, values: ones },
    {
      name: "y",
      heading: `Copies, ${counts.length} × ${counts.length} outputs`,
      values: counts,
      tints: counts.map((row) => row.map((count) => count && 0.1 + (0.5 * count) / most)),
      marks: counts.map((row) => row.map((c) => (c ? null : { sign: "○", note: "a gap" }))),
      framed: frameOf(inner, inner),
      blank: counts.length > MOST_SQUARE,
    },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say(state) {
  const several = products(state.pattern);
  return (
    `${verdict(state)} ${inside(state)}` +
    (several.length > 1 ? ` In the plane they multiply: ${several.join(", ")}.` : "")
  );
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  return panel === "w" ? weightOf(state, cell) : outputOf(state, cell);
}

/**
 * @param {State} state
 * @param {Cell} cell
 * @returns {Pointed}
 */
function outputOf(state, [r, c]) {
  const { line, counts } = state;
  const terms = meetingOn(state, r).flatMap((row) =>
    meetingOn(state, c).map((column) => ({
      input: /** @type {Cell} */ ([row.i, column.i]),
      weight: /** @type {Cell} */ ([row.u, column.u]),
    })),
  );
  const texts = terms.map(({ input, weight }) => `${named("x", input)}·${named("w", weight)}`);
  const sum = texts.length > MOST_TERMS ? "" : ` = ${texts.join(" + ")}`;
  const many = `${line[r]} along the rows × ${line[c]} along the columns`;
  return {
    sentence: counts[r][c]
      ? `${named("y", [r, c])}${sum}: ${many} = ${counted(counts[r][c], "copy", "copies")}.`
      : `${named("y", [r, c])} = 0, a gap: ${many}.`,
    marked: { w: terms.map(({ weight }) => weight) },
  };
}

/**
 * @param {State} state
 * @param {Cell} cell
 * @returns {Pointed}
 */
function weightOf({ n, s }, [u, v]) {
  const outputs = list(n * n, (at) =>
    /** @type {Cell} */ ([Math.floor(at / n) * s + u, (at % n) * s + v]),
  );
  return {
    sentence:
      `${named("w", [u, v])} is in ${counted(outputs.length, "output")}, one for each input; ` +
      `they lie ${counted(s, "place")} apart.`,
    marked: { y: outputs },
  };
}

/** @type {Kind<State>} */
export const plane = { fields: ["n", "k", "s"], read, draw, say, point };
