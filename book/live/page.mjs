/** Brings the live figures of a page to life. */

import { start } from "./figure.mjs";
import { KINDS } from "./kinds.mjs";

for (const root of document.querySelectorAll(".live")) {
  if (!(root instanceof HTMLElement)) continue;
  start(root, KINDS[root.dataset.kind ?? ""]);
}
