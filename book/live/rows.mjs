/**
 * The matrix C of a convolution without turn and padding: one row for each output, one column for
 * each input, both counted row by row.  As `convolution_matrix` in `src/convtranspose/matrix.py`.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { shape } from "../engine/convolution.mjs";
import { list, sum } from "../engine/lists.mjs";

import { readImage } from "./reading.mjs";
import { counted, named, sumOf, written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

const MOST_INPUTS = 25; // columns of C that are drawn: more cannot be read on a phone
const MOST_OUTPUTS = 9; // and rows

/**
 * @typedef {object} State
 * @property {Image} x
 * @property {Image} w
 * @property {number} s
 * @property {Image} C
 * @property {Image} y
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const x = readImage(typed.x, "x", "The input x");
  const w = readImage(typed.w, "w", "The kernel w");
  const s = parseInteger(typed.stride.trim(), "stride", "The stride", 1, 9);
  const [n, k] = [shape(x), shape(w)];
  if (k.some((side, axis) => side > n[axis])) {
    throw new InputError(
      "w",
      `The kernel w must fit into the input of ${n.join(" × ")}, got ${k.join(" × ")}.`,
    );
  }
  const [rows, columns] = n.map((side, axis) => Math.floor((side - k[axis]) / s) + 1);
  if (n[0] * n[1] > MOST_INPUTS || rows * columns > MOST_OUTPUTS) {
    throw new InputError(
      "x",
      `The matrix may have ${MOST_OUTPUTS} rows and ${MOST_INPUTS} columns at most to be drawn, ` +
        `got ${rows * columns} × ${n[0] * n[1]}.`,
    );
  }
  const C = matrix(w, n, [rows, columns], s);
  const flat = x.flat();
  const values = C.map((row) => sum(row.map((weight, at) => weight * flat[at])));
  return { x, w, s, C, y: list(rows, (r) => values.slice(r * columns, (r + 1) * columns)) };
}

/**
 * @param {Image} w
 * @param {readonly number[]} inputs rows and columns
 * @param {readonly number[]} outputs rows and columns
 * @param {number} s
 * @returns {number[][]}
 */
export function matrix(w, inputs, outputs, s) {
  return list(outputs[0] * outputs[1], (output) => {
    const [r, c] = place(output, outputs[1]);
    return list(inputs[0] * inputs[1], (input) => {
      const [i, j] = place(input, inputs[1]);
      return w[i - r * s]?.[j - c * s] ?? 0;
    });
  });
}

/**
 * Where pixel number `at` stands, counted row by row.
 * @param {number} at
 * @param {number} columns
 * @returns {Cell}
 */
function place(at, columns) {
  return [Math.floor(at / columns), at % columns];
}

/**
 * Whether the kernel reaches an input from an output: a weight of 0 is reached, too.
 * @param {State} state
 * @param {number} output
 * @param {number} input
 */
function reaches({ x, w, s, y }, output, input) {
  const [r, c] = place(output, y[0].length);
  const [i, j] = place(input, x[0].length);
  return w[i - r * s]?.[j - c * s] !== undefined;
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  const { x, y, C } = state;
  return [
    { name: "x", heading: "Input x", values: x },
    { name: "y", heading: "Output y = C x", values: y },
    {
      name: "c",
      heading: `Matrix C, ${shape(C).join(" × ")}`,
      values: C,
      tints: C.map((row, o) => row.map((_, i) => (reaches(state, o, i) ? 0.3 : 0))),
      blank: true,
    },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ C }) {
  const zeros = C.flat().filter((weight) => weight === 0).length;
  return (
    `C has ${counted(C.length, "row")}, one for each output, and ${C[0].length} columns, one for ` +
    `each input; ${zeros} entries are 0. Point at a pixel or an entry.`
  );
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  const { x, y } = state;
  if (panel === "y") return rowOf(state, cell[0] * y[0].length + cell[1]);
  if (panel === "x") return columnOf(state, cell[0] * x[0].length + cell[1]);
  return entryOf(state, cell);
}

/**
 * @param {State} state
 * @param {number} output
 * @returns {Pointed}
 */
function rowOf(state, output) {
  const { x, w, s, y, C } = state;
  const [r, c] = place(output, y[0].length);
  /** @type {Term[]} */
  const terms = w.flatMap((weights, u) =>
    weights.map((by, v) => ({
      input: /** @type {Cell} */ ([r * s + u, c * s + v]),
      weight: /** @type {Cell} */ ([u, v]),
      value: x[r * s + u][c * s + v],
      by,
    })),
  );
  return {
    sentence:
      `Output ${output}, row ${output} of C: ` +
      `${named("y", [r, c])} = ${sumOf(terms, ["x", "w"])}.`,
    marked: {},
    blocks: { x: [r * s, c * s, ...shape(w)], c: [output, 0, 1, C[0].length] },
  };
}

/**
 * @param {State} state
 * @param {number} input
 * @returns {Pointed}
 */
function columnOf(state, input) {
  const { x, y, C } = state;
  const cell = place(input, x[0].length);
  const outputs = list(C.length, (output) => output).filter((o) => reaches(state, o, input));
  const numbers = outputs.join(", ");
  const many = `${outputs.length === 1 ? "output" : "outputs"} ${numbers}`;
  return {
    sentence:
      `Input ${input}, column ${input} of C: ${named("x", cell)} = ` +
      `${written(x[cell[0]][cell[1]])} ` +
      (outputs.length ? `is part of ${many}.` : "is part of no output."),
    marked: { y: outputs.map((output) => place(output, y[0].length)) },
    blocks: { c: [0, input, C.length, 1] },
  };
}

/**
 * @param {State} state
 * @param {Cell} cell of C
 * @returns {Pointed}
 */
function entryOf(state, [output, input]) {
  const { x, y, C, s } = state;
  const [to, from] = [place(output, y[0].length), place(input, x[0].length)];
  const weight = reaches(state, output, input)
    ? `${named("w", [from[0] - to[0] * s, from[1] - to[1] * s])} = `
    : "";
  const rest = weight ? "" : ", because the kernel does not reach so far";
  return {
    sentence:
      `${named("C", [output, input])} = ${weight}${written(C[output][input])}: with this weight ` +
      `input ${input} enters output ${output}${rest}.`,
    marked: { x: [from], y: [to] },
  };
}

/** @type {Kind<State>} */
export const rows = { fields: ["x", "w", "stride"], read, draw, say, point };
