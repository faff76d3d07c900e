/** What a kind of live figure has to say for itself, and the list of the kinds. */

import { learning } from "./learning.mjs";
import { overlap } from "./overlap.mjs";
import { padding } from "./padding.mjs";
import { phases } from "./phases.mjs";
import { placing } from "./placing.mjs";
import { plane } from "./plane.mjs";
import { roads } from "./roads.mjs";
import { rows } from "./rows.mjs";
import { sizes } from "./sizes.mjs";
import { sliding } from "./sliding.mjs";
import { stacked } from "./stacked.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { At } from "./address.mjs" */
/** @import { Cell } from "./words.mjs" */

/**
 * The texts in the fields, by the fields' names.
 * @typedef {Readonly<Record<string, string>>} Values
 */

/** @typedef {readonly [row: number, column: number, rows: number, columns: number]} Block */

/**
 * What tells a cell from others, besides its colour.
 * @typedef {object} Mark
 * @property {string} sign in its corner
 * @property {string} note the same in words
 * @property {number} [group] the number of its colour, from 0 to 15
 */

/**
 * One grid of numbers.
 * @typedef {object} Panel
 * @property {string} name
 * @property {string} heading
 * @property {Image} values whose rows may differ in length
 * @property {Image} [tints] how strongly each cell is tinted, 0 to 1
 * @property {Block} [kept] the part that is kept; what lies outside is crossed out
 * @property {Block} [framed] a part that is framed, and nothing is crossed out
 * @property {boolean} [blank] whether zeros are left out where nothing is tinted or marked; narrow
 *   cells
 * @property {readonly (readonly (Mark | null)[])[]} [marks]
 * @property {Image} [greys] each cell as a pixel, from 0, black, to 1, white
 * @property {number} [first] the index of the first row and column, as the reader is to count them
 * @property {Curve} [curve] what is drawn in place of a grid
 */

/**
 * One number after each step.
 * @typedef {object} Curve
 * @property {readonly number[]} values
 * @property {number} at the step that is marked
 * @property {string} unit
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
 * @property {Readonly<Record<string, (state: State, at: At | null) => Values>>} [acts] what buttons
 *   and keys do: the texts of the fields that change; they throw InputError where nothing can be
 *   done.  `more` and `less` have keys, `again` is a click on what is chosen already.
 */

/** @type {Readonly<Record<string, Kind<any>>>} */
export const KINDS = {
  learning,
  overlap,
  padding,
  phases,
  placing,
  plane,
  roads,
  rows,
  sizes,
  sliding,
  stacked,
};
