/** A curve as SVG: one number after each step, on logarithmic scales, with a mark at one step. */

import { svg } from "./grid.mjs";
import { written } from "./words.mjs";

/** @import { Curve } from "./kinds.mjs" */

const [WIDTH, HEIGHT] = [220, 96];
const [LEFT, RIGHT, TOP, BOTTOM] = [6, WIDTH - 6, 20, HEIGHT - 16];
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NOTHING = 1e-9; // what is less, beside the largest, is rounding

/**
 * Where a step lies between the first, 0, and the last, 1.
 * @param {number} step
 * @param {number} last
 */
export function placeOf(step, last) {
  return last ? Math.log(step + 1) / Math.log(last + 1) : 0;
}

/**
 * @param {Curve} curve
 * @param {string} now what the number is at the step
 */
export function plotted({ values, at, unit }, now) {
  const last = values.length - 1;
  const most = Math.max(...values.filter(Number.isFinite), 0);
  const seen = values.filter((value) => value > NOTHING * most);
  // Nothing has no place on a logarithmic scale: it lies on the floor, clearly below all else.
  const least = Math.min(...seen, most) / (seen.length < values.length ? 4 : 1);
  const span = Math.log(most / least) || 1;
  /** @type {(step: number) => [number, number]} */
  const point = (step) => {
    const value = Math.min(Math.max(values[step], least), most);
    const height = most > 0 ? Math.log(value / least) / span : 0;
    return [
      LEFT + placeOf(step, last) * (RIGHT - LEFT),
      BOTTOM - height * (BOTTOM - TOP),
    ];
  };
  const line = values.map((_, step) => point(step).map((number) => number.toFixed(1)).join(","));
  const [x, y] = point(at);
  const range = `from ${shown(Math.min(...values))} to ${shown(most)}${unit}`;
  const words = `${now} after step ${at} of ${last}; it goes ${range}.`;
  const attributes = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMin meet" };
  return svg("svg", { ...attributes, role: "img", "aria-label": words, class: "live-curve" }, [
    svg("path", { d: `M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}`, class: "live-axis" }),
    svg("polyline", { points: line.join(" ") }),
    svg("path", { d: `M${x} ${TOP}V${BOTTOM}`, class: "live-now" }),
    svg("circle", { cx: x, cy: y, r: 4 }),
    label(LEFT, 7, "start", `${range}, logarithmic`),
    label(LEFT, HEIGHT - 7, "start", "step 0"),
    label(RIGHT, HEIGHT - 7, "end", `step ${last}`),
  ]);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} anchor
 * @param {string} text
 */
function label(x, y, anchor, text) {
  return svg("text", { x, y, style: `text-anchor: ${anchor}` }, [text]);
}

/**
 * A number with three digits that count.
 * @param {number} value
 */
export function shown(value) {
  if (!Number.isFinite(value)) return "∞";
  if (Math.abs(value) < 1e5) return written(Number(value.toPrecision(3)));
  const [digits, exponent] = value.toExponential(1).split("e+");
  return `${digits}·10${[...exponent].map((digit) => RAISED[Number(digit)]).join("")}`;
}
