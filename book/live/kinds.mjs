/** What a kind of live figure has to say for itself, and the list of the kinds. */

import { placing } from "./placing.mjs";
import { rows } from "./rows.mjs";
import { sliding } from "./sliding.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Cell } from "./words.mjs" */

/**
 * The texts in the fields, by the fields' names.
 * @typedef {Readonly<Record<string, string>>} Values
 */

/** @typedef {readonly [row: number, column: number, rows: number, columns: number]} Block */

/**
 * One grid of numbers.
 * @typedef {object} Panel
 * @property {string} name
 * @property {string} heading
 * @property {Image} values
 * @property {Image} [tints] how strongly each cell is tinted, 0 to 1
 * @property {Block} [kept] the part that is kept; what lies outside is crossed out
 * @property {boolean} [blank] whether zeros are left out where nothing is tinted; narrow cells
 * @property {number} [first] the index of the first row and column, as the reader is to count them
 */

/**
 * What a cell that is pointed at brings forth.
 * @typedef {object} Pointed
 * @property {string} sentence
 * @property {Readonly<Record<string, readonly Cell[]>>} marked cells of other panels; the first of
 *   one panel belongs to the first of another, and so on
 * @property {Readonly<Record<string, Block>>} [blocks] blocks that are framed
 * @property {Readonly<Record<string, Pick<Panel, "heading" | "values">>>} [instead] what panels
 *   show meanwhile
 */

/**
 * @template State
 * @typedef {object} Kind
 * @property {readonly string[]} fields
 * @property {(typed: Values) => State} read throws InputError
 * @property {(state: State) => Panel[]} draw
 * @property {(state: State) => string} say what is said while nothing is pointed at
 * @property {(state: State, panel: string, cell: Cell) => Pointed} point
 */

/** @type {Readonly<Record<string, Kind<any>>>} */
export const KINDS = { placing, rows, sliding };
