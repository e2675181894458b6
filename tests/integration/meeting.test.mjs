// One whole meeting of the Market Towns set, as eleven members, a facilitator and a deputy live it.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { peerset, ROOT } from "./lib/cli.mjs";
import { Play, saidList } from "./lib/meeting.mjs";
import { canonical, difference } from "./lib/patch.mjs";
import { Server } from "./lib/server.mjs";
import { EVERYBODY, LINES, MEMBERS, marketTowns } from "./lib/sets.mjs";

const KEEP = process.env.PEERSET_KEEP_JOURNAL; // a new folder of tests/journals, for a release
const BYTES_MAX = 1_000_000; // for one member and one meeting (domain.md §14)

/** What anybody wrote in this meeting: none of it may be where it does not belong. */
const WORDS = [
  ...Object.values(LINES.check_in).filter((line) => line !== "pass"),
  ...LINES.bids.map((bid) => bid.issue),
  LINES.turn.present,
  LINES.turn.respond,
  ...[...LINES.turn.clarify, ...LINES.turn.questions].flatMap((line) => [line.text, line.answer]),
  ...LINES.turn.offers.map((offer) => offer.text),
  ...LINES.turn.commitments.map((commitment) => commitment.text),
  ...Object.values(LINES.reflection.answers),
  ...LINES.close.recognitions.map((recognition) => recognition.reason),
].filter((text) => text.length > 12);

/** Scenes that somebody else than the play looks at. */
class Scenes {
  #lookers = {};
  seen = new Set();

  on(where, look) {
    this.#lookers[where] = look;
  }

  async see(where) {
    this.seen.add(where);
    await this.#lookers[where]?.();
  }
}

