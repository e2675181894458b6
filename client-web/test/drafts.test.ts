/* Drafts: what is typed stays, per seat and input. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts, type Store } from "../src/state/drafts.ts";

const store = (): Store & { map: Map<string, string> } => {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => {
      map.set(key, value);
    },
    removeItem: (key) => {
      map.delete(key);
    },
    key: (index) => [...map.keys()][index] ?? null,
    get length() {
      return map.size;
    },
  };
};

test("a draft survives a reload", () => {
  const kept = store();
  assert.equal(
    new Drafts(kept, "s.m1").set("say.question.a1", "What have you not told her?", 1),
    true,
  );

  assert.equal(new Drafts(kept, "s.m1").get("say.question.a1"), "What have you not told her?");
});

test("drafts of two seats on one device do not mix", () => {
  const kept = store();
  new Drafts(kept, "s.m1").set("help", "mine", 1);

  assert.equal(new Drafts(kept, "s.m2").get("help"), "");
});

test("an emptied draft leaves nothing behind", () => {
  const kept = store();
  const drafts = new Drafts(kept, "s.m1");
  drafts.set("help", "text", 1);
  drafts.set("help", "", 2);

  assert.equal(kept.map.size, 0);
});

test("signing out forgets this seat's drafts and no other", () => {
  const kept = store();
  new Drafts(kept, "s.m1").set("a", "one", 1);
  new Drafts(kept, "s.m2").set("a", "two", 1);
  kept.setItem("peerset.settings", "{}");
  new Drafts(kept, "s.m1").clear();

  assert.deepEqual([...kept.map.keys()].sort(), ["peerset.draft.s.m2.a", "peerset.settings"]);
});

test("drafts are bounded: the oldest go first", () => {
  const kept = store();
  const drafts = new Drafts(kept, "s.m1");
  for (let n = 0; n < 80; n++) drafts.set(`say.${n}`, "text", n + 1);

  assert.equal(kept.map.size, 60);
  assert.equal(drafts.get("say.0"), "");
  assert.equal(drafts.get("say.79"), "text");
});

test("a device that keeps nothing is reported and breaks nothing", () => {
  const full: Store = {
    ...store(),
    setItem: () => {
      throw new Error("quota");
    },
  };
  assert.equal(new Drafts(full, "s.m1").set("a", "text", 1), false);
  assert.equal(new Drafts(undefined, "s.m1").set("a", "text", 1), false);
  assert.equal(new Drafts(undefined, "s.m1").get("a"), "");
});

test("a draft that is not ours to read is no draft", () => {
  const kept = store();
  kept.setItem("peerset.draft.s.m1.a", "{not json");
  assert.equal(new Drafts(kept, "s.m1").get("a"), "");
});
