/**
 * The state of all fields, and how it stands in the address: `#calc?k=4&s=3`, only what differs
 * from what the page begins with.
 */

/** @import { Values } from "./fields.mjs" */

const MARK = "#calc?";
const LONGEST = 5000; // characters of one field that is taken from an address

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/**
 * All fields of the page that have a name.
 * @returns {Field[]}
 */
export function fields() {
  const inside = [...document.querySelectorAll("form.calc [name]")];
  return /** @type {Field[]} */ (inside);
}

/** @returns {Values} */
export function values() {
  /** @type {Record<string, string>} */
  const read = {};
  for (const field of fields()) {
    if (!isRadio(field) || field.checked) read[field.name] = field.value;
  }
  return read;
}

/** What the page begins with. */
function defaults() {
  /** @type {Record<string, string>} */
  const read = {};
  for (const field of fields()) {
    if (field instanceof HTMLSelectElement) {
      read[field.name] = [...field.options].find((one) => one.defaultSelected)?.value ?? "";
    } else if (!isRadio(field)) read[field.name] = field.defaultValue;
    else if (field.defaultChecked) read[field.name] = field.value;
  }
  return read;
}

/** The state as an address within the page. */
export function address() {
  const usual = defaults();
  const changed = Object.entries(values()).filter(([name, value]) => value !== usual[name]);
  return MARK + new URLSearchParams(changed);
}

/**
 * Set all fields: to what is given, else to what the page begins with.  Names that are no field are
 * passed over.
 * @param {Values} given
 */
export function restore(given) {
  const wanted = { ...defaults(), ...given };
  for (const field of fields()) {
    const value = (wanted[field.name] ?? "").slice(0, LONGEST);
    if (isRadio(field)) field.checked = field.value === value;
    else if (!(field instanceof HTMLSelectElement)) field.value = value;
    else if ([...field.options].some((one) => one.value === value)) field.value = value;
  }
}

/**
 * The values that an address holds; null when it speaks of something else.
 * @param {string} hash
 * @returns {Values | null}
 */
export function parse(hash) {
  if (!hash.startsWith(MARK)) return null;
  return Object.fromEntries(new URLSearchParams(hash.slice(MARK.length)));
}

/**
 * @param {Field} field
 * @returns {field is HTMLInputElement}
 */
function isRadio(field) {
  return field instanceof HTMLInputElement && field.type === "radio";
}
