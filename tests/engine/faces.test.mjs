import assert from "node:assert/strict";
import { test } from "node:test";

import { crop, image, rotate180 } from "../../book/engine/convolution.mjs";
import { byPhases, byPlacing, byZeroInsertion, insertZeros } from "../../book/engine/faces.mjs";

const FACES = { byPlacing, byZeroInsertion, byPhases };
const X = [
  [1, 2],
  [3, 4],
];
const W = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
  [9, 10, 11, 12],
  [13, 14, 15, 16],
];

for (const [name, face] of Object.entries(FACES)) {
  test(`${name}: the worked example, its middle row and column overlapped`, () => {
    const y = face(X, W, { stride: 3 });
    assert.equal(y.length, 7);
    assert.deepEqual(y[3], [16, 20, 24, 58, 36, 42, 48]);
  });

  test(`${name}: padding cuts, output padding gives back values of the full result`, () => {
    const full = face(X, W, { stride: 3 });
    const y = face(X, W, { stride: 3, padding: 1, outputPadding: [1, 0] });
    assert.deepEqual(
      y,
      full.slice(1, 7).map((row) => row.slice(1, 6)),
    );
  });

  test(`${name}: a kernel shorter than the stride leaves gaps`, () => {
    assert.deepEqual(face([[1, 2]], [[5, 6]], { stride: [1, 3] }), [[5, 6, 0, 10, 12]]);
  });

  test(`${name}: the arguments stay as they were`, () => {
    const x = structuredClone(X);
    face(x, W, { stride: 2, dilation: 2 });
    assert.deepEqual(x, X);
  });
}

test("zeros stand between neighbours only", () => {
  assert.deepEqual(insertZeros([[1, 2]], 3), [[1, 0, 0, 2]]);
});

test("a negative crop appends zeros, a kernel is turned by 180°", () => {
  assert.deepEqual(crop([[1, 2, 3]], [[0, 0], [1, -2]]), [[2, 3, 0, 0]]);
  assert.deepEqual(rotate180(X), [
    [4, 3],
    [2, 1],
  ]);
});

test("what is no image is refused in a sentence", () => {
  assert.throws(() => image("w", [[1, 2], [3]]), /w must be a rectangular array/);
  assert.throws(() => image("w", []), /w must have at least one row and one column/);
  assert.throws(() => crop(X, [[1, 1], [0, 0]]), /crops must leave at least one sample/);
});
