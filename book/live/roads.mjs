/**
 * Two roads to the same output: copies that are placed and added, and the turned kernel that slides
 * over the input with zeros put in.  What it draws is `two_roads` in
 * `src/convtranspose/figures/transposing.py`.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { crop, rotate180, shape } from "../engine/convolution.mjs";
import { byPlacing, insertZeros } from "../engine/faces.mjs";
import { list } from "../engine/lists.mjs";

import { meeting } from "./placing.mjs";
import { readImage } from "./reading.mjs";
import { counted, inNumbers, named, written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Kind, Mark, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

const MOST_INPUTS = 16; // one colour and one letter each
const MOST_SPREAD = 11; // rows and columns with the zeros: more cannot be read on a phone

/**
 * @typedef {object} State
 * @property {Image} x
 * @property {Image} w
 * @property {number} s
 * @property {Image} z the input with zeros between its pixels and around them
 * @property {Image} turned the kernel that slides over it
 * @property {Image} y what placing gives
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const x = readImage(typed.x, "x", "The input x");
  const w = readImage(typed.w, "w", "The kernel w");
  const s = parseInteger(typed.stride.trim(), "stride", "The stride", 1, 9);
  if (x.flat().length > MOST_INPUTS) {
    throw new InputError(
      "x",
      `The input x may have ${MOST_INPUTS} pixels at most here, got ${shape(x).join(" × ")}.`,
    );
  }
  const around = shape(w).map((side) => /** @type {const} */ ([1 - side, 1 - side]));
  const z = crop(insertZeros(x, s), around);
  if (Math.max(...shape(z)) > MOST_SPREAD) {
    throw new InputError(
      "stride",
      `The input with its zeros may have ${MOST_SPREAD} rows and columns at most to be drawn, ` +
        `got ${shape(z).join(" × ")}.`,
    );
  }
  return { x, w, s, z, turned: rotate180(w), y: byPlacing(x, w, { stride: s }) };
}

/**
 * The input's pixel that stands at a place among the zeros; null at a zero that was put in.
 * @param {State} state
 * @param {Cell} place
 * @returns {Cell | null}
 */
function pixelAt({ x, w, s }, [row, column]) {
  const [i, j] = [(row - w.length + 1) / s, (column - w[0].length + 1) / s];
  return x[i]?.[j] === undefined ? null : [i, j];
}

/**
 * Where a pixel of the input stands among the zeros.
 * @param {State} state
 * @param {Cell} pixel
 * @returns {Cell}
 */
function placeOf({ w, s }, [i, j]) {
  return [i * s + w.length - 1, j * s + w[0].length - 1];
}

/**
 * Where a weight stands in the turned kernel, and the other way round.
 * @param {State} state
 * @param {Cell} weight
 * @returns {Cell}
 */
function opposite({ w }, [u, v]) {
  return [w.length - 1 - u, w[0].length - 1 - v];
}

/**
 * All products of a window, row by row.
 * @param {State} state
 * @param {Cell} at
 * @returns {Term[]}
 */
export function sliding({ z, turned }, [row, column]) {
  return turned.flatMap((weights, u) =>
    weights.map((by, v) => ({
      input: /** @type {Cell} */ ([row + u, column + v]),
      weight: /** @type {Cell} */ ([u, v]),
      value: z[row + u][column + v],
      by,
    })),
  );
}

/**
 * A pixel of the input has its letter and its colour wherever it stands.
 * @param {State} state
 * @param {Cell | null} pixel
 * @returns {Mark | null}
 */
