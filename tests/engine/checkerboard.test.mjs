import assert from "node:assert/strict";
import { test } from "node:test";

import * as checkerboard from "../../book/engine/checkerboard.mjs";
import { bilinearKernel, box, cubic, hann, random, tent } from "../../book/engine/upsampling.mjs";

test("counts: one copy, two where they meet, none in a gap", () => {
  assert.deepEqual(checkerboard.overlapCount(3, 3, 2), [1, 1, 2, 1, 2, 1, 1]);
  assert.deepEqual(checkerboard.overlapCount(2, 2, 3), [1, 1, 0, 1, 1]);
  assert.deepEqual(checkerboard.overlapCount(2, 2, 2, 2), [1, 0, 2, 0, 1]);
  assert.equal(checkerboard.overlapCount2d(2, 4, 3)[3][3], 4);
});

test("the rule of thumb fails both ways", () => {
  assert.equal(checkerboard.isEven([[1, 0, 1, 0]], [1, 2]), false);
  assert.equal(checkerboard.isEven([[1, 2, 1]], [1, 2]), true);
  assert.deepEqual(checkerboard.phaseSums([[1, 2, 3]], [1, 2]), [[4, 2]]);
});

test("decibels: 20 for a tenth, infinite without a grid", () => {
  assert.ok(Math.abs(checkerboard.imageRejection([[9, 11]], [1, 2]) - 20) < 1e-12);
  assert.equal(checkerboard.imageRejection([[1, 1]], [1, 2]), Infinity);
  assert.equal(checkerboard.unevenness([[1, 2, 1, 2]], [1, 2]), 2 / 3);
});

test("a balanced kernel passes no image of a constant", () => {
  const [[first, second]] = checkerboard.spectrum([[1, 2, 1]], [1, 2]);
  assert.deepEqual(first, [4, 0]);
  assert.ok(Math.abs(second[0]) < 1e-12 && Math.abs(second[1]) < 1e-12);
});

test("equalising moves the phase sums together and as little as it can", () => {
  assert.deepEqual(checkerboard.equalise([[1, 0, 1, 0]], [1, 2]), [[0.5, 0.5, 0.5, 0.5]]);
});

test("named kernels: balanced for their stride, of the size that is said", () => {
  for (const s of [1, 2, 3, 4]) {
    for (const taps of [tent(s), cubic(s), box(2 * s), hann(2 * s)]) {
      assert.ok(checkerboard.isEven([taps], [1, s]), `${taps}`);
    }
    assert.equal(bilinearKernel(s).length, 2 * s - (s % 2));
  }
});

test("a random kernel is the same for a seed, and another for another", () => {
  assert.deepEqual(random(5, 7), random(5, 7));
  assert.notDeepEqual(random(5, 7), random(5, 8));
  assert.ok(random(200, 1).every((value) => Math.abs(value) <= 1));
  assert.ok(new Set(random(200, 1)).size > 100);
});
