/**
 * The last outputs of stacked layers in the plane.  Each kernel is the outer product of the line
 * of weights with itself, so that the numbers of rows and columns multiply.
 */

import { outer } from "../engine/convolution.mjs";

import { everyIn, frameOf, isInside } from "./interiors.mjs";
import { inner, shaded } from "./stacking.mjs";
import { counted, named, written } from "./words.mjs";

/** @import { Panel, Pointed } from "./kinds.mjs" */
/** @import { State } from "./stacking.mjs" */
/** @import { Cell } from "./words.mjs" */

/** @param {State} state */
function lastOf({ lines }) {
  return lines[lines.length - 1];
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
export function drawPlane(state) {
  const { kernels, all, pattern } = state;
  const last = lastOf(state);
  return [
    { name: "w", heading: "Kernels, one axis", values: kernels },
    { name: "p", heading: `Every ${counted(all, "output")}`, ...shaded(outer(pattern, pattern)) },
    {
      name: "y",
      heading: `Last layer, ${last.length} × ${last.length}`,
      ...shaded(outer(last, last)),
      framed: frameOf(inner(state), inner(state)),
    },
  ];
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
export function pointInPlane(state, panel, [row, column]) {
  const { kernels, all, pattern } = state;
  const last = lastOf(state);
  const range = inner(state);
  if (panel === "w") {
    return {
      sentence:
        `Weight ${column} of layer ${row + 1} is ${written(kernels[row][column])} along either ` +
        "axis: in the plane the weights of rows and columns multiply.",
      marked: {},
    };
  }
  if (panel === "p") {
    const [a, b] = [pattern[row], pattern[column]];
    const [rows, columns] = [row, column].map((remainder) => everyIn(range, all, remainder));
    return {
      sentence:
        `Inside, a row with the remainder ${row} and a column with ${column}, divided by ${all}, ` +
        `make ${product(a, b)}.`,
      marked: { y: rows.flatMap((r) => columns.map((c) => /** @type {Cell} */ ([r, c]))) },
    };
  }
  const framed = isInside(range, row) && isInside(range, column);
  return {
    sentence:
      `${named("y", [row, column])} = ${product(last[row], last[column])}: along the rows times ` +
      `along the columns. ${framed ? "Interior." : "Border."}`,
    marked: framed ? { p: [[row % all, column % all]] } : {},
  };
}

/**
 * @param {number} a
 * @param {number} b
 */
function product(a, b) {
  return `${written(a)} × ${written(b)} = ${written(a * b)}`;
}
