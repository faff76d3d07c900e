// Numbers as people type them.

import { narrow } from "../calculator/pasted.mjs";

/**
 * One number: with either minus sign, a fraction, a decimal point or a decimal comma.
 * @param {string} text
 * @returns {number} NaN if it is none
 */
function number(text) {
  const match = /^([+-]?\d*[.,]?\d+)(?:\/(\d*[.,]?\d+))?$/.exec(text);
  if (!match) return NaN;
  const [above, below] = [match[1], match[2] ?? "1"].map((part) => Number(part.replace(",", ".")));
  return below ? above / below : NaN;
}

/**
 * The numbers of an answer: "3x3", "3×3", "3, 3", "(3, 3)" are two; "0,5" is one where one is
 * asked for.
 * @param {string} text
 * @param {number} count how many numbers are asked for
 * @returns {number[] | null} null if the text is not that many numbers
 */
export function readNumbers(text, count) {
  const plain = narrow(text).replace(/[−–]/g, "-").replace(/[()[\]]/g, " ").trim();
  const parts = count === 1
    ? [plain.replace(/\s*\/\s*/, "/").replace(/^([+-])\s+/, "$1")]
    : plain.split(/\s*[x×X*,;]\s*|\s+/);
  const numbers = parts.map(number);
  return numbers.length === count && !numbers.some(Number.isNaN) ? numbers : null;
}

/**
 * How many numbers a known answer has: "7×8" has two, and so has "9, 5".
 * @param {string} answer
 */
export function countNumbers(answer) {
  return answer.split(/[×,]/).length;
}

/**
 * How an answer like the known one is typed, for somebody who has typed something else.
 * @param {string} answer
 */
export function howTyped(answer) {
  const count = countNumbers(answer);
  if (count === 1) return "Type a number, such as 12 or 1/2.";
  const between = answer.includes("×") ? "×" : ", ";
  const some = Array.from({ length: Math.min(count, 4) }, (_, index) => String(index + 2));
  return `Type ${count} numbers, such as ${[...some, ...(count > 4 ? ["…"] : [])].join(between)}.`;
}

/**
 * Whether what was typed is the known answer.
 * @param {number[]} typed
 * @param {string} answer
 */
export function isAnswer(typed, answer) {
  const known = readNumbers(answer, typed.length);
  return known !== null && known.every((value, i) => Math.abs(value - typed[i]) < 1e-9);
}
