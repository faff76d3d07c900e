import assert from "node:assert/strict";
import { test } from "node:test";

import { InputError, parseImage } from "../../book/calculator/numbers.mjs";
import { convolve2d, crop, crossCorrelate2d } from "../../book/engine/convolution.mjs";
import { byPlacing } from "../../book/engine/faces.mjs";
import { random } from "../../book/engine/upsampling.mjs";
import { addressOf, parseAddress } from "../../book/live/address.mjs";
import { cellWidth, walk } from "../../book/live/grid.mjs";
import { meeting, placing } from "../../book/live/placing.mjs";
import { matrix, rows } from "../../book/live/rows.mjs";
import { sliding, window } from "../../book/live/sliding.mjs";
import { counted, sumOf, written } from "../../book/live/words.mjs";

const TYPED = { x: "1 2\n3 4", w: "1 2 3; 4 5 6; 7 8 9", stride: "2", padding: "0" };
const read = (changes = {}) => placing.read({ ...TYPED, ...changes });
const complaint = (changes) => {
  try {
    read(changes);
  } catch (error) {
    assert.ok(error instanceof InputError, `${error}`);
    return [error.key, error.message];
  }
  return null;
};
const integers = (height, width, seed) => {
  const values = random(height * width, seed).map((value) => Math.round(value * 100));
  return Array.from({ length: height }, (_, i) => values.slice(i * width, (i + 1) * width));
};

test("numbers are written as Python's figures write them", () => {
  assert.deepEqual([-3, 0.12345, -0.0001, 2, 0.5].map(written), ["−3", "0.123", "0", "2", "0.5"]);
  assert.deepEqual([counted(1, "product"), counted(4, "product")], ["1 product", "4 products"]);
});

test("a sum is written by names, by numbers, and with its value", () => {
  const term = { input: [0, 1], weight: [2, 0], value: -2, by: 3 };
  assert.equal(sumOf([term], ["x", "w"]), "x[0,1]·w[2,0] = (−2)·3 = −6");
  const many = sumOf(Array.from({ length: 10 }, () => term), ["x", "w"]);
  assert.ok(many.endsWith("(−2)·3 + … (10 products) = −60"), many);
  assert.ok(!many.includes("x["));
});

test("the products that meet on an output add up to what the engine gives", () => {
  for (let seed = 1; seed < 40; seed++) {
    const [x, w] = [integers(2 + (seed % 3), 3, seed), integers(3, 1 + (seed % 4), seed + 99)];
    const s = 1 + (seed % 4);
    const full = byPlacing(x, w, { stride: s });
    full.forEach((row, i) =>
      row.forEach((value, j) => {
        const terms = meeting({ x, w, s }, [i, j]);
        assert.equal(terms.reduce((sum, term) => sum + term.value * term.by, 0), value);
      }),
    );
  }
});

test("an output says its sum and marks what it is made of", () => {
  const { sentence, marked } = placing.point(read(), "y", [0, 2]);
  assert.equal(sentence, "y[0,2] = x[0,0]·w[0,2] + x[0,1]·w[0,0] = 1·3 + 2·1 = 5.");
  assert.deepEqual(marked, { x: [[0, 0], [0, 1]], w: [[0, 2], [0, 0]] });
});

test("padding renames the outputs and cuts the others", () => {
  const state = read({ padding: "1" });
  const { sentence } = placing.point(state, "y", [1, 1]);
  assert.match(sentence, /^y\[0,0\] = x\[0,0\]·w\[1,1\] = 1·5 = 5\.$/);
  assert.match(placing.point(state, "y", [0, 2]).sentence, /^A sample that the padding cuts is /);
  const [, , output] = placing.draw(state);
  assert.deepEqual(output.kept, [1, 1, 3, 3]);
  assert.equal(output.heading, "Output y, 3 × 3, in the frame");
});

test("gaps, copies and weights have their sentences", () => {
  const gap = placing.point(read({ stride: "4" }), "y", [3, 0]);
  assert.match(gap.sentence, /= 0: no copy reaches it/);
  const copy = placing.point(read(), "x", [1, 0]);
  assert.match(copy.sentence, /^x\[1,0\] = 3 scales .* from row 2, column 0\.$/);
  assert.deepEqual(copy.blocks?.y, [2, 0, 3, 3]);
  assert.deepEqual(copy.instead?.w.values[2], [21, 24, 27]);
  const weight = placing.point(read(), "w", [0, 1]);
  assert.deepEqual(weight.marked.y, [[0, 1], [0, 3], [2, 1], [2, 3]]);
});

