/** Numbers that readers type or paste, and the sentence for what is none. */

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
  const number = Number(text);
  if (!/^\+?\d{1,9}$/.test(text) || number < least || number > most) {
    const given = text === "" ? "; it is empty" : `, got “${text}”`;
    const allowed = `${field} must be a whole number from ${least} to ${most}`;
    throw new InputError(key, `${allowed}${given}.`);
  }
  return number;
}

/**
 * The numbers in a text: rows on lines, between semicolons, or in brackets as NumPy prints them;
 * numbers between spaces or commas; fractions such as 1/3 are allowed.  InputError when it holds no
 * rectangle of numbers.
 * @param {string} text
 * @param {string} key of the field, for the error
 * @param {string} field what a sentence calls it
 * @param {number} [most] rows, and columns
 * @returns {number[][]}
 */
export function parseImage(text, key, field, most = 64) {
  const rows = text
    .replaceAll("−", "-")
    .replaceAll("½", "1/2")
    .replace(/^\s*[a-z_.]+\s*\(/i, "") // array( or tensor( in front
    .split(text.includes("[") ? /[;\]]/ : /[\n;]/)
    .map((line) => line.replaceAll(/[[(){},\t]/g, " ").trim())
    .filter(Boolean)
    .map((line) => line.split(/\s+/).map((word) => parseNumber(word, key, field)));
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
