// kill -9 at twenty moments of a meeting: nothing that was answered is lost, nothing is done
// twice, the clock stands, and the meeting goes on from there. PEERSET_SEED gives another twenty
// moments.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { difference } from "./lib/patch.mjs";
import { Play, saidList } from "./lib/meeting.mjs";
import { Unanswered } from "./lib/person.mjs";
import { chance, moments, seedOf } from "./lib/random.mjs";
import { Server } from "./lib/server.mjs";
import { EVERYBODY, LINES, marketTowns } from "./lib/sets.mjs";
import { pause } from "./lib/wait.mjs";

const KILLS = 20;
const COMMANDS_ABOUT = 100; // of the whole meeting: among these the moments are drawn
const RESENT = 6; // answered commands that are sent again after each restart
const ALIVE_MS = 5000; // how often the instant is kept at which the server was last alive

/** The people, and somebody who pulls the plug. */
class Plug {
  answered = []; // { person, request, result, at: the time in the set when it was answered }
  kills = 0;
  count = 0;
  resent = 0;
  cut = 0; // commands whose answer the crash took away
  faults = [];
  #recovering;

  constructor(server, people, random) {
    Object.assign(this, { server, people, random });
    this.at = new Set(moments(random, KILLS, COMMANDS_ABOUT).map((at) => at + 1));
  }

  everybody() {
    return Object.values(this.people);
  }

  /** A command, and perhaps the end of the server in the middle of it. */
  async act(person, method, params) {
    const request = person.request(method, params);
    this.count += 1;
    const struck = this.at.delete(this.count);
    for (;;) {
      try {
        const answer = person.send(request);
        if (struck && !this.struck?.has(request.id)) await this.strike(request, answer);
        const result = await answer;
        this.answered.push({ person, request, result });
        return result;
      } catch (error) {
        if (error.refusal === "too_fast") await pause(120);
        else if (error instanceof Unanswered) await this.recovered();
        else throw error;
      }
    }
  }

  /** Kill the server between now and a few milliseconds after the command was sent. */
  async strike(request, answer) {
    this.struck = (this.struck ?? new Set()).add(request.id);
    answer.catch(() => {});
    await pause(this.random() * 3);
    this.before = { clock: this.people.f1.picture.clock, at: Date.now() };
    this.kills += 1;
    this.#recovering = this.server.kill().then(() => this.recover());
    await this.#recovering;
  }

  async recovered() {
    this.cut += 1;
    await this.#recovering;
  }

  async recover() {
    const highest = Math.max(0, ...this.answered.map(({ result }) => result.seq));
    await this.server.launch();
    await Promise.all(this.everybody().map((person) => person.connect()));
    const { f1 } = this.people;
    if (f1.seq < highest) this.faults.push(`seq ${f1.seq} after ${highest} was answered`);
    this.lookAtClock(f1.picture);
    await this.sendAgain();
    if (f1.picture.clock.paused_why === "restart") await this.goOn(f1);
  }

  /** A clock that ran stands now, and outage has not eaten it. */
  lookAtClock({ clock, meeting }) {
    const { before } = this;
    if (meeting?.state !== "live" || before.clock.state !== "running") return;
    if (clock.state !== "paused" || clock.paused_why !== "restart" || !meeting.interrupted) {
      this.faults.push(`after a crash the clock is ${JSON.stringify(clock)}`);
      return;
    }
    if (clock.planned_ms !== before.clock.planned_ms) return; // the last command moved on
    const left = before.clock.ends_at - before.at;
    if (clock.remaining_ms < left - 500 || clock.remaining_ms > left + ALIVE_MS + 500) {
      this.faults.push(`${left} ms were left, after the restart ${clock.remaining_ms}`);
    }
  }

  /** What was answered is answered the same, and nothing happens. */
  async sendAgain() {
    const { f1 } = this.people;
    await f1.call("picture.get");
    const before = f1.picture;
    for (const { person, request, result } of this.answered.slice(-RESENT)) {
      const again = await person.send(request).catch((error) => ({ error: error.message }));
      this.resent += 1;
      const differs = difference(result, again, request.method);
      if (differs) this.faults.push(`${request.id} sent again: ${differs}`);
    }
    await f1.call("picture.get");
    const { you: _, desk: __, ...now } = f1.picture;
    const { you: ___, desk: ____, ...then } = before;
    const differs = difference(then, now);
    if (differs && !/roster|floor/.test(differs))
      this.faults.push(`ids sent again changed ${differs}`);
  }

  async goOn(f1) {
    const resumed = await f1.call("clock.resume");
    assert.ok(resumed.seq);
  }
}

describe("a meeting through twenty crashes", () => {
  const seed = seedOf(20260302);
  let server;
  let people;
  let plug;
  const scenes = {};

  before(async () => {
    server = await Server.start();
    const { stages, planned_ms, bank_ms } = LINES;
    const set = await server.createSet(marketTowns({ pace: 4, stages, planned_ms, bank_ms }));
    people = await server.gather(set, EVERYBODY);
    plug = new Plug(server, people, chance(seed));
    const act = (person, method, params) => plug.act(person, method, params);
    const seen = async (where) => {
      scenes[where] = saidList(people.f1.picture);
    };
    await new Play(people, { act, seen }).whole();
  });
  after(() => server.end());

  test("there were twenty, and each was recovered from", (t) => {
    t.diagnostic(`seed ${seed}: ${plug.kills} kills among ${plug.count} commands`);
    t.diagnostic(`${plug.cut} answers were cut off, ${plug.resent} commands sent again`);
    assert.equal(plug.kills, KILLS);
    assert.deepEqual(plug.faults, []);
  });

  test("no two answered commands have the same place in the history", () => {
    const changing = plug.answered.filter(({ request }) => request.method !== "turn.helped");
    const places = changing.map(({ result }) => result.seq);
    assert.equal(new Set(places).size, places.length);
  });

  for (const scene of ["check_in", "clarify", "question", "offer", "close"]) {
    test(`what was said by the end of ${scene} stands there exactly once`, () => {
      const said = scenes[scene].map(({ by, text }) => `${by}: ${text}`);
      assert.deepEqual(said, [...new Set(said)]);
    });
  }

  test("everybody's words are there", () => {
    assert.equal(scenes.check_in.length, 10);
    const { turn } = LINES;
    const count = (scene, kind) => scenes[scene].filter((said) => said.kind === kind).length;
    assert.equal(count("question", "question"), turn.clarify.length + turn.questions.length);
    assert.equal(count("question", "answer"), turn.clarify.length + turn.questions.length);
    assert.equal(count("offer", "offer"), turn.offers.length);
  });

  test("the promises and what was valued are there once", () => {
    const { commitments, board } = people.m11.picture;
    assert.deepEqual(
      Object.values(commitments)
        .map(({ text }) => text)
        .sort(),
      LINES.turn.commitments.map(({ text }) => text).sort(),
    );
    assert.equal(Object.keys(board.recognitions).length, LINES.close.recognitions.length);
  });

  test("the records are whole", async () => {
    const checked = await server.command("check");
    assert.deepEqual(checked.faults, []);
  });
});
