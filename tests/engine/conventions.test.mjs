import assert from "node:assert/strict";
import { test } from "node:test";

import * as conventions from "../../book/engine/conventions.mjs";

const AXIS = { n: 4, k: 3, s: 2, d: 1 };
const cut = (start, end) => ({ ...AXIS, start, end });

test("same and its PyTorch namesake have one size and different places", () => {
  assert.deepEqual(conventions.tensorflowCuts("same", AXIS), [0, 1]);
  assert.deepEqual(conventions.pytorchCuts(1, 1), [1, 0]);
  assert.equal(conventions.sizeOf(cut(0, 1)), conventions.sizeOf(cut(1, 0)));
  assert.match(conventions.inPytorch([cut(0, 1)]).why, /PyTorch cuts padding at the start/);
  assert.equal(conventions.inKeras([cut(0, 1)]).words.padding, "same");
  assert.match(conventions.inKeras([cut(1, 0)]).why, /Keras has only the words/);
});

test("ONNX says both, by number and by word", () => {
  assert.equal(conventions.inOnnx([cut(0, 1)]).words.autoPad, "SAME_UPPER");
  const { words } = conventions.inOnnx([cut(1, 0)]);
  assert.deepEqual([words.begins, words.ends, words.autoPad], [[1], [0], "SAME_LOWER"]);
});

test("ONNX's output_shape gives the larger half to the start unless SAME_UPPER is said", () => {
  const outputShape = 8;
  assert.deepEqual(conventions.onnxCuts(AXIS, { outputShape }), [1, 0]);
  assert.deepEqual(conventions.onnxCuts(AXIS, { outputShape, autoPad: "SAME_UPPER" }), [0, 1]);
});

test("JAX counts the zeros around the spread input", () => {
  assert.deepEqual(conventions.inJax([cut(1, 0)]), { padding: [[1, 2]], word: null });
  assert.equal(conventions.inJax([cut(0, 1)]).word, "SAME");
  assert.deepEqual(conventions.jaxCuts(AXIS, [1, 2]), [1, 0]);
});

test("Keras refuses stride with dilation, whatever the axis", () => {
  const axes = [cut(0, 0), { ...AXIS, s: 1, d: 2, start: 0, end: 0 }];
  assert.match(conventions.inKeras(axes).why, /Keras refuses/);
});

test("TensorFlow takes pairs in two dimensions, words only in one", () => {
  assert.deepEqual(conventions.inTensorflow([cut(1, 0), cut(1, 0)]).words.padding, [
    [1, 0],
    [1, 0],
  ]);
  assert.match(conventions.inTensorflow([cut(1, 0)]).why, /only the words/);
});

test("all cuts that give a size: the symmetric one, both halves of same, none of whole copies", () => {
  const starts = conventions.axesFor(AXIS, 8).map(({ start, end }) => [start, end]);
  assert.deepEqual(starts, [
    [0, 1],
    [1, 0],
  ]);
  assert.deepEqual(conventions.axesFor(AXIS, 1), []);
});