const SLID = { x: "1 2 3; 4 5 6; 7 8 9", h: "1 2 0; 0 3 -1; 2 0 1", padding: "1" };
const slide = (changes) => sliding.read({ ...SLID, operation: "convolution", ...changes });

test("the products under a window add up to what the engine gives, turned or not", () => {
  const [x, h] = [SLID.x, SLID.h].map((text) => parseImage(text, "x", "x"));
  const padded = crop(x, [
    [-1, -1],
    [-1, -1],
  ]);
  for (const [operation, expected] of [
    ["convolution", convolve2d(padded, h)],
    ["correlation", crossCorrelate2d(padded, h)],
  ]) {
    const state = slide({ operation });
    assert.deepEqual(state.y, expected);
    expected.forEach((row, i) =>
      row.forEach((value, j) => {
        const terms = window(state, [i, j]);
        assert.equal(terms.reduce((sum, term) => sum + term.value * term.by, 0), value);
        // A product's names are true: the weight is that of h as stored.
        for (const { weight, by } of terms) assert.equal(h[weight[0]][weight[1]], by);
        for (const { input, value: at } of terms) assert.equal(x[input[0]]?.[input[1]] ?? 0, at);
      }),
    );
  }
});

test("sliding has its sentences", () => {
  assert.equal(
    sliding.point(slide({ h: "1 0; 0 2", padding: "0" }), "y", [0, 0]).sentence,
    "y[0,0] = x[0,0]·h[1,1] + x[1,1]·h[0,0] = 1·2 + 5·1 = 7. 2 products are 0.",
  );
  const nothing = sliding.point(slide({ h: "0", padding: "0" }), "y", [0, 0]);
  assert.match(nothing.sentence, /all products are 0/);
  const corner = sliding.point(slide({}), "x", [1, 1]);
  assert.match(corner.sentence, /^x\[0,0\] = 1 is part of 4 outputs/);
  assert.deepEqual([corner.marked.y.length, corner.marked.h.length], [4, 4]);
  const zero = sliding.point(slide({}), "x", [0, 0]);
  assert.match(zero.sentence, /^A zero around x is part of 1 output\.$/);
  const weight = sliding.point(slide({}), "h", [0, 0]);
  assert.match(weight.sentence, /^h\[2,2\] = 1 meets .* 9 outputs\.$/);
  const said = sliding.say(slide({ h: "1 2 1; 2 4 2; 1 2 1" }));
  assert.match(said, /looks the same when it is turned/);
});

test("a kernel must fit, and no window may see zeros alone", () => {
  for (const [changes, message] of [
    [
      { x: "1", padding: "0" },
      "The kernel h must fit into the padded input of 1 × 1, got 3 × 3.",
    ],
    [
      { x: "1 2 3 4 5", padding: "2" },
      "The padded input may have 8 rows and columns at most to be drawn, got 5 × 9.",
    ],
    [{ padding: "3" }, "The padding here must be a whole number from 0 to 2, got “3”."],
  ]) {
    assert.throws(() => slide(changes), { message });
  }
});

test("what is not allowed is said in one sentence that names what was given", () => {
  assert.deepEqual(complaint({ stride: "0" }), [
    "stride",
    "The stride must be a whole number from 1 to 9, got “0”.",
  ]);
  assert.deepEqual(complaint({ padding: "3" }), [
    "padding",
    "The padding here must be a whole number from 0 to 2, got “3”.",
  ]);
  assert.deepEqual(complaint({ x: "1 2\n3" }), [
    "x",
    "The input x must have equally many numbers on every line, got 2 on the first and 1 on " +
      "another.",
  ]);
  assert.deepEqual(complaint({ w: "1000" }), [
    "w",
    "The kernel w may hold numbers from −999 to 999, got 1000.",
  ]);
  assert.deepEqual(complaint({ x: "1 2 3 4 5 6", stride: "4" }), [
    "stride",
    "The result may have 11 rows and columns at most to be drawn, got 3 × 23.",
  ]);
  assert.equal(complaint({ x: "1 2 3 4 5 6 7" })?.[0], "x");
  assert.equal(complaint({}), null);
});

