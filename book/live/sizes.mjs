/**
 * Which input sizes a strided convolution turns into one output size, and the output padding that
 * names each.  What it draws is `many_to_one` in `src/convtranspose/figures/overlaps.py`.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { fullSize, inputSizes } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { counted } from "./words.mjs";

/** @import { Kind, Mark, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell } from "./words.mjs" */

const MOST_PLACES = 27; // more cannot be read on a phone

/**
 * @typedef {object} State
 * @property {number} out
 * @property {number} k
 * @property {number} s
 * @property {number} p
 * @property {[n: number, op: number][]} sizes in rising order, at least one
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const out = parseInteger(typed.out.trim(), "out", "The number of outputs", 1, 12);
  const k = parseInteger(typed.k.trim(), "k", "The kernel size", 1, 12);
  const s = parseInteger(typed.s.trim(), "s", "The stride", 1, 9);
  const p = parseInteger(typed.p.trim(), "p", "The padding", 0, 9);
  const longest = fullSize(out, k, s) + s - 1;
  if (longest > MOST_PLACES) {
    throw new InputError(
      "out",
      `The padded input may have ${MOST_PLACES} places at most to be drawn, got ${longest}.`,
    );
  }
  const sizes = inputSizes(out, k, s, p);
  if (!sizes.length) {
    throw new InputError(
      "p",
      `The padding must leave an input: windows for ${counted(out, "output")} end before place ` +
        `${longest}, got ${p} zeros at either end.`,
    );
  }
  return { out, k, s, p, sizes };
}

/**
 * A table of the sizes, and each as an input 1, 2, …, n with its padding, so that the last number
 * is the size.
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  const { out, p, sizes } = state;
  const bars = sizes.map(([n]) =>
    list(n + 2 * p, (at) => (at >= p && at < n + p ? at - p + 1 : 0)),
  );
  return [
    {
      name: "t",
      heading: "n, output padding",
      values: sizes,
      marks: sizes.map(() => [
        { sign: "", note: "input size" },
        { sign: "", note: "output padding" },
      ]),
    },
    {
      name: "b",
      heading: `Inputs 1, 2, …, n that give ${counted(out, "output")}`,
      values: bars,
      tints: bars.map((bar) => bar.map((_, at) => 0.12 * Math.min(readers(state, at).length, 5))),
      marks: bars.map((bar) => bar.map((_, at) => markOf(state, at))),
    },
  ];
}

/**
 * The outputs whose windows read a place of the padded input.
 * @param {State} state
 * @param {number} at
 */
function readers({ out, k, s }, at) {
  return list(out, (output) => output).filter((o) => at >= o * s && at < o * s + k);
}

/**
 * @param {State} state
 * @param {number} at a place of the padded input
 * @returns {Mark | null}
 */
function markOf(state, at) {
  const { s, out } = state;
  if (at % s === 0 && at / s < out) return { sign: "▸", note: "a window begins" };
  return readers(state, at).length ? null : { sign: "○", note: "read by no window" };
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ out, k, s, p, sizes }) {
  const [[least, from], [most, to]] = [sizes[0], sizes[sizes.length - 1]];
  const given = `k = ${k}, s = ${s}, p = ${p}: `;
  const result = counted(out, "output");
  if (least === most) {
    return `${given}only the input size ${least} gives ${result}; output padding ${from} names it.`;
  }
  const join = most - least === 1 ? "and" : "to";
  return (
    `${given}${sizes.length} input sizes, ${least} ${join} ${most}, give ${result}. Output ` +
    `padding ${from} ${join} ${to} tells them apart.`
  );
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, [row, column]) {
  return panel === "t" ? sizeOf(state, row) : placeOf(state, row, column);
}

/**
 * There and back, in numbers.
 * @param {State} state
 * @param {number} row
 * @returns {Pointed}
 */
function sizeOf({ out, k, s, p, sizes }, row) {
  const [n, op] = sizes[row];
  return {
    sentence:
      `Down: ⌊(${n} + 2·${p} − ${k})/${s}⌋ + 1 = ${counted(out, "output")}. Up, with output ` +
      `padding ${op}: (${out} − 1)·${s} − 2·${p} + ${k} + ${op} = ${n}.`,
    marked: {},
    blocks: { t: [row, 0, 1, 2], b: [row, 0, 1, n + 2 * p] },
  };
}

/**
 * @param {State} state
 * @param {number} row
 * @param {number} at a place of the padded input
 * @returns {Pointed}
 */
function placeOf(state, row, at) {
  const { out, k, s, p, sizes } = state;
  const [n, op] = sizes[row];
  const outputs = readers(state, at);
  const zero = at < p || at >= n + p;
  const name = `n = ${n}: ${zero ? "a zero of the padding" : `input ${at - p + 1} of ${n}`}`;
  const many = `output${outputs.length === 1 ? "" : "s"} ${outputs.join(", ")}`;
  const left =
    `is read by no window; ${counted(op, "place is", "places are")} left over at the end, and ` +
    `output padding ${op} says so`;
  const skipped = "is skipped, for the stride is longer than the kernel";
  const unread = at < fullSize(out, k, s) ? skipped : left;
  return {
    sentence: `${name} ${outputs.length ? `is read for ${many}` : unread}.`,
    marked: { b: outputs.map((output) => /** @type {Cell} */ ([row, output * s])) },
    blocks: { t: [row, 0, 1, 2] },
  };
}

/** @type {Kind<State>} */
export const sizes = { fields: ["out", "k", "s", "p"], read, draw, say, point };
