/* How far this device's clock is from the set's time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Offset } from "../src/wire/offset.ts";

test("offset is guessed until there is a sample", () => {
  const offset = new Offset();
  offset.guess(10_000, 3_000);
  assert.equal(offset.ms, 7_000);

  offset.add(4_000, 11_100, 4_200);

  assert.equal(offset.ms, 7_000);
});

test("offset believes the quickest round trip", () => {
  const offset = new Offset();
  offset.add(0, 5_400, 800);
  offset.add(1_000, 6_020, 1_040);
  offset.add(2_000, 7_450, 2_600);

  assert.equal(offset.ms, 5_000);
});

test("offset keeps the last eight samples only", () => {
  const offset = new Offset();
  offset.add(0, 1_005, 10);
  for (let n = 1; n <= 8; n++) offset.add(n * 1000, n * 1000 + 2_100, n * 1000 + 200);

  assert.equal(offset.ms, 2_000);
});

test("offset ignores a slow sample and one from a clock that went back", () => {
  const offset = new Offset();
  assert.equal(offset.add(0, 9_000, 1_001), false);
  assert.equal(offset.add(500, 9_000, 400), false);
  assert.equal(offset.ms, 0);
});

test("offset starts anew after a sleep but keeps what it believed", () => {
  const offset = new Offset();
  offset.add(0, 5_010, 20);
  offset.forget();
  assert.equal(offset.ms, 5_000);

  offset.add(100_000, 107_500, 101_000);

  assert.equal(offset.ms, 7_000);
});

test("a clock seven minutes fast shows the same time left", () => {
  const fast = 7 * 60_000;
  const offset = new Offset();
  offset.add(1_000_000 + fast, 1_000_020, 1_000_040 + fast);
  const endsAt = 1_060_000;

  assert.equal(endsAt - (1_000_040 + fast + offset.ms), 59_960);
});
