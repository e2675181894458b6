/* The queue of what is said aloud. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Announcer } from "../src/state/announcer.ts";

const withTime = () => {
  const waiting: (() => void)[] = [];
  const announcer = new Announcer((ms, then) => {
    assert.equal(ms, 1_500);
    waiting.push(then);
  });
  return { announcer, pass: () => waiting.shift()?.() };
};

test("two messages that arrive together are both said, one after the other", () => {
  const { announcer, pass } = withTime();
  announcer.say("It is your turn.", "turn");
  announcer.say("2 minutes left.", "time");
  assert.equal(announcer.spoken.value, "It is your turn.");

  pass();

  assert.equal(announcer.spoken.value, "2 minutes left.");
  assert.deepEqual(announcer.log, ["It is your turn.", "2 minutes left."]);
});

test("a newer message of a topic takes the place of a waiting one", () => {
  const { announcer, pass } = withTime();
  announcer.say("Priya has the floor.", "turn");
  announcer.say("30 seconds left.", "time");
  announcer.say("Time is up.", "time");
  pass();
  pass();

  assert.deepEqual(announcer.log, ["Priya has the floor.", "Time is up."]);
});

test("the same words twice are not silent the second time", () => {
  const { announcer, pass } = withTime();
  announcer.say("That did not work.");
  pass();
  announcer.say("That did not work.");

  assert.equal(announcer.spoken.value, "That did not work.\u00a0");
});

test("the queue is bounded: the oldest of too many is not said", () => {
  const { announcer, pass } = withTime();
  for (let n = 0; n <= 12; n++) announcer.say(`message ${n}`);
  for (let n = 0; n <= 12; n++) pass();

  assert.deepEqual(announcer.log.length, 9);
  assert.equal(announcer.log.at(-1), "message 12");
});
