// The tools of the stories themselves: a check that never bites is worse than none.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { difference, merged, nullPath } from "./lib/patch.mjs";
import { chance, moments } from "./lib/random.mjs";
import { checkCommand, checkFrame, checkPicture } from "./lib/schema.mjs";

describe("merge patches", () => {
  // Appendix A of RFC 7396.
  const rows = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of rows) {
    test(`${JSON.stringify(target)} with ${JSON.stringify(patch)}`, () => {
      assert.deepEqual(merged(target, patch), result);
    });
  }

  test("a null and a difference are found where they are", () => {
    assert.equal(nullPath({ a: [{ b: null }] }), "picture.a.0.b");
    assert.equal(nullPath({ a: [0, "", false] }), undefined);
    assert.match(difference({ a: { b: 1 } }, { a: { b: 2 } }), /picture\.a\.b: 1 and 2/);
    assert.match(difference({ a: {} }, { a: { b: 2 } }), /picture\.a\.b/);
    assert.equal(difference({ a: 1, b: [2] }, { b: [2], a: 1 }), undefined);
  });
});

describe("the schemas refuse", () => {
  const answer = { jsonrpc: "2.0", id: "p:1", result: { seq: 1 } };
  const command = { jsonrpc: "2.0", id: "p:1", method: "help.ask", params: {} };

  test("what is not in them", () => {
    checkFrame(answer);
    assert.throws(() => checkFrame({ ...answer, more: 1 }));
    assert.throws(() => checkFrame({ ...answer, id: 1 }));
    assert.throws(() => checkFrame({ ...answer, result: { seq: "1" } }));
    checkCommand(command);
    assert.throws(() => checkCommand({ ...command, method: "set.delete" }));
    assert.throws(() => checkCommand({ ...command, params: { by: "m1" } }));
    assert.throws(() => checkPicture({}));
  });
});

describe("chance", () => {
  test("is the same for the same seed", () => {
    const first = moments(chance(7), 20, 100);
    assert.deepEqual(moments(chance(7), 20, 100), first);
    assert.notDeepEqual(moments(chance(8), 20, 100), first);
    assert.equal(new Set(first).size, 20);
  });
});
