/** The state of one figure in the address: `#placing-stride?stride=2&at=y.0.3`. */

/** @import { Cell } from "./words.mjs" */
/** @import { Values } from "./kinds.mjs" */

const LONGEST = 500; // characters of one field that is taken from an address

/** @typedef {{ panel: string, cell: Cell }} At a cell that is pointed at */

/**
 * @param {string} name the figure's
 * @param {Values} values
 * @param {Values} usual what the figure begins with, which need not be said
 * @param {At | null} at
 */
export function addressOf(name, values, usual, at) {
  const said = Object.entries(values)
    .filter(([key, value]) => value !== usual[key])
    .map(([key, value]) => [key, value.trim().replaceAll(/\s*\n\s*/g, "; ")]);
  if (at) said.push(["at", [at.panel, ...at.cell].join(".")]);
  return `#${name}${said.length ? `?${new URLSearchParams(said)}` : ""}`;
}

/**
 * What an address says of a figure; null when it speaks of something else.  Only `fields` are
 * taken.
 * @param {string} name
 * @param {string} hash
 * @param {readonly string[]} fields
 * @returns {{ values: Record<string, string>, at: At | null } | null}
 */
export function parseAddress(name, hash, fields) {
  const mark = hash.indexOf("?");
  if ((mark < 0 ? hash : hash.slice(0, mark)) !== `#${name}`) return null;
  const said = new URLSearchParams(mark < 0 ? "" : hash.slice(mark + 1));
  /** @type {Record<string, string>} */
  const values = {};
  for (const field of fields) {
    const value = said.get(field);
    if (value !== null) values[field] = value.slice(0, LONGEST);
  }
  const found = /^([a-z]+)\.(\d{1,2})\.(\d{1,2})$/.exec(said.get("at") ?? "");
  const at = found && { panel: found[1], cell: cellOf(found[2], found[3]) };
  return { values, at };
}

/**
 * @param {string} row
 * @param {string} column
 * @returns {Cell}
 */
export function cellOf(row, column) {
  return [Number(row), Number(column)];
}
