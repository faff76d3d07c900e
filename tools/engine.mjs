// Answers calls of the engine and of the calculator: [[name, arguments], …] as JSON on standard input, one answer for
// each on standard output, { value } or { error }.  JSON has no infinity: it goes as a word.

import { readFileSync } from "node:fs";

import * as checkerboard from "../book/engine/checkerboard.mjs";
import * as conventions from "../book/engine/conventions.mjs";
import * as convolution from "../book/engine/convolution.mjs";
import * as faces from "../book/engine/faces.mjs";
import * as geometry from "../book/engine/geometry.mjs";
import * as learning from "../book/engine/learning.mjs";
import * as upsampling from "../book/engine/upsampling.mjs";

import * as findings from "../book/calculator/findings.mjs";
import * as kernels from "../book/calculator/kernels.mjs";
import * as snippets from "../book/calculator/snippets.mjs";

const engine = {
  ...checkerboard,
  ...conventions,
  ...convolution,
  ...faces,
  ...geometry,
  ...learning,
  ...upsampling,
  ...findings,
  ...kernels,
  ...snippets,
};

const answers = JSON.parse(readFileSync(0, "utf8")).map(([name, args]) => {
  try {
    return { value: engine[name](...args) };
  } catch (error) {
    if (!(error instanceof RangeError) && error.constructor !== TypeError && !error.key) throw error;
    return { error: error.message };
  }
});
const words = (_, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
process.stdout.write(JSON.stringify(answers, words));
