// The conversations of protocol/transcripts, held again with the real binary. What their README
// lets differ is renamed in the order in which it appears; everything else is to be the same,
// frame by frame.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "./lib/cli.mjs";
import { difference } from "./lib/patch.mjs";
import { together } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";
import { STAGES } from "./lib/sets.mjs";
import { eventually, pause } from "./lib/wait.mjs";

const folder = join(ROOT, "protocol", "transcripts");

const SET = {
  name: "Market Towns",
  zone: "Europe/London",
  programme: {
    name: "Spring",
    meetings: 6,
    meeting_ms: 5_400_000,
    turns_per_meeting: 1,
    advice_ms: 10_800_000,
  },
  facilitators: [{ seat: "f1", name: "Fay", role: "facilitator" }],
  members: [
    { seat: "m1", name: "Ada", business: "The bakery", sector: "Food" },
    { seat: "m2", name: "Ben", business: "The campsite", sector: "Tourism" },
    { seat: "m3", name: "Cleo", business: "The bookshop", sector: "Retail" },
    { seat: "m4", name: "Dai", business: "The inn", sector: "Tourism" },
  ],
  rotation: { mode: "rotation", places: ["m1", "m2", "m3", "m4"] },
};

const TALK = {
  meeting: { stages: [STAGES.talk, STAGES.close], planned_ms: 17 * 60_000, bank_ms: 0 },
};

/** Who is here, and what has happened, before each of them begins. */
const BEFORE = {
  join: [],
  hand: ["f1", "m1", "m2"],
  refusal: ["f1", "m1", "m2"],
  repeat: ["m1"],
  removed: ["f1", "m2"],
};
const TALKING = new Set(["hand", "refusal"]);

const MADE = /^[acpqrsw]\d+$/; // an id made from a sequence number

/** Put names in the place of what may differ. */
class Renamer {
  #names = new Map();

  rename(text) {
    if (!this.#names.has(text)) this.#names.set(text, `${text[0]}-${this.#names.size + 1}`);
    return this.#names.get(text);
  }

  of(value, key = "") {
    if (typeof value === "number" && (/^(seq|from|at)$/.test(key) || /_(at|until)$/.test(key)))
      return "any";
    if (typeof value === "string") {
      if (MADE.test(value)) return this.rename(value);
      return value.replace(/\b[0-9a-z]{10}(?=\.[mfo]\d)/, "SET").replace(/^[0-9a-z]{10}$/, "SET");
    }
    if (Array.isArray(value)) return value.map((each) => this.of(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        MADE.test(name) ? this.rename(name) : name,
        this.of(each, name),
      ]),
    );
  }
}

describe("the transcript", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  /** Everybody is here and has been told so; nothing more is to come. */
  async function prepare(name) {
    const set = await server.createSet(TALKING.has(name) ? { ...SET, ...TALK } : SET);
    const people = {};
    for (const seat of BEFORE[name]) people[seat] = await server.person(set, seat).arrive();
    await together(people, "each other", ({ roster }) =>
      BEFORE[name].every((seat) => roster[seat].here === "here"),
    );
    if (TALKING.has(name)) {
      const { f1 } = people;
      await f1.call("meeting.open");
      await f1.call("meeting.start");
      await together(people, "the talk", ({ activity }) => activity?.kind === "open_talk");
      await pause(1500); // a free floor is granted a second after it became free
    }
    for (const person of Object.values(people)) person.keep = [];
    return { set, people };
  }

  async function play(name) {
    const entries = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
    const { set, people } = await prepare(name);
    const told = {};
    const theirs = new Renamer();
    const ours = new Renamer();
    for (const { as, client, server: frame, closed, passes_ms } of entries) {
      if (as && !people[as]) {
        people[as] = server.person(set, as);
        await people[as].join();
        people[as].keep = [];
        await people[as].connect();
      }
      if (client) people[as].raw(JSON.stringify(client));
      if (closed) assert.equal((await people[as].closing()).code, closed);
      if (passes_ms) await pause(passes_ms);
      if (!frame) continue;
      const at = told[as] ?? 0;
      told[as] = at + 1;
      const got = await eventually(
        `frame ${at + 1} for ${as}: ${JSON.stringify(frame).slice(0, 200)}`,
        () => people[as].keep[at],
      );
      const differs = difference(
        theirs.of(frame),
        ours.of(JSON.parse(got)),
        `frame ${at + 1} for ${as}`,
      );
      assert.equal(differs, undefined);
    }
    for (const [seat, person] of Object.entries(people)) {
      if (person.isOpen) assert.equal(person.keep.length, told[seat] ?? 0, `frames for ${seat}`);
    }
  }

  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const name = file.replace(".json", "");
    test(`${name} is what the server says`, async () => {
      assert.ok(BEFORE[name], `${file}: say here what comes before it`);
      await play(name);
    });
  }
});
