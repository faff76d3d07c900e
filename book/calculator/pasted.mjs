/** What readers paste, brought into one form before it is read. */

const WIDE = /[\uff01-\uff5e]/g; // the wide forms of ASCII, as East Asian keyboards type them
const WIDE_BY = 0xfee0;

// What NumPy, PyTorch and TensorFlow print around the numbers of an array.
const BEFORE = /^[^]*?(?:array|tensor)\s*\(/i;
const KEYWORDS = /,\s*[a-z_]+\s*=\s*(?:<[^<>]*>|(["'])[^"']*\1|[\w.]+)/g;

/**
 * Wide digits, signs and letters as the usual ones.
 * @param {string} text
 */
export function narrow(text) {
  return text.replaceAll(WIDE, (sign) => String.fromCharCode(sign.charCodeAt(0) - WIDE_BY));
}

/**
 * An array as text with square brackets only, and without what a library prints around it.  Other
 * names stay, as in `np.ones((3, 3))`: they are no numbers, and whoever reads the text has to see
 * them.
 * @param {string} text
 */
export function plain(text) {
  return narrow(text)
    .replaceAll("−", "-")
    .replaceAll("½", "1/2")
    .replace(BEFORE, "[")
    .replaceAll(KEYWORDS, "")
    .replace(/\)\s*>\s*$/, ")")
    .replaceAll(/[({]/g, "[")
    .replaceAll(/[)}]/g, "]");
}

/**
 * Whether a text in square brackets holds several arrays of rows and columns, as the weights of a
 * layer with many channels do.
 * @param {string} text
 */
export function isSeveral(text) {
  return /\]\s*\][\s,;]*\[\s*\[/.test(text);
}