describe("a meeting of the Market Towns set", () => {
  let server;
  let set;
  let people;
  const scenes = new Scenes();
  const noted = {};

  const others = (...but) => Object.values(people).filter((person) => !but.includes(person.seat));
  const everybody = () => Object.values(people);

  function watch() {
    scenes.on("check_in", () => {
      noted.checkIn = people.m4.picture.activity.check_in;
      noted.checkedIn = saidList(people.m4.picture);
    });
    scenes.on("bids", () => {
      noted.bids = people.m8.picture.activity.agenda.bids;
      noted.before = people.m8.picture.rotation;
    });
    scenes.on("agenda", () => {
      noted.agreed = people.m8.picture.rotation;
    });
    scenes.on("enter present", () => {
      noted.turn = people.m3.picture.activity;
      noted.holder = people.m3.picture.floor.holder;
    });
    scenes.on("clarify", () => {
      noted.clarify = saidList(people.m3.picture);
    });
    scenes.on("question", () => {
      noted.question = saidList(people.m3.picture);
      noted.coverage = people.m3.picture.activity.presenter_turn;
      noted.helped = everybody().map((person) => [
        person.seat,
        saidList(person.picture).filter((said) => said.helped).length,
      ]);
    });
    scenes.on("enter silence", async () => {
      noted.prompts = everybody().map((person) => person.picture.prompt);
      noted.sayInSilence = await people.m2.refused("say", { text: "I would sell it." });
    });
    scenes.on("silence", async () => {
      noted.answers = everybody().map((person) => [person.seat, person.picture.prompt]);
    });
    scenes.on("enter offer", async () => {
      noted.presenterRefused = [
        await people.m1.refused("hand.raise", { kind: "offer" }),
        await people.m1.refused("floor.take"),
        await people.m1.refused("say", { text: "Yes, but." }),
        await people.f1.refused("floor.grant", { seat: "m1" }),
      ];
      noted.presenterMay = people.m1.picture.you;
    });
    scenes.on("offer", () => {
      noted.offers = saidList(people.m1.picture);
    });
    scenes.on("commit", () => {
      noted.made = people.m1.picture.activity.presenter_turn.made;
    });
    scenes.on("close", async () => {
      await Promise.all(everybody().map((person) => person.compare()));
      noted.recognitions = Object.values(people.m5.picture.board.recognitions);
    });
  }

  before(async () => {
    server = await Server.start();
    const { stages, planned_ms, bank_ms } = LINES;
    set = await server.createSet(marketTowns({ pace: 10, stages, planned_ms, bank_ms }));
    people = await server.gather(set, EVERYBODY);
    for (const person of everybody()) person.keep = [];
    watch();
    const seen = async (where) => {
      await Promise.all(everybody().map((person) => person.settle()));
      await scenes.see(where);
    };
    await new Play(people, { seen }).whole();
  });
  after(() => server.end());

  test("everybody checks in once, and who passed is asked once more", () => {
    const { order, state } = noted.checkIn;
    assert.deepEqual([...order].sort(), [...MEMBERS].sort());
    for (const seat of MEMBERS) assert.equal(state[seat], seat === "m9" ? "passed" : "done", seat);
    assert.equal(noted.checkedIn.length, 10);
    for (const { by, text, kind } of noted.checkedIn) {
      assert.equal(kind, "check_in");
      assert.equal(text, LINES.check_in[by]);
    }
  });

  test("the bids stand, and the bakery presents, with a reason that says so", () => {
    for (const { by, issue, urgency } of LINES.bids) {
      assert.equal(noted.bids[by].issue, issue);
      assert.equal(noted.bids[by].urgency, urgency);
    }
    assert.deepEqual(noted.before.today, ["m1"]);
    assert.equal(noted.before.frozen, undefined);
    assert.deepEqual(noted.agreed.today, ["m1"]);
    assert.equal(noted.agreed.frozen, true);
    assert.match(noted.agreed.why, /Crumb & Crust Bakery presents/);
  });

  test("the turn begins with the presenter and the question they bring", () => {
    assert.equal(noted.turn.presenter, "m1");
    assert.equal(noted.turn.presenter_turn.issue, LINES.turn.issue);
    assert.equal(noted.turn.phase, "present");
    assert.equal(noted.holder, "m1");
  });

  for (const phase of ["clarify", "question"]) {
    test(`in ${phase} each question is followed by its answer`, () => {
      const lines = phase === "clarify" ? LINES.turn.clarify : LINES.turn.questions;
      const said = noted[phase].filter(({ kind }) => kind === "question" || kind === "answer");
      const here = said.slice(-2 * lines.length);
      assert.equal(here.length, 2 * lines.length);
      for (const [i, line] of lines.entries()) {
        const [question, answer] = here.slice(2 * i, 2 * i + 2);
        assert.deepEqual(
          [
            question.by,
            question.kind,
            question.text,
            answer.by,
            answer.kind,
            answer.text,
            answer.to,
          ],
          [line.by, "question", line.text, "m1", "answer", line.answer, question.id],
        );
      }
    });
  }

  test("the coverage counts who has asked, of those who could", () => {
    assert.equal(noted.coverage.asked, 4);
    assert.equal(noted.coverage.of, 10);
  });

  test('"that helped" is seen by the presenter alone', () => {
    const marks = LINES.turn.questions.filter((line) => line.helped).length;
    for (const [seat, count] of noted.helped) assert.equal(count, seat === "m1" ? marks : 0, seat);
    for (const person of others("m1")) {
      assert.ok(!person.keep.some((text) => text.includes('"helped"')), person.seat);
    }
  });

  test("the silence opens one private prompt, and nobody speaks", () => {
    for (const prompt of noted.prompts) {
      assert.equal(prompt.visibility, "private");
      assert.equal(prompt.state, "open");
      assert.equal(prompt.id, noted.prompts[0].id);
      assert.equal(prompt.answer, undefined);
    }
    assert.match(noted.sayInSilence, /^(not_in_this_phase|not_your_turn)$/);
  });

  test("answers to it are seen by their authors alone", () => {
    const { answers } = LINES.reflection;
    for (const [seat, prompt] of noted.answers) {
      assert.equal(prompt.answer, answers[seat], seat);
      if (prompt.passed) assert.equal(answers[seat], undefined);
    }
    for (const [author, text] of Object.entries(answers)) {
      const inFrame = JSON.stringify(text).slice(1, -1);
      for (const person of everybody()) {
        const seen = person.keep.some((frame) => frame.includes(inFrame));
        assert.equal(seen, person.seat === author, `${author}'s answer, at ${person.seat}`);
      }
    }
  });

  test("in the offers the presenter only listens", () => {
    assert.equal(noted.presenterRefused[0], "presenter_listens");
    assert.equal(noted.presenterRefused[1], "no_floor");
    assert.match(noted.presenterRefused[2], /^(not_your_turn|presenter_listens)$/);
    assert.equal(noted.presenterRefused[3], "presenter_listens");
    assert.equal(noted.presenterMay.say_as, undefined);
    assert.deepEqual(noted.presenterMay.hand_kinds, {});
    const offers = noted.offers.filter(({ kind }) => kind === "offer");
    assert.deepEqual(
      offers.map(({ by, text }) => [by, text]),
      LINES.turn.offers.map(({ by, text }) => [by, text]),
    );
  });

  test("two commitments are made, and the witness said yes", () => {
    assert.equal(noted.made, 2);
    const commitments = Object.values(people.m11.picture.commitments);
    assert.equal(commitments.length, 2);
    const [first, second] = LINES.turn.commitments.map(({ text }) =>
      commitments.find((commitment) => commitment.text === text),
    );
    assert.deepEqual(
      [first.owner, first.due, first.status, first.meeting, first.witness, first.witness_says],
      ["m1", "next_meeting", "active", 1, "m7", "yes"],
    );
    assert.equal(second.witness, undefined);
    for (const person of others("m1")) {
      assert.deepEqual(person.picture.you.resolve, {}, "desire and intention are private");
    }
    assert.deepEqual(
      Object.values(people.m1.picture.you.resolve)
        .map(({ desire, intention }) => [desire, intention])
        .sort(),
      [
        [4, 5],
        [5, 5],
      ],
    );
  });

  test("what was valued stands on the board of all", () => {
    assert.deepEqual(
      noted.recognitions.map(({ by, to, kind, reason }) => ({ by, to, kind, reason })),
      LINES.close.recognitions.map(({ by, to, kind, reason }) => ({ by, to, kind, reason })),
    );
  });

  test("every phase was passed through, and the meeting has ended for all", () => {
    for (const phase of [
      "present",
      "clarify",
      "question",
      "silence",
      "offer",
      "respond",
      "commit",
      "process",
    ]) {
      assert.ok(scenes.seen.has(phase), phase);
    }
    for (const person of everybody())
      assert.equal(person.picture.meeting.state, "ended", person.seat);
  });

  test("all see the same, but for what is their own", () => {
    const shared = ({ you, prompt, desk, activity, ...rest }) => rest;
    for (const person of everybody()) {
      assert.equal(
        difference(shared(person.picture), shared(people.m1.picture)),
        undefined,
        person.seat,
      );
    }
  });

  test("a member takes less than a megabyte", (t) => {
    const bytes = everybody().map((person) => person.bytes);
    const frames = everybody().map((person) => person.frames);
    t.diagnostic(`bytes for each: ${Math.min(...bytes)} to ${Math.max(...bytes)}`);
    t.diagnostic(`frames for each: ${Math.min(...frames)} to ${Math.max(...frames)}`);
    assert.ok(Math.max(...bytes) < BYTES_MAX);
  });

  test("the log, the figures and the export hold no written word", async () => {
    const exported = JSON.stringify(await server.command("export", "--set", set.id));
    const { text: figures } = await server.control("/metrics");
    const places = { log: server.log, figures, export: exported };
    for (const [place, text] of Object.entries(places)) {
      for (const word of WORDS) {
        const written = JSON.stringify(word).slice(1, -1);
        assert.ok(!text.includes(word) && !text.includes(written), `${place}: ${word}`);
      }
    }
  });

  test("words are exported when they are asked for", async () => {
    const exported = JSON.stringify(await server.command("export", "--set", set.id, "--words"));
    assert.ok(exported.includes(LINES.turn.commitments[1].text));
    for (const answer of Object.values(LINES.reflection.answers)) {
      assert.ok(!exported.includes(answer), "private answers stay with their authors");
    }
  });

  test("every record is what was stored", async () => {
    const checked = await server.command("check");
    assert.deepEqual(checked.faults, []);
    const replayed = await server.command("replay", "--set", set.id);
    assert.equal(replayed.sets[0].state, checked.sets[0].state);
  });

  test(
    "its journal can be kept",
    { skip: !KEEP && "PEERSET_KEEP_JOURNAL names no version" },
    async () => {
      const folder = join(ROOT, "tests", "journals", KEEP);
      await mkdir(folder, { recursive: true });
      const made = await peerset([
        "backup",
        "--data",
        server.data,
        "--to",
        join(folder, "peerset.db"),
      ]);
      assert.equal(made.code, 0, made.err);
      const { records, sets } = await server.command("replay");
      const { f1, m1, m2 } = people; // facilitator, presenter, and one who answered in private
      const pictures = Object.fromEntries(
        [f1, m1, m2].map((person) => [person.seat, person.picture]),
      );
      const expected = { set: set.id, records, seq: sets[0].seq, pictures };
      await writeFile(
        join(folder, "expected.json"),
        `${JSON.stringify(expected, undefined, 1)}\n`,
      );
    },
  );

  test("the next meeting opens, and the promises are still there", async () => {
    const promised = canonical(people.m3.picture.commitments);

    await people.f1.call("meeting.open");

    await people.m3.until("meeting 2", ({ meeting }) => meeting.number === 2);
    assert.equal(canonical(people.m3.picture.commitments), promised);
    assert.deepEqual(people.m3.picture.board.recognitions, {});
  });
});
