/* Merge patches: the examples of RFC 7396, appendix A, and what the picture needs of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../src/wire/patch.ts";

const examples: [target: unknown, patch: unknown, result: unknown][] = [
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
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test("merge gives the results of RFC 7396", () => {
  for (const [target, patch, result] of examples) assert.deepEqual(merge(target, patch), result);
});

test("merge leaves what it was given alone", () => {
  const target = Object.freeze({ a: Object.freeze({ b: 1 }), c: Object.freeze([1]) });
  assert.deepEqual(merge(target, { a: { b: null, d: 2 } }), { a: { d: 2 }, c: [1] });
  assert.deepEqual(target, { a: { b: 1 }, c: [1] });
});

test("what a patch does not touch keeps its identity", () => {
  const target = { floor: { order: ["m1"] }, roster: { m1: { name: "Priya" } } };
  const merged = merge(target, { floor: { order: [] } }) as typeof target;
  assert.equal(merged.roster, target.roster);
  assert.notEqual(merged.floor, target.floor);
});

test("a key that means something to JavaScript is only a key", () => {
  const merged = merge({}, JSON.parse('{"__proto__": {"polluted": true}, "a": 1}')) as Record<
    string,
    unknown
  >;
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.equal(merged["a"], 1);
  assert.equal(merged["polluted"], undefined);
});