test("the address says only what was changed, and is read back", () => {
  const values = { ...TYPED, x: "5 6\n7 8", stride: "3" };
  const hash = addressOf("figure", values, TYPED, { panel: "y", cell: [0, 3] });
  assert.equal(hash, "#figure?x=5+6%3B+7+8&stride=3&at=y.0.3");
  assert.deepEqual(parseAddress("figure", hash, placing.fields), {
    values: { x: "5 6; 7 8", stride: "3" },
    at: { panel: "y", cell: [0, 3] },
  });
  assert.equal(addressOf("figure", TYPED, TYPED, null), "#figure");
  assert.equal(parseAddress("other", hash, placing.fields), null);
  assert.deepEqual(parseAddress("figure", "#figure?constructor=1&at=%3Cb%3E", placing.fields), {
    values: {},
    at: null,
  });
});

test("keys walk over cells and stop at the edges", () => {
  assert.deepEqual(walk("ArrowDown", [0, 0], [2, 3]), [1, 0]);
  assert.deepEqual(walk("ArrowRight", [0, 2], [2, 3]), [0, 2]);
  assert.deepEqual(walk("End", [1, 0], [2, 3]), [1, 2]);
  assert.equal(walk("constructor", [0, 0], [2, 3]), null);
  assert.equal(cellWidth([[1, 22]]), 28);
  assert.ok(cellWidth([[-99999]]) > 40);
});

test("a row of C has the weights of its output, with every stride", () => {
  const typed = {
    x: "0 1 2 3 4; 5 6 7 8 9; 1 2 3 4 5; 0 0 1 0 0; 2 4 6 8 1",
    w: "1 2 3; 4 5 6; 7 8 9",
  };
  for (const stride of ["1", "2"]) {
    const { C, x, w, y } = rows.read({ ...typed, stride });
    const step = Number(stride);
    const full = crossCorrelate2d(x, w);
    const every = (_, index) => index % step === 0;
    const strided = full.filter(every).map((line) => line.filter(every));
    assert.deepEqual(y, strided);
    assert.equal(C.flat().filter((weight) => weight !== 0).length, 9 * y.flat().length);
  }
  assert.deepEqual(matrix([[1, 2]], [1, 4], [1, 3], 1), [
    [1, 2, 0, 0],
    [0, 1, 2, 0],
    [0, 0, 1, 2],
  ]);
});

test("rows, columns and entries of C have their sentences", () => {
  const state = rows.read({ x: "1 2 3; 4 5 6", w: "1 0; 2 3", stride: "1" });
  const row = rows.point(state, "y", [0, 1]);
  assert.match(row.sentence, /^Output 1, row 1 of C: y\[0,1\] = /);
  assert.match(row.sentence, / = 2·1 \+ 3·0 \+ 5·2 \+ 6·3 = 30\.$/);
  assert.deepEqual(row.blocks, { x: [0, 1, 2, 2], c: [1, 0, 1, 6] });
  const column = rows.point(state, "x", [1, 1]);
  assert.equal(column.sentence, "Input 4, column 4 of C: x[1,1] = 5 is part of outputs 0, 1.");
  const reached = rows.point(state, "c", [0, 1]);
  assert.match(reached.sentence, /^C\[0,1\] = w\[0,1\] = 0: with this weight/);
  const beyond = rows.point(state, "c", [0, 2]);
  assert.match(beyond.sentence, /^C\[0,2\] = 0: .* does not reach so far\.$/);
  for (const [changes, message] of [
    [{ x: "1 2" }, "The kernel w must fit into the input of 1 × 2, got 2 × 2."],
    [
      { x: "1 1 1 1 1 1; 1 1 1 1 1 1; 1 1 1 1 1 1; 1 1 1 1 1 1; 1 1 1 1 1 1" },
      "The matrix may have 9 rows and 25 columns at most to be drawn, got 20 × 30.",
    ],
  ]) {
    assert.throws(() => rows.read({ w: "1 0; 2 3", stride: "1", ...changes }), { message });
  }
});
