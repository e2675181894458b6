// The journals of released versions are read for ever: every record is good, and people see what
// they saw. A later version may show more than then, never less.
import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { answerOf, peerset, ROOT } from "./lib/cli.mjs";
import { Server } from "./lib/server.mjs";

const folder = join(ROOT, "tests", "journals");
const kept = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** What was there then and is not so now; `here` and rights change with who is connected. */
function missing(then, now, path = "picture") {
  if (typeof then !== "object" || then === null) return then === now ? undefined : path;
  if (typeof now !== "object" || now === null) return path;
  for (const [key, value] of Object.entries(then)) {
    if (key === "here" || key === "may" || key === "desk") continue;
    const found = missing(value, now[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

test("there is a journal of a released version", () => {
  assert.ok(kept.length > 0);
});

for (const { name } of kept) {
  describe(`the journal of ${name}`, () => {
    let data;
    let expected;
    before(async () => {
      data = join(await mkdtemp(join(tmpdir(), "peerset-kept-")), "data");
      await mkdir(data, { mode: 0o700 });
      await copyFile(join(folder, name, "peerset.db"), join(data, "peerset.db"));
      expected = JSON.parse(await readFile(join(folder, name, "expected.json"), "utf8"));
    });
    after(() => rm(join(data, ".."), { recursive: true }));

    test("is good, record by record", async () => {
      const checked = await answerOf(["check", "--data", data]);
      assert.deepEqual(checked.faults, []);
      assert.equal(checked.records, expected.records);
      assert.equal(checked.sets[0].seq, expected.seq);
    });

    test("replays to one state, twice the same", async () => {
      const first = await answerOf(["replay", "--data", data]);
      const second = await answerOf(["replay", "--data", data, "--set", expected.set]);
      assert.match(first.sets[0].state, /^[0-9a-f]{64}$/);
      assert.deepEqual(second.sets, first.sets);
    });

    test("exports facts, and words only when asked", async () => {
      const facts = await peerset(["export", "--data", data, "--set", expected.set]);
      const words = await peerset(["export", "--data", data, "--set", expected.set, "--words"]);
      const written = Object.values(expected.pictures.m1.commitments)[0].text;
      assert.ok(!facts.out.includes(written));
      assert.ok(words.out.includes(written));
    });

    test("shows everybody what they saw, and goes on", async (t) => {
      const server = await Server.start(t, { data });
      const { invites } = await server.command(
        "links",
        "--set",
        expected.set,
        "--url",
        server.origin,
      );
      const seats = Object.fromEntries(
        invites.map(({ link, ...invite }) => [
          invite.seat,
          { ...invite, token: link.split("/#/join/")[1] },
        ]),
      );
      const set = { id: expected.set, seats };
      for (const [seat, then] of Object.entries(expected.pictures)) {
        const person = await server.person(set, seat).arrive();
        assert.equal(missing(then, person.picture), undefined, seat);
      }
      const f1 = [...server.people].find((person) => person.seat === "f1");
      await f1.call("meeting.open");
      await f1.until("the next meeting", ({ meeting }) => meeting.number === 2);
    });
  });
}
