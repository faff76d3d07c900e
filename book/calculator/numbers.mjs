/** Numbers that readers type or paste, and the sentence for what is none. */

import { isSeveral, narrow, plain } from "./pasted.mjs";

/** A sentence for the reader about the field `key`. */
export class InputError extends Error {
  /**
   * @param {string} key
   * @param {string} message
   */
  constructor(key, message) {
    super(message);
    this.key = key;
  }
}

/**
 * A text as a whole number from `least` to `most`; InputError, with what was given, for any other.
 * @param {string} text
 * @param {string} key of the field, for the error
 * @param {string} field what a sentence calls it
 * @param {number} least
 * @param {number} most
 * @returns {number}
 */
export function parseInteger(text, key, field, least, most) {
  const digits = narrow(text);
  const number = Number(digits);
  if (!/^\+?\d{1,9}$/.test(digits) || number < least || number > most) {
    const given = text === "" ? "; it is empty" : `, got “${text}”`;
    const allowed = `${field} must be a whole number from ${least} to ${most}`;
    throw new InputError(key, `${allowed}${given}.`);
  }
  return number;
}

/**
 * The numbers in a text: rows on lines, between semicolons, or in brackets, as NumPy, PyTorch
 * and TensorFlow print them; numbers between spaces or commas; fractions such as 1/3 are allowed.
 * InputError when it holds no rectangle of numbers, or several.
 * @param {string} text
 * @param {string} key of the field, for the error
 * @param {string} field what a sentence calls it
 * @param {number} [most] rows, and columns
 * @returns {number[][]}
 */
export function parseImage(text, key, field, most = 64) {
  const array = plain(text);
  if (isSeveral(array)) {
    throw new InputError(key, `${field} must be one array of rows and columns, got several.`);
  }
  const rows = array
    .split(array.includes("[") ? /[;\]]/ : /[\n;]/)
    .map((line) => wordsOf(line, key, field))
    .filter((words) => words.length)
    .map((words) => words.map((word) => parseNumber(word, key, field)));
  if (!rows.length) {
    throw new InputError(key, `${field} must hold numbers, such as 1 3 3 1; it is empty.`);
  }
  const uneven = rows.find((row) => row.length !== rows[0].length);
  if (uneven) {
    throw new InputError(
      key,
      `${field} must have equally many numbers on every line, got ${rows[0].length} on the first ` +
        `and ${uneven.length} on another.`,
    );
  }
  if (Math.max(rows.length, rows[0].length) > most) {
    throw new InputError(
      key,
      `${field} may have ${most} rows and columns at most, got ${rows.length} × ` +
        `${rows[0].length}.`,
    );
  }
  return rows;
}

/**
 * The numbers of a line, still as text.  Where commas stand beside blanks, as in 0,5 1,5, they may
 * be decimal: nobody can tell, so it is asked.
 * @param {string} line
 * @param {string} key
 * @param {string} field
 */
function wordsOf(line, key, field) {
  const inner = line.replaceAll("[", " ").trim();
  if (/\d,\d/.test(inner) && /\d\s+[-+.\d]/.test(inner)) {
    throw new InputError(
      key,
      `${field} must have commas or blanks between numbers, and decimal points, got “${inner}”.`,
    );
  }
  return inner.split(/[\s,]+/).filter(Boolean);
}

/**
 * @param {string} word
 * @param {string} key
 * @param {string} field
 */
function parseNumber(word, key, field) {
  const [over, under = "1"] = word.split("/");
  const value = Number(over) / Number(under);
  if (!/^[-+\d.e/]+$/i.test(word) || over === "" || under === "" || !Number.isFinite(value)) {
    throw new InputError(key, `${field} must hold numbers, got “${word}”.`);
  }
  return value;
}
