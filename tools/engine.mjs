// Answers calls of the engine and of the calculator: [[name, arguments], …] as JSON on standard input, one answer for
// each on standard output, { value } or { error }.  JSON has no infinity: it goes as a word.

import { readFileSync } from "node:fs";

import * as checkerboard from "../book/engine/checkerboard.js";
import * as conventions from "../book/engine/conventions.js";
import * as convolution from "../book/engine/convolution.js";
import * as faces from "../book/engine/faces.js";
import * as geometry from "../book/engine/geometry.js";
import * as upsampling from "../book/engine/upsampling.js";

import * as findings from "../book/calculator/findings.js";
import * as kernels from "../book/calculator/kernels.js";
import * as snippets from "../book/calculator/snippets.js";

const engine = {
  ...checkerboard,
  ...conventions,
  ...convolution,
  ...faces,
  ...geometry,
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
