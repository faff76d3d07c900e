/** What readers type, read as numbers; what is not allowed is said in one sentence. */

import { jaxCuts, pytorchCuts, sizeOf, tensorflowCuts } from "../engine/conventions.mjs";
import { fullSize, samePadding } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { InputError, parseInteger } from "./numbers.mjs";

/** @import { Axis, Cuts } from "../engine/conventions.mjs" */

/**
 * The values of all fields, by name, as text.
 * @typedef {Readonly<Record<string, string>>} Values
 */

/** @type {Readonly<Record<string, readonly [string, number, number]>>} */
const FIELDS = {
  n: ["Input size n", 1, 100_000],
  m: ["Output size", 1, 1_000_000],
  k: ["Kernel size k", 1, 64],
  s: ["Stride s", 1, 64],
  d: ["Dilation d", 1, 64],
  p: ["Padding p", 0, 100_000],
  e: ["Padding at the end", 0, 100_000],
  o: ["Output padding o", 0, 63],
  seed: ["The number of the draw", 0, 999_999],
};

/**
 * A field as a whole number; null when it is empty and may be.
 * @param {Values} values
 * @param {string} key its name, whose first part says what it means: `k`, `k1`, `sizes-k`, `c2-k`
 * @param {string} place where it stands, for the sentence
 * @param {boolean} [optional]
 * @returns {number | null}
 */
export function readInteger(values, key, place, optional = false) {
  const kind = key.replace(/^.*-/, "").replace(/\d$/, "");
  const [label, least, most] = FIELDS[kind];
  const text = (values[key] ?? "").trim();
  if (text === "" && optional) return null;
  return parseInteger(text, key, label + place, least, most);
}

/**
 * A field as a whole number.
 * @param {Values} values
 * @param {string} key
 * @param {string} [place]
 * @returns {number}
 */
export function readNumber(values, key, place = "") {
  return /** @type {number} */ (readInteger(values, key, place));
}

/**
 * The axes of the layer that is typed.  Where a field of the columns is empty, the rows' is meant.
 * @param {Values} values
 * @param {(number | null)[]} sizes kernel sizes that the kernel itself decides, else null
 * @returns {Axis[]}
 */
export function readLayer(values, sizes) {
  const two = values.axes === "2";
  return list(two ? 2 : 1, (a) => {
    const place = two ? (a === 0 ? ", rows," : ", columns,") : "";
    /** @type {(key: string) => string} */
    const key = (name) => (a === 1 && values[`${name}1`]?.trim() ? `${name}1` : name);
    /** @type {(name: string) => number} */
    const number = (name) => readNumber(values, key(name), place);
    const axis = { n: number("n"), k: sizes[a] ?? number("k"), s: number("s"), d: number("d") };
    const [start, end] = readCuts(values, axis, key, place);
    const whole = { ...axis, start, end };
    if (sizeOf(whole) < 1) {
      const full = fullSize(axis.n, axis.k, axis.s, axis.d);
      const blamed = start < full && values[key("e")]?.trim() ? "e" : "p";
      throw new InputError(
        key(blamed),
        `Padding${place} must leave at least one output; ${start} and ${end} cut from a full ` +
          `result of ${full} leave none.`,
      );
    }
    return whole;
  });
}

/**
 * @param {Values} values
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {(name: string) => string} key
 * @param {string} place
 * @returns {Cuts}
 */
function readCuts(values, axis, key, place) {
  const { n, k, s, d } = axis;
  if (values.border === "same") return samePadding(n, k, s, d);
  if (values.border === "lower") return samePadding(n, k, s, d, true);
  if (values.border === "valid") return /** @type {Cuts} */ (tensorflowCuts("valid", axis));
  const begin = readNumber(values, key("p"), place);
  const end = readInteger(values, key("e"), place, true) ?? begin;
  if (values.border === "jax") return jaxCuts(axis, [begin, end]);
  const op = readNumber(values, key("o"), place);
  if (op >= Math.max(s, d)) {
    throw new InputError(
      key("o"),
      `Output padding o${place} must be below the larger of stride and dilation, here ` +
        `${Math.max(s, d)}, got “${op}”.`,
    );
  }
  return [pytorchCuts(begin, op)[0], end - op];
}

/**
 * Fields that type an axis with these cuts in numbers: PyTorch's two if they can say it.
 * @param {Axis} axis
 */
export function fieldsOf({ n, k, s, d, start, end }) {
  const symmetric = start >= end && start - end < Math.max(s, d);
  const [p, e, o] = symmetric
    ? [start, "", start - end]
    : [start, Math.max(end, 0), Math.max(-end, 0)];
  return { n, k, s, d, p, e, o };
}
