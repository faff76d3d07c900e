import assert from "node:assert/strict";
import { test } from "node:test";

import * as geometry from "../../book/engine/geometry.mjs";

test("sizes of the worked example and of the usual layers that double", () => {
  assert.equal(geometry.outputSize(2, 4, 3), 7);
  assert.equal(geometry.outputSize(16, 4, 2, 1), 32);
  assert.equal(geometry.outputSize(16, 3, 2, 1, 1, 1), 32);
  assert.equal(geometry.convOutputSize(4, 3), 2);
});

test("a padding may differ at the two ends", () => {
  assert.equal(geometry.outputSize(3, 3, 2, [0, 1]), 6);
  assert.equal(geometry.outputSize(3, 3, 2, [1, 0]), 6);
  assert.equal(geometry.convOutputSize(6, 3, 2, [0, 1]), 3);
});

test("same cuts the smaller half at the start, or the larger one when told", () => {
  assert.deepEqual(geometry.samePadding(3, 3, 2), [0, 1]);
  assert.deepEqual(geometry.samePadding(3, 3, 2, 1, true), [1, 0]);
  assert.deepEqual(geometry.samePadding(3, 1, 2), [0, -1]);
});

test("the interior leaves out what longer inputs would reach", () => {
  assert.deepEqual(geometry.interior(4, 3, 2), [1, 8]);
  assert.deepEqual(geometry.interior(1, 5, 2), [3, 3]);
  assert.deepEqual(geometry.interior(3, 2, 3), [0, 8]);
});

test("what is not allowed is refused in a sentence", () => {
  assert.throws(() => geometry.outputSize(1.5, 3), {
    name: "TypeError",
    message: "n must be an integer, got 1.5",
  });
  assert.throws(() => geometry.outputSize(3, 3, 2, 0, 1, 2), {
    name: "RangeError",
    message: "output_padding must be below max(stride, dilation) = 2, got 2",
  });
  assert.throws(() => geometry.perAxis("stride", [1, 2, 3], 2, 1), {
    message: "stride must have one entry for each of the 2 axes, got (1, 2, 3)",
  });
  assert.throws(() => geometry.outputSize(/** @type {never} */ ("7"), 3), {
    message: "n must be an integer, got '7'",
  });
});
