/**
 * Placing with a stride: every input lays a copy of the kernel down, copies are added, padding cuts
 * the result.  What it draws is `placing` in `src/convtranspose/figures/transposing.py`, at its
 * last step.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { overlapCount2d } from "../engine/checkerboard.mjs";
import { shape } from "../engine/convolution.mjs";
import { byPlacing } from "../engine/faces.mjs";
import { fullSize } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { readImage } from "./reading.mjs";
import { counted, named, sumOf, written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

const MOST_RESULT = 11; // rows and columns that are drawn: more cannot be read on a phone

/**
 * @typedef {object} State
 * @property {Image} x
 * @property {Image} w
 * @property {number} s
 * @property {number} p
 * @property {Image} full the result before padding cuts it
 * @property {Image} counts how many copies cover each of its samples
 */

/**
 * What was typed, as numbers, and the result.  InputError for what is not allowed.
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const x = readImage(typed.x, "x", "The input x");
  const w = readImage(typed.w, "w", "The kernel w");
  const s = parseInteger(typed.stride.trim(), "stride", "The stride", 1, 9);
  const [n, k] = [shape(x), shape(w)];
  const size = n.map((side, axis) => fullSize(side, k[axis], s));
  if (Math.max(...size) > MOST_RESULT) {
    throw new InputError(
      "stride",
      `The result may have ${MOST_RESULT} rows and columns at most to be drawn, got ` +
        `${size.join(" × ")}.`,
    );
  }
  const most = Math.ceil(Math.min(...size) / 2) - 1; // so that an output is left
  const p = parseInteger(typed.padding.trim(), "padding", "The padding here", 0, most);
  const full = byPlacing(x, w, { stride: s });
  return { x, w, s, p, full, counts: overlapCount2d(n, k, s) };
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ x, w, p, full, counts }) {
  const [rows, columns] = shape(full);
  const kept = [p, p, rows - 2 * p, columns - 2 * p];
  const size = `${kept[2]} × ${kept[3]}`;
  return [
    { name: "x", heading: "Input x", values: x },
    { name: "w", heading: "Kernel w", values: w },
    {
      name: "y",
      heading: p ? `Output y, ${size}, in the frame` : `Output y, ${size}`,
      values: full,
      tints: counts.map((row) => row.map((count) => count && Math.min(0.12 + 0.14 * count, 0.6))),
      kept: p ? /** @type {const} */ ([kept[0], kept[1], kept[2], kept[3]]) : undefined,
      first: -p,
    },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ p, full, counts }) {
  const [rows, columns] = shape(full);
  const several = counts.map((row) => row.slice(p, columns - p)).slice(p, rows - p);
  const met = several.flat().filter((count) => count > 1).length;
  return (
    `${rows - 2 * p} × ${columns - 2 * p} outputs; on ${met} of them copies overlap. ` +
    "Point at a number, or walk with the arrow keys."
  );
}

/**
 * What is shown for a cell: of the output its sum, of the input its copy, of the kernel where the
 * weight goes.
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  if (panel === "x") return copyOf(state, cell);
  return panel === "w" ? weightOf(state, cell) : outputOf(state, cell);
}

/**
 * @param {State} state
 * @param {Cell} cell of the full result
 * @returns {Pointed}
 */
function outputOf(state, cell) {
  const { p, full } = state;
  const terms = meeting(state, cell);
  const [rows, columns] = shape(full);
  const [row, column] = [cell[0] - p, cell[1] - p];
  const inside = row >= 0 && column >= 0 && row < rows - 2 * p && column < columns - 2 * p;
  const name = inside ? named("y", [row, column]) : "A sample that the padding cuts";
  return {
    sentence: terms.length
      ? `${name} ${inside ? "=" : "is"} ${sumOf(terms, ["x", "w"])}.`
      : `${name} ${inside ? "= 0" : "is 0"}: no copy reaches it.`,
    marked: { x: terms.map(({ input }) => input), w: terms.map(({ weight }) => weight) },
  };
}

/**
 * The products that meet on a sample of the full result.
 * @param {Pick<State, "x" | "w" | "s">} state
 * @param {Cell} at
 * @returns {Term[]}
 */
export function meeting({ x, w, s }, at) {
  return x.flatMap((row, i) =>
    row.flatMap((value, j) => {
      const weight = /** @type {const} */ ([at[0] - i * s, at[1] - j * s]);
      const by = w[weight[0]]?.[weight[1]];
      return by === undefined ? [] : [{ input: /** @type {Cell} */ ([i, j]), weight, value, by }];
    }),
  );
}

/**
 * @param {State} state
 * @param {Cell} cell of the input
 * @returns {Pointed}
 */
function copyOf({ x, w, s, p }, [i, j]) {
  const value = x[i][j];
  const [k, l] = shape(w);
  const from = [i * s - p, j * s - p].map(written);
  const copy = w.map((row) => row.map((weight) => value * weight));
  return {
    sentence:
      `${named("x", [i, j])} = ${written(value)} scales the kernel, and adds it to the output ` +
      `from row ${from[0]}, column ${from[1]}.`,
    marked: {},
    blocks: { w: [0, 0, k, l], y: [i * s, j * s, k, l] },
    instead: { w: { heading: `${written(value)} × kernel w`, values: copy } },
  };
}

/**
 * @param {State} state
 * @param {Cell} cell of the kernel
 * @returns {Pointed}
 */
function weightOf({ x, w, s }, [u, v]) {
  const [rows, columns] = shape(x);
  const inputs = list(rows * columns, (at) =>
    /** @type {Cell} */ ([Math.floor(at / columns), at % columns]),
  );
  return {
    sentence:
      `${named("w", [u, v])} = ${written(w[u][v])} is in ` +
      `${counted(inputs.length, "product")}, one for each input; they lie ` +
      `${counted(s, "place")} apart.`,
    marked: { x: inputs, y: inputs.map(([i, j]) => /** @type {Cell} */ ([i * s + u, j * s + v])) },
  };
}

/** @type {Kind<State>} */
export const placing = { fields: ["x", "w", "stride", "padding"], read, draw, say, point };
