import assert from "node:assert/strict";
import { test } from "node:test";

import { InputError, parseImage } from "../../book/calculator/numbers.mjs";
import { isEven, overlapCount } from "../../book/engine/checkerboard.mjs";
import { convolve2d, crop, crossCorrelate2d } from "../../book/engine/convolution.mjs";
import { byPlacing } from "../../book/engine/faces.mjs";
import { random } from "../../book/engine/upsampling.mjs";
import { addressOf, parseAddress } from "../../book/live/address.mjs";
import { cellWidth, walk } from "../../book/live/grid.mjs";
import { overlap } from "../../book/live/overlap.mjs";
import { padding } from "../../book/live/padding.mjs";
import { greys, interiorOf, phases } from "../../book/live/phases.mjs";
import { meeting, placing } from "../../book/live/placing.mjs";
import { plane } from "../../book/live/plane.mjs";
import { matrix, rows } from "../../book/live/rows.mjs";
import { sliding, window } from "../../book/live/sliding.mjs";
import { counted, inNumbers, sumOf, typedAs, written } from "../../book/live/words.mjs";

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
  assert.equal(inNumbers([term, term]), "(−2)·3 + (−2)·3 = −12");
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
  const uneven = [[1, 2, 3], [4]];
  assert.deepEqual(walk("ArrowDown", [0, 0], uneven), [1, 0]);
  assert.deepEqual(walk("ArrowDown", [0, 2], uneven), [1, 0]);
  assert.deepEqual(walk("ArrowRight", [0, 2], uneven), [0, 2]);
  assert.deepEqual(walk("End", [1, 0], uneven), [1, 0]);
  assert.deepEqual(walk("End", [0, 0], uneven), [0, 2]);
  assert.equal(walk("constructor", [0, 0], uneven), null);
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

const line = (n, k, s) => overlap.read({ n: `${n}`, k: `${k}`, s: `${s}` });

