/** What a field takes besides a number: pairs such as (4, 4) or 4×4, and lines of code. */

import { numbersIn } from "./calls.mjs";
import { fieldsOf, readLayer } from "./fields.mjs";
import { readCall } from "./layer-line.mjs";
import { InputError } from "./numbers.mjs";

/** @import { Values } from "./fields.mjs" */
/** @import { Reading } from "./layer-line.mjs" */

const PAIRED = /^((?:sizes-)?[nm]|[ksdpeo])1?$/;
const OF_A_CHAIN = /^c([1-6])-[kspodw]$/;
const WEIGHTS = /(?:^|-)w$/;
const LONG = "1000"; // an input that no padding uses up

/**
 * What a text means for the fields if it is more than the number that its field asks for; null if
 * it is none of what is known here.
 * @param {string} key of the field
 * @param {string} text
 * @param {Values} values of all fields
 * @returns {Reading | null}
 */
export function readEntry(key, text, values) {
  const layer = OF_A_CHAIN.exec(key)?.[1];
  if (WEIGHTS.test(key) && !text.includes("(")) return null;
  const own = layer ? layerOfChain(layer, values) : values;
  const call = readCall(text, own);
  if (call && layer) return intoChain(layer, call, own);
  if (call) return key.startsWith("sizes-") ? intoSizes(call) : call;
  return WEIGHTS.test(key) ? null : readNumbers(key, text, values);
}

/**
 * One number in brackets, two for rows and columns, or a padding at either end of each axis.
 * @param {string} key
 * @param {string} text
 * @param {Values} values
 * @returns {Reading | null}
 */
function readNumbers(key, text, values) {
  const numbers = numbersIn(text);
  if (!numbers || /^\s*\+?\d*\s*$/.test(text)) return null;
  const base = PAIRED.exec(key)?.[1];
  if (base && "pe".includes(base) && numbers.flat().length === 4) return readPads(numbers, values);
  const [first, second = first, ...more] = numbers;
  if (more.length || Array.isArray(first) || (!base && first !== second)) return null;
  if (!base || numbers.length === 1) {
    return { changes: { [key]: `${first}` }, said: `Read as ${first}.` };
  }
  return {
    changes: { axes: "2", ...both(base, [first, /** @type {number} */ (second)]) },
    said: `Read as ${first} for rows and ${second} for columns.`,
  };
}

/**
 * @param {(number | number[])[]} numbers
 * @param {Values} values
 * @returns {Reading}
 */
function readPads(numbers, values) {
  const [a, b, c, d] = numbers.flat();
  const nested = Array.isArray(numbers[0]);
  const [starts, ends] = nested ? [[a, c], [b, d]] : [[a, b], [c, d]];
  const border = values.border === "jax" ? "jax" : "numbers";
  return {
    changes: { axes: "2", border, ...both("p", starts), ...both("e", ends) },
    said:
      `Read as ${starts[0]} and ${ends[0]} at the ends of rows, ${starts[1]} and ${ends[1]} of ` +
      `columns${nested ? "" : ", in ONNX’s order, all starts first"}.`,
  };
}

/**
 * A number for rows and one for columns; the second is left empty where it is the same.
 * @param {string} base
 * @param {number[]} pair
 */
function both(base, [rows, columns]) {
  return { [base]: `${rows}`, [`${base}1`]: columns === rows ? "" : `${columns}` };
}

/**
 * What was read, for the way from sizes to settings as well.
 * @param {Reading} reading
 * @returns {Reading}
 */
function intoSizes({ changes, said }) {
  const alike = ["k", "s", "d"].filter((name) => changes[name] && !changes[`${name}1`]);
  const too = Object.fromEntries(alike.map((name) => [`sizes-${name}`, changes[name]]));
  return { changes: { ...changes, ...too }, said: `${said} The layer above has it, too.` };
}

/**
 * A layer of the chain in the words of the layer's own form.
 * @param {string} layer its number
 * @param {Values} values
 * @returns {Values}
 */
function layerOfChain(layer, values) {
  const own = ["k", "s", "d", "p", "o"].map((name) => [name, values[`c${layer}-${name}`]]);
  return { axes: "1", border: "numbers", n: LONG, e: "", ...Object.fromEntries(own) };
}

/**
 * What was read, as the numbers of a layer of the chain.
 * @param {string} layer
 * @param {Reading} reading
 * @param {Values} own
 * @returns {Reading}
 */
function intoChain(layer, { changes, said }, own) {
  const [k, s, d] = ["k", "s", "d"].map((name) => changes[name] ?? own[name]);
  /** @type {Record<string, string>} */
  const numbers = { k, s, d };
  const rest = Object.entries(changes).some(([name, value]) => name.endsWith("1") && value);
  const notes = rest ? [said, "The chain takes the rows."] : [said];
  try {
    const [axis] = readLayer({ ...own, ...changes, n: LONG, axes: "1" }, [null]);
    const { p, e, o } = fieldsOf(axis);
    if (e === "") Object.assign(numbers, { p: `${p}`, o: `${o}` });
    else notes.push("The chain cuts both ends alike, so its padding stays as it was.");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const name of ["p", "o"]) if (name in changes) numbers[name] = changes[name];
  }
  return {
    changes: Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [`c${layer}-${name}`, value]),
    ),
    said: notes.join(" "),
  };
}
