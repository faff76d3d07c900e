/** Buttons and keys that change one weight of the kernels in the panel `w`. */

import { InputError } from "../calculator/numbers.mjs";

import { typedAs } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { At } from "./address.mjs" */
/** @import { Values } from "./kinds.mjs" */

/**
 * The acts `more`, `less` and `again`, a click on the chosen weight.
 * @template State
 * @param {string} field where the kernels are typed
 * @param {(state: State) => Image} weightsOf as the panel shows them
 */
export function weightActs(field, weightsOf) {
  /** @type {(by: number) => (state: State, at: At | null) => Values} */
  const changing = (by) => (state, at) => {
    if (at?.panel !== "w") {
      throw new InputError(field, "Choose a weight of the kernel first, with a click or the keys.");
    }
    const [row, column] = at.cell;
    const changed = weightsOf(state).map((line, i) =>
      line.map((value, j) => (i === row && j === column ? value + by : value)),
    );
    return { [field]: typedAs(changed) };
  };
  return { more: changing(1), less: changing(-1), again: changing(1) };
}
