import assert from "node:assert/strict";
import { test } from "node:test";

import { countNumbers, isAnswer, readNumbers } from "../../book/questions/reading.mjs";

test("a number is read in the ways people type it", () => {
  for (const text of ["-3", "−3", " - 3 ", "–3", "-6/2", "-3.0", "-3,0"])
    assert.deepEqual(readNumbers(text, 1), [-3], text);
  for (const text of ["0.5", "0,5", ".5", "1/2", "1 / 2"])
    assert.deepEqual(readNumbers(text, 1), [0.5], text);
});

test("a shape is read in the ways people type it", () => {
  for (const text of ["3x5", "3×5", "3 X 5", "3, 5", "(3, 5)", "[3,5]", "3 5", "3*5", "3;5"])
    assert.deepEqual(readNumbers(text, 2), [3, 5], text);
});

test("what is no answer to the question is not read as one", () => {
  for (const text of ["", "three", "3x", "1/0", "3 3", "--3"])
    assert.equal(readNumbers(text, 1), null, text);
  for (const text of ["15", "3x5x1", "3×", ""]) assert.equal(readNumbers(text, 2), null, text);
});

test("numbers are compared with a known answer", () => {
  assert.equal(countNumbers("7×8"), 2);
  assert.equal(countNumbers("−13"), 1);
  assert.ok(isAnswer([7, 8], "7×8") && isAnswer([-13], "−13") && isAnswer([0.5], "1/2"));
  assert.ok(!isAnswer([8, 7], "7×8") && !isAnswer([13], "−13"));
});
