import assert from "node:assert/strict";
import { test } from "node:test";

import { countNumbers, howTyped, isAnswer, readNumbers } from "../../book/questions/reading.mjs";

test("a number is read in the ways people type it", () => {
  for (const text of ["-3", "−3", " - 3 ", "–3", "-6/2", "-3.0", "-3,0", "－３"])
    assert.deepEqual(readNumbers(text, 1), [-3], text);
  for (const text of ["0.5", "0,5", ".5", "1/2", "1 / 2"])
    assert.deepEqual(readNumbers(text, 1), [0.5], text);
});

test("a shape is read in the ways people type it", () => {
  for (const text of ["3x5", "3×5", "3 X 5", "3, 5", "(3, 5)", "[3,5]", "3 5", "3*5", "3;5", "３×５"])
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
  assert.equal(countNumbers("2, 2, 1, 1"), 4);
  assert.ok(isAnswer([7, 8], "7×8") && isAnswer([-13], "−13") && isAnswer([0.5], "1/2"));
  assert.ok(!isAnswer([8, 7], "7×8") && !isAnswer([13], "−13"));
});

test("how an answer is typed is said with an example of its form", () => {
  assert.equal(howTyped("7"), "Type a number, such as 12 or 1/2.");
  assert.equal(howTyped("7×8"), "Type 2 numbers, such as 2×3.");
  assert.equal(howTyped("2, 2, 1, 1"), "Type 4 numbers, such as 2, 3, 4, 5.");
  assert.equal(howTyped("0, 0, 0, 0, 1"), "Type 5 numbers, such as 2, 3, 4, 5, ….");
});

test("a list is read with commas or with blanks", () => {
  for (const text of ["9, 5", "9 5", "9; 5", "9,5"]) assert.ok(isAnswer(readNumbers(text, 2), "9, 5"));
});
