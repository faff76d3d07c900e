/**
 * A kernel that learns to enlarge a picture by gradient descent: its loss and its unevenness step
 * by step, its phase sums, and what it makes of a constant image.  What it draws at a step is
 * `phases` in `src/convtranspose/figures/overlaps.py`.
 */

import { parseInteger } from "../calculator/numbers.mjs";
import { phaseSums, unevenness } from "../engine/checkerboard.mjs";
import { outer } from "../engine/convolution.mjs";
import { loss, steepest, train } from "../engine/learning.mjs";
import { list } from "../engine/lists.mjs";
import { bilinearKernel } from "../engine/upsampling.mjs";

import { shown } from "./curve.mjs";
import { phases, stateOf } from "./phases.mjs";
import { written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Sums } from "../engine/learning.mjs" */
/** @import { Kind, Panel, Values } from "./kinds.mjs" */
/** @import { State as Phased } from "./phases.mjs" */

const STRIDE = 2;
const MOST_STEPS = 1000;
const MOST_WEIGHT = 99; // beyond it nothing is learned any more
export const PLACES = 40; // of the slider

/**
 * What the page knows of the pictures: the sums of each, and the first weights of the chapter.
 * @typedef {object} Problem
 * @property {Record<string, { lags: Image, sizes: Record<string, Omit<Sums, "lags" | "s">> }>}
 *   pictures
 * @property {Record<string, Image>} random by kernel size
 */

/**
 * @typedef {object} State
 * @property {Phased} phased the kernel that is shown, its weights with two digits
 * @property {number[]} losses before each step, and after the last
 * @property {number[]} grids the unevenness of the phase sums
 * @property {number} step
 * @property {number} steps that were asked for
 * @property {number} growth what a step makes of the distance along the steepest direction
 * @property {number} allowed the largest rate that converges, times the sum of the squares
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const steps = parseInteger(typed.steps.trim(), "steps", "The number of steps", 1, MOST_STEPS);
  const { pictures, random } = /** @type {Problem} */ (JSON.parse(typed.problem));
  const { lags, sizes } = pictures[typed.picture];
  const sums = { ...sizes[typed.k], lags, s: STRIDE };
  const squares = lags[1][1];
  const rate = Number(typed.rate) / squares;
  const kernels = train(sums, first(typed.init, Number(typed.k), random), steps, rate, MOST_WEIGHT);
  const step = stepAt(Number(typed.shown), kernels.length - 1);
  const largest = steepest(sums);
  return {
    phased: stateOf(
      kernels[step].map((row) => row.map((weight) => Math.round(100 * weight) / 100)),
      STRIDE,
    ),
    losses: kernels.map((w) => Math.max(loss(sums, w), 0)),
    grids: kernels.map((w) => unevenness(phaseSums(w, STRIDE), STRIDE)),
    step,
    steps,
    growth: rate * largest - 1,
    allowed: (2 * squares) / largest,
  };
}

/**
 * @param {string} name
 * @param {number} k
 * @param {Record<string, Image>} random
 * @returns {Image}
 */
function first(name, k, random) {
  if (name === "random") return random[k];
  if (name === "balanced") return k === 4 ? bilinearKernel(2) : outer([0.5, 1, 0.5], [0.5, 1, 0.5]);
  const weight = name === "equal" ? (STRIDE / k) ** 2 : 0;
  return list(k, () => list(k, () => weight));
}

/**
 * The step at a place of the slider, which stands under the curves and is logarithmic as they are.
 * @param {number} place
 * @param {number} last
 */
export function stepAt(place, last) {
  return Math.round((last + 1) ** (place / PLACES)) - 1;
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw({ phased, losses, grids, step }) {
  const percents = grids.map((grid) => 100 * grid);
  return [
    ...phases.draw(phased),
    curve("loss", "Loss", losses, step, ""),
    curve("grid", "Unevenness", percents, step, " %"),
  ];
}

/**
 * @param {string} name
 * @param {string} heading
 * @param {number[]} values
 * @param {number} at
 * @param {string} unit
 * @returns {Panel}
 */
function curve(name, heading, values, at, unit) {
  const now = `${heading} ${shown(values[at])}${unit}`;
  return { name, heading: now, values: [[]], blank: true, curve: { values, at, unit } };
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ losses, grids, step, steps, growth, allowed }) {
  const last = losses.length - 1;
  const now =
    `After ${step} of ${steps} steps: loss ${shown(losses[step])}, at the start ` +
    `${shown(losses[0])}; unevenness ${shown(100 * grids[step])} %.`;
  if (growth <= 1) return now;
  const why =
    "The rate is too large: along one direction each step turns the error over and makes it " +
    `${written(Number(growth.toFixed(2)))} times as large; below ${allowed.toFixed(2)} it shrinks.`;
  return last < steps ? `${now} ${why} Stopped after step ${last}.` : `${now} ${why}`;
}

/** @type {Kind<State>} */
export const learning = {
  fields: ["picture", "k", "init", "rate", "steps", "shown"],
  read,
  draw,
  say,
  point: ({ phased }, panel, cell) => phases.point(phased, panel, cell),
};
