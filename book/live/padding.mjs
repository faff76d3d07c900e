/**
 * Padding and output padding as a window on the full result: padding cuts at all sides, output
 * padding gives back at the end.  What it draws is `output_window` in
 * `src/convtranspose/figures/transposing.py`.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { crop, shape } from "../engine/convolution.mjs";
import { outputSize } from "../engine/geometry.mjs";

import { placing } from "./placing.mjs";
import { counted, written } from "./words.mjs";

/** @import { At } from "./address.mjs" */
/** @import { Kind, Mark, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { State as Placed } from "./placing.mjs" */
/** @import { Cell } from "./words.mjs" */

const MOST_DRAWN = 11; // rows and columns: more cannot be read on a phone

/** @typedef {Placed & { op: number, size: number[] }} State `size` is that of the output */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const placed = placing.read({ ...typed, padding: "0" });
  const { x, w, s, full } = placed;
  const op = parseInteger(
    typed.output_padding.trim(),
    "output_padding",
    "The output padding, below the stride,",
    0,
    s - 1,
  );
  const most = Math.ceil((Math.min(...shape(full)) + op) / 2) - 1; // so that an output is left
  const p = parseInteger(typed.padding.trim(), "padding", "The padding here", 0, most);
  if (Math.max(...shape(full)) + Math.max(op - p, 0) > MOST_DRAWN) {
    throw new InputError(
      "output_padding",
      `The result and what lies beyond it may have ${MOST_DRAWN} rows and columns at most to be ` +
        `drawn, got output padding ${op} for padding ${p}.`,
    );
  }
  const size = shape(x).map((n, axis) => outputSize(n, shape(w)[axis], s, p, 1, op));
  return { ...placed, p, op, size };
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  const { x, w, p, op, full, size } = state;
  const beyond = Math.max(op - p, 0);
  const values = crop(full, [
    [0, -beyond],
    [0, -beyond],
  ]);
  return [
    { name: "x", heading: "Input x", values: x },
    { name: "w", heading: "Kernel w", values: w },
    {
      name: "y",
      heading: `Output y, ${size.join(" × ")}, in the frame`,
      values,
      tints: values.map((row) => row.map(() => 0.3)),
      marks: values.map((row, i) => row.map((_, j) => markOf(state, [i, j]))),
      kept: [p, p, size[0], size[1]],
      first: -p,
    },
  ];
}

/**
 * What is said of a place that output padding has given back; null for others.
 * @param {State} state
 * @param {Cell} cell of the full result
 * @returns {Mark | null}
 */
function markOf({ p, op, full, size }, [row, column]) {
  const [i, j] = [row - p, column - p];
  const inside = i >= 0 && j >= 0 && i < size[0] && j < size[1];
  if (!inside || (i < size[0] - op && j < size[1] - op)) return null;
  const [rows, columns] = shape(full);
  const beyond = row >= rows || column >= columns;
  const note = beyond ? "beyond the full result" : "given back by output padding";
  return { sign: beyond ? "○" : "+", note, group: 2 };
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ x, w, s, p, op, size }) {
  const [n, k] = [shape(x)[0], shape(w)[0]];
  const cut = p ? "crossed out is what padding cuts" : "nothing is cut";
  const given = op ? `, + is what output padding gives back${op > p ? ", ○ a new zero" : ""}` : "";
  return (
    `Rows kept: (${n} − 1)·${s} − 2·${p} + ${k} + ${op} = ${size[0]}; ${cut}${given}. ` +
    "In the result + and − move the edges."
  );
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  if (panel !== "y") return placing.point(state, panel, cell);
  const { p, op, full, size } = state;
  const [row, column] = cell;
  const mark = markOf(state, cell);
  if (row >= full.length || column >= full[0].length) {
    return {
      sentence:
        `y[${row - p},${column - p}] = 0: it lies beyond the full result, which padding ${p} ` +
        `has too little of to give back ${counted(op, "row")}.`,
      marked: {},
    };
  }
  const { sentence, marked } = placing.point({ ...state, p: 0 }, "y", cell);
  const sum = sentence.replace(/^y\[\d+,\d+\] = /, "");
  const [i, j] = [row - p, column - p];
  const inside = i >= 0 && j >= 0 && i < size[0] && j < size[1];
  const back = mark ? " Output padding gives it back." : "";
  return {
    sentence: inside
      ? `y[${written(i)},${written(j)}] = ${sum}${back}`
      : `Cut by padding: the full result has ${sum.replace(/\.$/, "")} here.`,
    marked,
  };
}

/**
 * Move the edges inwards or outwards.
 * @param {number} by
 * @returns {(state: State, at: At | null) => Values}
 */
function moving(by) {
  return ({ p }, at) => {
    if (at?.panel !== "y") throw new InputError("padding", "+ and − move the edges of the output.");
    if (p + by < 0) throw new InputError("padding", "Padding is at least 0.");
    return { padding: String(p + by) };
  };
}

/** @type {Kind<State>} */
export const padding = {
  fields: ["x", "w", "stride", "padding", "output_padding"],
  read,
  draw,
  say,
  point,
  acts: { more: moving(1), less: moving(-1) },
};
