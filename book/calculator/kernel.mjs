/** The panel of the kernel: phase sums, the verdict, decibels, the picture of a constant. */

import { equalise, isEven, phaseSums, spectrum } from "../engine/checkerboard.mjs";
import { outer, shape } from "../engine/convolution.mjs";
import { insertZeros } from "../engine/faces.mjs";

import { byId, element, table } from "./dom.mjs";
import { greys } from "./drawing.mjs";
import { readNumber } from "./fields.mjs";
import { aboutKernel, ofConstant, shown } from "./findings.mjs";
import { hasOwnSize, NAMES, namedKernel, taps } from "./kernels.mjs";
import { InputError, parseImage } from "./numbers.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */
/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Values } from "./fields.mjs" */
/** @import { Finding } from "./findings.mjs" */
/** @import { Name } from "./kernels.mjs" */

const FIELD = "My own weights";
const MOST_IN_A_TABLE = 16; // rows and columns
const MOST_DRAWN = 96; // samples of the picture of a constant, along an axis
const PICTURE = 288; // pixels, about

/**
 * The reader's own weights, as an image; one line for one axis.
 * @param {Values} values
 */
function ownWeights(values) {
  const rows = parseImage(values.w, "w", FIELD);
  if (values.axes === "1" && rows.length > 1) {
    throw new InputError(
      "w",
      `${FIELD} must be one line for one axis, got ${rows.length} lines; choose two axes for them.`,
    );
  }
  return values.axes === "2" && rows.length === 1 ? outer(rows[0], rows[0]) : rows;
}

/**
 * The kernel sizes that the weights decide; null where the field decides.  What is wrong with the
 * weights is said by the kernel's own panel.
 * @param {Values} values
 * @returns {(number | null)[]}
 */
export function decidedSizes(values) {
  try {
    if (values.kernel === "own") {
      const sizes = shape(ownWeights(values));
      return values.axes === "1" ? [sizes[1]] : sizes;
    }
    if (!hasOwnSize(values.kernel)) return [null, null];
    const rows = readNumber(values, "s");
    const columns = values.s1.trim() ? readNumber(values, "s1") : rows;
    return [rows, columns].map((s) => taps(/** @type {Name} */ (values.kernel), 1, s, 0).length);
  } catch (error) {
    if (error instanceof InputError) return [null, null];
    throw error;
  }
}

/**
 * The kernel, one row for one axis, with strides and dilations for two axes.
 * @param {Values} values
 * @param {readonly Axis[]} axes
 * @returns {{ w: Image, s: number[], d: number[], name: string }}
 */
export function readKernel(values, axes) {
  const keys = /** @type {const} */ (["k", "s", "d"]);
  const [k, s, d] = keys.map((key) => axes.map((axis) => axis[key]));
  const two = axes.length === 2;
  const seed = values.kernel === "random" ? readNumber(values, "seed") : 0;
  const settings = { s: two ? s : [1, s[0]], d: two ? d : [1, d[0]] };
  if (values.kernel === "own") return { w: ownWeights(values), ...settings, name: "own" };
  const name = /** @type {Name} */ (values.kernel);
  const w = two ? namedKernel(name, k, s, seed) : [taps(name, k[0], s[0], seed)];
  return { w, ...settings, name: NAMES[name] };
}

/**
 * The sentence that answers, and the findings.
 * @param {{ w: Image, s: number[], d: number[], name: string }} kernel
 * @returns {{ answer: string, findings: readonly Finding[] }}
 */
export function describe({ w, s, d, name }) {
  const size = w.length === 1 && s[0] === 1 ? `${w[0].length}` : shape(w).join(" × ");
  const verdict = isEven(insertZeros(w, d), s)
    ? "Balanced: no checkerboard from constants"
    : "Not balanced: it draws a checkerboard";
  return {
    answer: `${verdict}. Kernel ${size}, ${name}, stride ${s[0] === 1 ? s[1] : s.join(" × ")}.`,
    findings: aboutKernel(w, s, d),
  };
}

/** @param {{ w: Image, s: number[], d: number[] }} kernel */
export function drawConstant({ w, s, d }) {
  const target = byId("calc-constant");
  const { picture } = ofConstant(w, s, d, MOST_DRAWN);
  const [rows, columns] = shape(picture);
  if (Math.max(rows, columns) > 2 * MOST_DRAWN) {
    target.replaceChildren("The kernel is too long to be drawn here.");
    return;
  }
  const pixel = Math.min(Math.max(Math.floor(PICTURE / columns), 3), 16);
  const tall = rows === 1 ? Array.from({ length: 6 }, () => picture[0]) : picture;
  const values = picture.flat();
  const label =
    `A constant image of ones after the layer, ${rows} × ${columns} samples, ` +
    `from ${shown(Math.min(...values))} to ${shown(Math.max(...values))}.`;
  target.replaceChildren(greys(tall, pixel, label));
}

/** @param {{ w: Image, s: number[], d: number[] }} kernel */
export function writeTables({ w, s, d }) {
  const spread = insertZeros(w, d);
  const sizes = spectrum(spread, s).map((row) => row.map(([re, im]) => Math.hypot(re, im)));
  const small = sizes.map((row) => row.map((value) => (value < 1e-9 * sizes[0][0] ? 0 : value)));
  const tables = [
    grid("Phase sums", "phase", phaseSums(spread, s)),
    grid("Size of the spectrum at the multiples of 2π/s", "multiple", small),
    grid("The weights", "weight", w),
  ];
  if (!isEven(spread, s) && d.every((value) => value === 1)) {
    tables.push(grid("The nearest balanced kernel", "weight", equalise(w, s)));
  }
  byId("calc-sums").replaceChildren(...tables);
}

/**
 * An image as a table, or a sentence when it is too large.
 * @param {string} caption
 * @param {string} what
 * @param {Image} values
 */
function grid(caption, what, values) {
  const [rows, columns] = shape(values);
  if (Math.max(rows, columns) > MOST_IN_A_TABLE) {
    return element("p", {}, [`${caption}: ${rows} × ${columns} numbers, too many to be shown.`]);
  }
  return table(
    caption,
    [what, ...values[0].map((_, at) => `${at}`)],
    values.map((row, at) => [`${at}`, ...row.map(shown)]),
  );
}
