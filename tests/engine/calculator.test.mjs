import assert from "node:assert/strict";
import { test } from "node:test";

import { overlapCount } from "../../book/engine/checkerboard.mjs";
import { fieldsOf, readInteger, readLayer } from "../../book/calculator/fields.mjs";
import { aboutAxis, aboutKernel, compound, shown } from "../../book/calculator/findings.mjs";
import { meeting, sumAt } from "../../book/calculator/pointing.mjs";
import { namedKernel } from "../../book/calculator/kernels.mjs";
import { InputError, parseImage } from "../../book/calculator/numbers.mjs";

const TYPED = { axes: "2", border: "numbers", n: "4", k: "3", s: "2", d: "1", p: "1", e: "", o: "1" };
const COLUMNS = { n1: "", k1: "", s1: "", d1: "", p1: "", e1: "", o1: "" };
const read = (changes) => readLayer({ ...TYPED, ...COLUMNS, ...changes }, [null, null]);
const complaint = (work) => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof InputError, `${error}`);
    return [error.key, error.message];
  }
  return null;
};
const cutsOf = (changes) => read(changes).map(({ start, end }) => [start, end])[0];
const sentences = (findings) => findings.map(([sentence]) => sentence);
const saidOf = (axis) => sentences(aboutAxis(axis));
const saidBy = (w, s) => sentences(aboutKernel(w, s, [1, 1]));