test("copies on a line add up to their counts, and every output says which they are", () => {
  for (const [n, k, s] of [[5, 4, 3], [6, 3, 2], [1, 1, 1], [3, 2, 4], [5, 7, 1], [8, 4, 2]]) {
    const [, { values, framed }] = overlap.draw(line(n, k, s));
    const counts = overlapCount(n, k, s);
    assert.deepEqual(values.at(-1), counts);
    counts.forEach((count, j) => {
      const column = values.slice(0, -1).map((row) => row[j]);
      assert.equal(column.reduce((sum, one) => sum + one, 0), count);
      const { sentence, marked } = overlap.point(line(n, k, s), "y", [n, j]);
      assert.equal((sentence.match(/x\[/g) ?? []).length, count);
      assert.deepEqual([marked.w.length, marked.y.length], [count, count]);
      for (const [i, at] of marked.y) assert.equal(values[i][at], 1);
    });
    // Inside the frame the counts repeat every s places.
    const inner = framed ? counts.slice(framed[1], framed[1] + framed[3]) : [];
    inner.forEach((count, j) => assert.equal(count, inner[j % s]));
  }
});

test("overlap on a line has its sentences", () => {
  assert.equal(
    overlap.say(line(5, 4, 3)),
    "16 outputs. Unequal counts: 3 does not divide 4. Interior (framed): 1, 1, 2, over and " +
      "over; border: 1 at either end.",
  );
  const even = overlap.say(line(3, 2, 2));
  assert.match(even, /^6 outputs. Equal counts, 2 \/ 2 = 1\. .*; no border\.$/);
  assert.match(overlap.say(line(3, 2, 4)), /Gaps: a kernel of 2 is shorter than the stride 4\./);
  assert.match(overlap.say(line(5, 7, 1)), /No interior: 5 inputs for a kernel of 7 are too few\./);
  assert.equal(
    overlap.point(line(5, 4, 3), "y", [5, 3]).sentence,
    "y[3] = x[0]·w[3] + x[1]·w[0]: 2 copies, interior. 3 leaves the remainder 0 when divided by 3.",
  );
  assert.match(overlap.point(line(3, 2, 4), "y", [3, 2]).sentence, /^y\[2\] = 0: a gap/);
  const copy = overlap.point(line(5, 4, 3), "y", [1, 4]);
  assert.match(copy.sentence, /from output 3 to 6: x\[1\]·w\[1\] goes to y\[4\]\.$/);
  assert.deepEqual(copy.blocks, { y: [1, 3, 1, 4] });
  assert.match(overlap.point(line(5, 4, 3), "y", [1, 0]).sentence, /does not reach output 0\.$/);
  const weight = overlap.point(line(3, 4, 3), "w", [0, 3]);
  assert.match(weight.sentence, /^w\[3\] is in outputs 3, 6, 9: these leave the remainder 0/);
  assert.throws(() => line(8, 4, 4), {
    message: "The result may have 27 places at most to be drawn, got (8 − 1)·4 + 4 = 32.",
  });
});

test("in the plane the counts of rows and columns multiply", () => {
  const state = plane.read({ n: "3", k: "4", s: "3" });
  const [kernel, { values, framed }] = plane.draw(state);
  assert.deepEqual(kernel.values.length, 4);
  const expected = byPlacing([[1, 1, 1], [1, 1, 1], [1, 1, 1]], kernel.values, { stride: 3 });
  assert.deepEqual(values, expected);
  assert.deepEqual(framed, [1, 1, 8, 8]);
  const { sentence, marked } = plane.point(state, "y", [3, 3]);
  assert.match(sentence, /^y\[3,3\] = x\[0,0\]·w\[3,3\] \+ .*: 2 along the rows × 2 .* = 4 /);
  assert.equal(marked.w.length, 4);
  assert.match(plane.say(state), /In the plane they multiply: 1, 2, 4\.$/);
  assert.equal(plane.point(state, "w", [3, 0]).marked.y.length, 9);
  const gaps = plane.read({ n: "2", k: "1", s: "2" });
  assert.match(plane.point(gaps, "y", [1, 0]).sentence, /= 0, a gap: 0 along the rows × 1/);
});

const phased = (w, stride = "2") => phases.read({ w, stride });

test("the wall is what the engine makes of ones, and each phase has its sum", () => {
  for (const [w, s] of [["1 2 3; 4 5 6; 7 8 9", 2], ["1 2; 3 4", 3], ["1 0 1 0", 2], ["5", 1]]) {
    const state = phased(w, `${s}`);
    const wall = interiorOf(state.w, s);
    assert.equal(wall.length, Math.floor(8 / s) * s);
    wall.forEach((row, i) =>
      row.forEach((value, j) => assert.equal(value, state.sums[i % s][j % s])),
    );
  }
});

test("the buttons change one weight, and balance all", () => {
  const state = phased("1 2 1; 2 4 2; 1 2 1");
  assert.match(phases.say(state), /^✓ Balanced: all phase sums are 4,/);
  const at = { panel: "w", cell: [1, 1] };
  const changed = phased(phases.acts.more(state, at).w);
  assert.deepEqual(changed.sums, [[4, 4], [4, 5]]);
  assert.match(phases.say(changed), /^✗ Not balanced: the phase sums go from 4 to 5,/);
  assert.deepEqual(phases.acts.again(state, at), phases.acts.more(state, at));
  assert.deepEqual(phased(phases.acts.less(changed, at).w).w, state.w);
  assert.ok(isEven(phased(phases.acts.balance(changed, null).w).w, 2));
  for (const where of [null, { panel: "wall", cell: [0, 0] }]) {
    assert.throws(() => phases.acts.more(state, where), { message: /^Choose a weight/ });
  }
  // Without weights in a phase only the sum 0 is left.
  assert.deepEqual(phased(phases.acts.balance(phased("2 4"), null).w).w, [[0, 0]]);
});

test("phases have their sentences and marks", () => {
  const state = phased("1 2 3; 4 5 6; 7 8 9");
  const { sentence, marked } = phases.point(state, "w", [0, 2]);
  assert.equal(
    sentence,
    "w[0,2] = 3. Phase a: 1 + 3 + 7 + 9 = 20, and so is every pixel a of the constant image.",
  );
  assert.deepEqual([marked.w.length, marked.sums, marked.wall.length], [4, [[0, 0]], 16]);
  assert.match(phases.point(state, "wall", [1, 3]).sentence, /^Phase d: 5, and so is/);
  assert.match(phases.point(phased("1"), "sums", [0, 1]).sentence, /^Phase b: no weight, so/);
  const [kernel] = phases.draw(state);
  const signs = kernel.marks.map((row) => row.map(({ sign }) => sign).join(""));
  assert.deepEqual(signs, ["aba", "cdc", "aba"]);
  assert.deepEqual(greys([[0, 2], [4, 2]]), [[0, 0.5], [1, 0.5]]);
  assert.deepEqual(greys([[0, 0]]), [[0.5, 0.5]]);
});

test("numbers are typed as a field takes them", () => {
  assert.equal(typedAs([[1, 1 / 3], [-0.25, 2]]), "1 1/3\n-1/4 2");
  const odd = Math.PI;
  assert.equal(Number(typedAs([[odd]])), odd);
});

const WINDOW = { x: "1 2; 3 4", w: "1 2 3; 4 5 6; 7 8 9", stride: "2", padding: "1" };
const cut = (changes) => padding.read({ ...WINDOW, output_padding: "0", ...changes });

test("the window is what the engine keeps", () => {
  for (const [p, op] of [[0, 0], [1, 0], [2, 0], [2, 1], [1, 1], [0, 1]]) {
    const state = cut({ padding: `${p}`, output_padding: `${op}` });
    const [, , { values, kept, marks }] = padding.draw(state);
    const [top, left, height, width] = kept;
    const shown = values.slice(top, top + height).map((row) => row.slice(left, left + width));
    const settings = { stride: 2, padding: p, outputPadding: op };
    assert.deepEqual(shown, byPlacing(state.x, state.w, settings));
    const sign = op > p ? "○" : "+";
    const given = marks.flat().filter((mark) => mark?.sign === sign).length;
    assert.ok(given === op * (height + width - op));
  }
});

test("the window has its sentences, and keys move its edges", () => {
  assert.match(padding.say(cut({})), /^Rows kept: \(2 − 1\)·2 − 2·1 \+ 3 \+ 0 = 3; crossed out/);
  const inner = padding.point(cut({}), "y", [2, 2]);
  assert.match(inner.sentence, /^y\[1,1\] = x\[0,0\]·w\[2,2\] .* = 36\.$/);
  assert.match(padding.point(cut({}), "y", [0, 2]).sentence, /^Cut by padding: .* = 5 here\.$/);
  const back = padding.point(cut({ output_padding: "1" }), "y", [4, 4]);
  assert.match(back.sentence, /^y\[3,3\] = .* = 36\. Output padding gives it back\.$/);
  const beyond = padding.point(cut({ padding: "0", output_padding: "1" }), "y", [5, 0]);
  assert.match(beyond.sentence, /^y\[5,0\] = 0: it lies beyond the full result/);
  const gap = padding.point(cut({ stride: "4" }), "y", [3, 1]);
  assert.match(gap.sentence, /^y\[2,0\] = 0: no copy reaches it\.$/);
  assert.equal(padding.point(cut({}), "x", [0, 1]).blocks.y[1], 2);
  const at = { panel: "y", cell: [0, 0] };
  assert.deepEqual(padding.acts.more(cut({}), at), { padding: "2" });
  assert.throws(() => padding.acts.less(cut({ padding: "0" }), at), { message: /at least 0/ });
  const input = { panel: "x", cell: [0, 0] };
  assert.throws(() => padding.acts.more(cut({}), input), { message: /edges of the output/ });
  for (const [changes, key] of [
    [{ output_padding: "2" }, "output_padding"],
    [{ padding: "3" }, "padding"],
  ]) {
    assert.throws(() => cut(changes), { key, message: /must be a whole number from 0 to / });
  }
});
