/**
 * A kernel slides over an image with zeros around it: convolution turns it first,
 * cross-correlation does not.  What it draws is `sliding` in
 * `src/convtranspose/figures/convolving.py`, at its last step.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { crop, crossCorrelate2d, rotate180, shape } from "../engine/convolution.mjs";

import { readImage } from "./reading.mjs";
import { counted, named, sumOf, written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

const MOST_PADDED = 8; // rows and columns that are drawn: more cannot be read on a phone

/**
 * @typedef {object} State
 * @property {Image} padded the image with p zeros around it
 * @property {Image} kernel as it slides
 * @property {boolean} turned
 * @property {number} p
 * @property {Image} y
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const x = readImage(typed.x, "x", "The input x");
  const h = readImage(typed.h, "h", "The kernel h");
  const most = Math.min(...shape(h)) - 1; // more, and outputs would see nothing but zeros
  const p = parseInteger(typed.padding.trim(), "padding", "The padding here", 0, most);
  const padded = crop(x, [
    [-p, -p],
    [-p, -p],
  ]);
  if (Math.max(...shape(padded)) > MOST_PADDED) {
    throw new InputError(
      "padding",
      `The padded input may have ${MOST_PADDED} rows and columns at most to be drawn, got ` +
        `${shape(padded).join(" × ")}.`,
    );
  }
  if (shape(h).some((side, axis) => side > shape(padded)[axis])) {
    throw new InputError(
      "h",
      `The kernel h must fit into the padded input of ${shape(padded).join(" × ")}, got ` +
        `${shape(h).join(" × ")}.`,
    );
  }
  const turned = typed.operation === "convolution";
  const kernel = turned ? rotate180(h) : h;
  return { padded, kernel, turned, p, y: crossCorrelate2d(padded, kernel) };
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ padded, kernel, turned, p, y }) {
  const [rows, columns] = shape(padded);
  const real = (/** @type {number} */ i, /** @type {number} */ j) =>
    i >= p && j >= p && i < rows - p && j < columns - p;
  return [
    {
      name: "x",
      heading: p ? `Input x, ${counted(p, "row")} of zeros around` : "Input x",
      values: padded,
      tints: padded.map((row, i) => row.map((_, j) => (real(i, j) ? 0.25 : 0))),
      first: -p,
    },
    { name: "h", heading: turned ? "Kernel h, turned" : "Kernel h, as stored", values: kernel },
    { name: "y", heading: `Output y, ${shape(y).join(" × ")}`, values: y },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ kernel, turned, y }) {
  const same = kernel.every((row, i) => row.every((v, j) => v === rotate180(kernel)[i][j]));
  return (
    `${turned ? "Convolution" : "Cross-correlation"}, ${shape(y).join(" × ")} outputs. ` +
    (same ? "This kernel looks the same when it is turned. " : "") +
    "Point at a number, or walk with the arrow keys."
  );
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, cell) {
  if (panel === "y") return outputOf(state, cell);
  return panel === "x" ? inputOf(state, cell) : weightOf(state, cell);
}

/**
 * The products of an output, row by row of the kernel.
 * @param {State} state
 * @param {Cell} at
 * @returns {Term[]}
 */
export function window({ padded, kernel, turned, p }, [row, column]) {
  const [k, l] = shape(kernel);
  return kernel.flatMap((weights, u) =>
    weights.map((by, v) => ({
      input: /** @type {Cell} */ ([row + u - p, column + v - p]),
      weight: stored(turned, [k, l], [u, v]),
      value: padded[row + u][column + v],
      by,
    })),
  );
}

/**
 * Where a weight of the sliding kernel stands in h.
 * @param {boolean} turned
 * @param {readonly [number, number]} size
 * @param {Cell} cell
 * @returns {Cell}
 */
function stored(turned, [k, l], [u, v]) {
  return turned ? [k - 1 - u, l - 1 - v] : [u, v];
}

/**
 * @param {State} state
 * @param {Cell} cell
 * @returns {Pointed}
 */
function outputOf(state, cell) {
  const all = window(state, cell);
  const terms = all.filter(({ value, by }) => value * by !== 0);
  const zeros = all.length - terms.length;
  const left = terms.length && zeros ? ` ${counted(zeros, "product is", "products are")} 0.` : "";
  const size = shape(state.kernel);
  const sum = terms.length ? sumOf(terms, ["x", "h"]) : "0: all products are 0";
  return {
    sentence: `${named("y", cell)} = ${sum}.${left}`,
    marked: {},
    blocks: { x: [...cell, ...size], h: [0, 0, ...size] },
  };
}

/**
 * @param {State} state
 * @param {Cell} cell of the padded input
 * @returns {Pointed}
 */
function inputOf({ padded, kernel, p, y }, [i, j]) {
  const [rows, columns] = shape(y);
  /** @type {Cell[]} */
  const outputs = [];
  /** @type {Cell[]} */
  const weights = [];
  kernel.forEach((row, u) =>
    row.forEach((_, v) => {
      const [r, c] = [i - u, j - v];
      if (r < 0 || c < 0 || r >= rows || c >= columns) return;
      outputs.push([r, c]);
      weights.push([u, v]);
    }),
  );
  const [row, column] = [i - p, j - p];
  const real = row >= 0 && column >= 0 && i < padded.length - p && j < padded[0].length - p;
  const name = real ? `${named("x", [row, column])} = ${written(padded[i][j])}` : "A zero around x";
  const many = counted(outputs.length, "output");
  const several = outputs.length > 1 ? ", each time with another weight" : "";
  return {
    sentence: `${name} is part of ${many}${several}.`,
    marked: { y: outputs, h: weights },
  };
}

/**
 * @param {State} state
 * @param {Cell} cell of the sliding kernel
 * @returns {Pointed}
 */
function weightOf({ kernel, turned, y }, cell) {
  const weight = `${named("h", stored(turned, shape(kernel), cell))} = `;
  return {
    sentence:
      `${weight}${written(kernel[cell[0]][cell[1]])} meets the framed inputs, ` +
      `one for each of the ${counted(y.flat().length, "output")}.`,
    marked: {},
    blocks: { x: [...cell, ...shape(y)], y: [0, 0, ...shape(y)] },
  };
}

/** @type {Kind<State>} */
export const sliding = { fields: ["x", "h", "operation", "padding"], read, draw, say, point };