test("numbers in many spellings are one kernel", () => {
  for (const text of ["1 3 3 1", "1, 3, 3, 1", "[1, 3, 3, 1]", "array([1., 3., 3., 1.])"]) {
    assert.deepEqual(parseImage(text, "w", "Weights"), [[1, 3, 3, 1]], text);
  }
  const square = [
    [1, -2],
    [0.5, 4],
  ];
  for (const text of ["1 −2\n1/2 4", "1 -2; ½ 4", "[[1, -2],\n [0.5, 4]]", "1\t-2\n.5\t4e0\n"]) {
    assert.deepEqual(parseImage(text, "w", "Weights"), square, text);
  }
  assert.deepEqual(parseImage("[[1, 2,\n  3], [4, 5, 6]]", "w", "Weights"), [
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

test("what libraries print of an array is the array", () => {
  const square = [
    [1, -2],
    [0.5, 4],
  ];
  for (const text of [
    "array([[ 1. , -2. ],\n       [ 0.5,  4. ]], dtype=float32)",
    "w = np.array([[1, -2], [0.5, 4]], dtype='<f4')",
    'torch.tensor([[1, -2], [0.5, 4]], device="cuda:0")',
    "tensor([[ 1.0000, -2.0000],\n        [ 0.5000,  4.0000]], device='cuda:0', requires_grad=True)",
    "Parameter containing:\ntensor([[1., -2.],\n        [0.5, 4.]], requires_grad=True)",
    "tensor([[[[ 1.0000, -2.0000],\n          [ 0.5000,  4.0000]]]], grad_fn=<ViewBackward0>)",
    "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[ 1. , -2. ],\n       [ 0.5,  4. ]], dtype=float32)>",
    "((1, -2), (0.5, 4))",
    "{{1, -2}, {0.5, 4}}",
    "１ －２\n０．５ ４",
  ]) {
    assert.deepEqual(parseImage(text, "w", "Weights"), square, text);
  }
});

test("what is no kernel is refused in a sentence that shows what was given", () => {
  for (const [text, message] of [
    ["", "Weights must hold numbers, such as 1 3 3 1; it is empty."],
    ["1 two", "Weights must hold numbers, got “two”."],
    ["1/0", "Weights must hold numbers, got “1/0”."],
    ["1 <b>", "Weights must hold numbers, got “<b>”."],
    ["0x10", "Weights must hold numbers, got “0x10”."],
    ["np.ones((3, 3))", "Weights must hold numbers, got “np.ones”."],
    [
      "[[[[1, 2]], [[3, 4]]]]",
      "Weights must be one array of rows and columns, got several.",
    ],
    [
      "0,5 1,5",
      "Weights must have commas or blanks between numbers, and decimal points, got “0,5 1,5”.",
    ],
    [
      "1 2\n3",
      "Weights must have equally many numbers on every line, got 2 on the first and 1 on another.",
    ],
    ["1 ".repeat(65), "Weights may have 64 rows and columns at most, got 1 × 65."],
  ]) {
    assert.deepEqual(complaint(() => parseImage(text, "w", "Weights")), ["w", message]);
  }
});

test("an empty column means the rows' number, an empty end the start's", () => {
  const [rows, columns] = read({});
  assert.deepEqual(rows, columns);
  assert.deepEqual(rows, { n: 4, k: 3, s: 2, d: 1, start: 1, end: 0 });
  assert.equal(read({ k1: "5" })[1].k, 5);
  assert.equal(read({ e: "0", o: "0" })[0].end, 0);
  assert.equal(read({ axes: "1" }).length, 1);
  assert.equal(read({ k: "１２" })[0].k, 12);
});

test("words decide the cuts", () => {
  assert.deepEqual(cutsOf({ border: "same" }), [0, 1]);
  assert.deepEqual(cutsOf({ border: "lower" }), [1, 0]);
  assert.deepEqual(cutsOf({ border: "valid", k: "2", s: "3" }), [0, -1]);
  assert.deepEqual(cutsOf({ border: "jax", p: "1", e: "2" }), [1, 0]);
});

test("a wrong number is refused by its field, with what is allowed", () => {
  for (const [changes, key, message] of [
    [{ k: "abc" }, "k", "Kernel size k, rows, must be a whole number from 1 to 64, got “abc”."],
    [{ s1: "0" }, "s1", "Stride s, columns, must be a whole number from 1 to 64, got “0”."],
    [{ n: " " }, "n", "Input size n, rows, must be a whole number from 1 to 100000; it is empty."],
    [{ axes: "1", p: "-1" }, "p", "Padding p must be a whole number from 0 to 100000, got “-1”."],
    [{ axes: "1", n: "1e3" }, "n", "Input size n must be a whole number from 1 to 100000, got “1e3”."],
    [
      { axes: "1", o: "2" },
      "o",
      "Output padding o must be below the larger of stride and dilation, here 2, got “2”.",
    ],
    [
      { axes: "1", p: "5" },
      "p",
      "Padding must leave at least one output; 5 and 4 cut from a full result of 9 leave none.",
    ],
    [
      { axes: "1", e: "9" },
      "e",
      "Padding must leave at least one output; 1 and 8 cut from a full result of 9 leave none.",
    ],
  ]) {
    assert.deepEqual(complaint(() => read(changes)), [key, message]);
  }
  assert.equal(readInteger({ "sizes-k": "" }, "sizes-k", "", true), null);
});

test("a found layer can be typed again", () => {
  for (const [start, end] of [
    [1, 0],
    [0, 1],
    [0, -1],
    [2, 2],
    [0, 3],
  ]) {
    const fields = fieldsOf({ n: 7, k: 5, s: 2, d: 1, start, end });
    const typed = Object.fromEntries(Object.entries(fields).map(([key, v]) => [key, String(v)]));
    assert.deepEqual(read(typed)[0], { n: 7, k: 5, s: 2, d: 1, start, end });
  }
});

test("sentences about an axis", () => {
  const beyond = saidOf({ n: 8, k: 3, s: 2, d: 3, start: 1, end: -1 });
  assert.ok(
    beyond.includes(
      "The 8 copies cover (8 − 1)·2 + 7 = 21 samples; 1 is cut at the start and 1 is appended at " +
        "the end: 21.",
    ),
  );
  const half = saidOf({ n: 4, k: 3, s: 2, d: 1, start: 1, end: 0 });
  assert.ok(half.includes("Whatever n is, the output has exactly 2n samples."));
  assert.ok(
    half.includes(
      "A convolution with these numbers makes 4 of every size from 7 to 8; output padding 1 " +
        "chooses 8 among them.",
    ),
  );
  const gaps = saidOf({ n: 4, k: 2, s: 3, d: 1, start: 0, end: 0 });
  assert.ok(gaps.some((sentence) => sentence.startsWith("Gaps: of every 3 samples, 1 gets nothing")));
  const dilated = saidOf({ n: 4, k: 3, s: 2, d: 2, start: 0, end: 0 });
  assert.ok(dilated.some((sentence) => sentence.startsWith("Gaps: of every 2 samples, 1")));
});

test("sentences about a kernel: both failures of the rule of thumb", () => {
  assert.match(saidBy([[1, 0, 1, 0]], [1, 2])[1], /divides the kernel size, and yet there is a grid/);
  assert.match(saidBy([[1, 2, 1]], [1, 2])[1], /does not divide .* yet there is no grid/);
  assert.match(saidBy([[1, 1, 1]], [1, 2]).at(-1), /Image rejection: 9\.5 dB/);
  assert.match(saidBy([[1, 1]], [1, 2]).at(-1), /complete/);
});

test("the kernel 1 1 1 twice with stride 2 compounds to a pattern of period 4", () => {
  assert.deepEqual(compound([[1, 1, 1], [1, 1, 1]], [2, 2]), [1, 1, 2, 1, 2, 1, 1]);
});

test("a sample is the sum of the copies that meet on it", () => {
  const axis = { n: 2, k: 4, s: 3, d: 1, start: 1, end: 0 };
  assert.deepEqual(meeting(axis, 3), [
    [0, 3],
    [1, 0],
  ]);
  assert.equal(sumAt([axis], [3], [false]), "Sample 3 is x[0]·w[3] + x[1]·w[0]; it is output 2.");
  assert.equal(sumAt([axis], [0], [false]), "Sample 0 is x[0]·w[0]; it is cut.");
  assert.equal(sumAt([{ ...axis, k: 2 }], [2], [false]), "Sample 2 is 0: no copy reaches it; it is output 1.");
  assert.match(sumAt([axis, axis], [3, 0], [false, false]), /^Sample \(3, 0\) is x\[0, 0\]·w\[3, 0\] \+ x\[1, 0\]·w\[0, 0\]; it is cut/);
});

test("as many copies meet on a sample as the count says", () => {
  for (const [k, s, d] of [
    [3, 2, 1],
    [4, 3, 1],
    [2, 3, 1],
    [3, 2, 2],
  ]) {
    const counts = overlapCount(5, k, s, d);
    const met = counts.map((_, at) => meeting({ n: 5, k, s, d, start: 0, end: 0 }, at).length);
    assert.deepEqual(met, counts);
  }
});

test("numbers are shown with a true minus sign and four digits", () => {
  assert.deepEqual([-0.5, 1 / 3, 12, -0, Infinity].map(shown), ["−0.5", "0.3333", "12", "0", "∞"]);
});

test("named kernels have the sizes of both axes", () => {
  assert.deepEqual(namedKernel("random", [2, 3], [2, 2], 1).map((row) => row.length), [3, 3]);
  assert.deepEqual(namedKernel("binomial", [9, 9], [2, 2], 1)[1], [3, 9, 9, 3]);
});