function markOf({ x }, pixel) {
  if (!pixel) return null;
  const group = pixel[0] * x[0].length + pixel[1];
  const sign = String.fromCharCode("a".charCodeAt(0) + group);
  return { sign, note: `pixel ${sign}`, group };
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  const { x, w, z, turned, y } = state;
  return [
    {
      name: "x",
      heading: "Input x",
      values: x,
      marks: x.map((row, i) => row.map((_, j) => markOf(state, [i, j]))),
    },
    { name: "w", heading: "Kernel w", values: w },
    { name: "y", heading: `Output y, ${shape(y).join(" × ")}`, values: y },
    {
      name: "z",
      heading: "Zeros put in",
      values: z,
      marks: z.map((row, i) => row.map((_, j) => markOf(state, pixelAt(state, [i, j])))),
    },
    { name: "t", heading: "w turned", values: turned },
  ];
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ x, z, y }) {
  const zeros = z.flat().length - x.flat().length;
  return (
    `${shape(y).join(" × ")} outputs, the same on both roads: copies of the kernel are added, or ` +
    `it is turned and slides over the input and ${counted(zeros, "zero")}. Point at an output.`
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
  if (panel === "w") return weightOf(state, cell);
  if (panel === "t") return weightOf(state, opposite(state, cell));
  const pixel = panel === "x" ? cell : pixelAt(state, cell);
  return pixel ? pixelOf(state, pixel) : zeroAt(state, cell);
}

/**
 * @param {State} state
 * @param {Cell} cell
 * @returns {Pointed}
 */
function outputOf(state, cell) {
  const terms = meeting(state, cell);
  const pixels = terms.map(({ input }) => input);
  const weights = terms.map(({ weight }) => weight);
  const size = shape(state.w);
  return {
    sentence:
      `${named("y", cell)} by placing: ${terms.length ? inNumbers(terms) : "0, no copy"}. ` +
      `By sliding: ${inNumbers(sliding(state, cell))}.`,
    marked: {
      x: pixels,
      w: weights,
      z: pixels.map((pixel) => placeOf(state, pixel)),
      t: weights.map((weight) => opposite(state, weight)),
    },
    blocks: { z: [...cell, ...size], t: [0, 0, ...size] },
  };
}

/**
 * @param {State} state
 * @param {Cell} pixel of the input
 * @returns {Pointed}
 */
function pixelOf(state, pixel) {
  const { x, w, s } = state;
  const [i, j] = pixel;
  return {
    sentence:
      `${named("x", pixel)} = ${written(x[i][j])} lays its copy on the framed outputs. On the ` +
      "other road the windows of the same outputs see it.",
    marked: { x: [pixel], z: [placeOf(state, pixel)] },
    blocks: { w: [0, 0, ...shape(w)], y: [i * s, j * s, ...shape(w)] },
  };
}

/**
 * @param {State} state
 * @param {Cell} place among the zeros
 * @returns {Pointed}
 */
function zeroAt({ x, w, s }, [row, column]) {
  const inner = [row - w.length + 1, column - w[0].length + 1];
  const between = inner.every((at, axis) => at >= 0 && at <= (shape(x)[axis] - 1) * s);
  const where = between ? "between the pixels" : "around the input";
  return {
    sentence:
      `A zero ${where}: every product with it is 0. Placing does without it, and without these ` +
      "products.",
    marked: {},
  };
}

/**
 * @param {State} state
 * @param {Cell} weight of the kernel as stored
 * @returns {Pointed}
 */
function weightOf(state, weight) {
  const { x, w, s } = state;
  const [u, v] = weight;
  const [rows, columns] = shape(x);
  const pixels = list(rows * columns, (at) =>
    /** @type {Cell} */ ([Math.floor(at / columns), at % columns]),
  );
  return {
    sentence:
      `${named("w", weight)} = ${written(w[u][v])}, in the turned kernel at ` +
      `[${opposite(state, weight)}]: on either road it meets each pixel once, in ` +
      `${counted(pixels.length, "output")}, ${counted(s, "place")} apart.`,
    marked: {
      w: [weight],
      t: [opposite(state, weight)],
      x: pixels,
      y: pixels.map(([i, j]) => /** @type {Cell} */ ([i * s + u, j * s + v])),
      z: pixels.map((pixel) => placeOf(state, pixel)),
    },
  };
}

/** @type {Kind<State>} */
export const roads = { fields: ["x", "w", "stride"], read, draw, say, point };
