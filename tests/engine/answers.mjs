// Answers calls of the engine: [[name, arguments], …] as JSON on standard input, one answer for
// each on standard output, { value } or { error }.  JSON has no infinity: it goes as a word.

import { readFileSync } from "node:fs";

import * as checkerboard from "../../book/engine/checkerboard.js";
import * as conventions from "../../book/engine/conventions.js";
import * as convolution from "../../book/engine/convolution.js";
import * as faces from "../../book/engine/faces.js";
import * as geometry from "../../book/engine/geometry.js";
import * as upsampling from "../../book/engine/upsampling.js";

const engine = {
  ...checkerboard,
  ...conventions,
  ...convolution,
  ...faces,
  ...geometry,
  ...upsampling,
};

const answers = JSON.parse(readFileSync(0, "utf8")).map(([name, args]) => {
  try {
    return { value: engine[name](...args) };
  } catch (error) {
    if (!(error instanceof RangeError) && error.constructor !== TypeError) throw error;
    return { error: error.message };
  }
});
const words = (_, value) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
process.stdout.write(JSON.stringify(answers, words));
