/** Calls in Python, as text: their names, their arguments, and the numbers in these. */

import { narrow } from "./pasted.mjs";

const CLOSING = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/**
 * One argument: its keyword, empty where it stands by its place, and its text.
 * @typedef {{ keyword: string, text: string }} Argument
 */

/**
 * What stands between the bracket at `start` and the one that closes it, or the end.
 * @param {string} text
 * @param {number} start
 */
export function bracketed(text, start) {
  const parts = split(text.slice(start + 1), ")");
  return parts.filter(Boolean).map(argument);
}

/**
 * Arguments that stand by themselves, as in `stride=2, padding=1`.
 * @param {string} text
 */
export function listed(text) {
  return split(text, "").filter(Boolean).map(argument);
}

/**
 * The parts between commas, not those in brackets or quotes, up to a sign that ends the list.
 * @param {string} text
 * @param {string} end
 */
function split(text, end) {
  /** @type {string[]} */
  const open = [];
  const parts = [""];
  let quote = "";
  for (const sign of text.replaceAll(/#[^\n]*/g, "")) {
    if (!quote && !open.length && sign === end) break;
    if (quote ? sign === quote : sign === '"' || sign === "'") quote = quote ? "" : sign;
    else if (!quote && CLOSING.has(sign)) open.push(CLOSING.get(sign) ?? "");
    else if (!quote && sign === open.at(-1)) open.pop();
    if (sign === "," && !quote && !open.length) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim().replaceAll(/\s+/g, " "));
}

/**
 * @param {string} text
 * @returns {Argument}
 */
function argument(text) {
  const found = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.*)$/.exec(text);
  return found ? { keyword: found[1], text: found[2] } : { keyword: "", text };
}

/**
 * A word between quotes, in small letters; null for any other text.
 * @param {string} text
 */
export function wordIn(text) {
  return /^["'](\w+)["']$/.exec(text)?.[1].toLowerCase() ?? null;
}

/**
 * The whole numbers in a text such as `4`, `(4, 4)`, `[4, 4]`, `4x4`, `4 × 4` or `4, 4`, or in
 * pairs of such, each a list; null for any other text.
 * @param {string} text
 * @returns {(number | number[])[] | null}
 */
export function numbersIn(text) {
  const plain = narrow(text)
    .trim()
    .replaceAll("−", "-")
    .replaceAll(/(\d)\s*[x×X*]\s*(?=\d)/g, "$1,")
    .replaceAll(/(\d)\s+(?=\d)/g, "$1,")
    .replaceAll(/[({]/g, "[")
    .replaceAll(/[)}]/g, "]")
    .replaceAll(/,\s*\]/g, "]");
  if (!/^[-\d,\s[\]]+$/.test(plain)) return null;
  try {
    const value = JSON.parse(plain.startsWith("[") ? plain : `[${plain}]`);
    return isNumbers(value) || (value.length && value.every(isNumbers)) ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
function isNumbers(value) {
  return Array.isArray(value) && value.length > 0 && value.every(Number.isSafeInteger);
}
