// Connections come and go: what is kept for whom, and for how long. Graces are those of domain.md,
// divided by the pace of the rehearsal.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { holder, meet, take, usualHand } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";

const PACE = 20;
const HOLDER_MS = 8_000 / PACE;
const HAND_MS = 60_000 / PACE;
const NOTICE_MS = 10_000 / PACE;
const LEASE_MS = 60_000 / PACE;
const PRESENTER_MS = 10_000 / PACE;
const EARLY_MS = 60; // a test's own clock begins a little after the server's

/** Milliseconds until the picture is so. */
async function span(person, what, look) {
  const began = performance.now();
  await person.until(what, look);
  return performance.now() - began;
}

/** Not before its time. How long after depends on how busy the machine is, and is not judged. */
function notBefore(ms, expected, what) {
  assert.ok(ms >= expected - EARLY_MS, `${what} for ${Math.round(ms)} ms, not ${expected}`);
}

describe("who holds the floor", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  test("edge_14: and loses the connection gives way, and is first when back", async () => {
    const { people } = await meet(server, ["talk"]);
    const { f1, m1, m2, m3 } = people;
    const kind = usualHand(m1);
    await take(m1, kind);
    await m2.call("hand.raise", { kind });
    await m3.call("hand.raise", { kind });

    m1.drop();

    notBefore(await span(f1, "the next speaks", holder("m2")), HOLDER_MS, "the floor was kept");
    assert.equal(f1.picture.roster.m1.here, "dropped");
    await m1.connect();
    await f1.until("the hand is up again, in front", ({ floor }) => floor.order[0] === "m1");
    assert.deepEqual(f1.picture.floor.order, ["m1", "m3"]);
    assert.deepEqual(m1.picture.floor, f1.picture.floor);
  });

  test("and is back in time has kept it", async () => {
    const { people } = await meet(server, ["talk"]);
    const { f1, m1 } = people;
    const kind = usualHand(m1);
    await take(m1, kind);

    m1.drop();
    await m1.connect();

    await m1.settle();
    assert.equal(m1.picture.floor.holder, "m1");
    assert.ok(m1.picture.you.say_as, "may go on speaking");
    await f1.until("m1 is here", ({ roster }) => roster.m1.here === "here");
    assert.equal(f1.picture.floor.holder, "m1");
  });

  test("and is removed gives way at once", async () => {
    const { people } = await meet(server, ["talk"]);
    const { f1, m1 } = people;
    const kind = usualHand(m1);
    await take(m1, kind);

    await f1.call("seat.remove", { seat: "m1", reason: "Wrong person." });

    assert.equal(f1.picture.floor.holder, undefined);
    assert.equal((await m1.closing()).code, 4003);
  });

  test("and does not begin is asked, then passed over", async () => {
    const { people } = await meet(server, ["talk"]);
    const { f1, m1, m2 } = people;
    const kind = usualHand(m1);
    await m1.call("hand.raise", { kind });
    await m1.until("the floor", holder("m1"));
    await m2.call("hand.raise", { kind });

    await m1.until("still want to speak?", ({ floor }) => floor.still_want);
    await f1.until("the next", holder("m2"));

    assert.equal(f1.picture.floor.hands.m1.kind, kind);
    assert.deepEqual(f1.picture.floor.order, ["m1"]);
  });
});

describe("a hand", () => {
  test("waits 60 s for its owner, who is skipped meanwhile", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["talk"]);
    const { f1, m1, m2, m3 } = people;
    const kind = usualHand(m1);
    await take(m1, kind);
    await m2.call("hand.raise", { kind, text: "What I would have said." });
    await m3.call("hand.raise", { kind });
    await f1.until("both wait", ({ floor }) => floor.order.join() === "m2,m3");

    m2.drop();
    await f1.until("m2 is skipped", ({ floor }) => floor.order.join() === "m3");
    assert.equal(f1.picture.floor.hands.m2.kind, kind);
    await m2.connect();
    await f1.until(
      "m2 waits again, in the old place",
      ({ floor }) => floor.order.join() === "m2,m3",
    );
    assert.equal(m2.picture.you.hand_text, "What I would have said.");

    m2.drop();
    const kept = await span(f1, "the hand is down", ({ floor }) => !floor.hands.m2);
    notBefore(kept, HAND_MS, "the hand was kept");
    await m2.connect();
    assert.equal(m2.picture.you.hand_text, undefined);
  });
});

describe("the presenter", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  test("who loses the connection while presenting stops the clock at once", async () => {
    const { people } = await meet(server, ["turn", "close"], { pace: 1 });
    const { f1, f2, m2 } = people;
    const presenter = people[f1.picture.activity.presenter];

    presenter.drop();

    const ms = await span(m2, "the clock stands", ({ clock }) => clock.state === "paused");
    assert.ok(ms < 9000, `the clock ran for ${ms} ms`); // not the 10 s of the questions
    assert.equal(m2.picture.clock.paused_why, "presenter");
    assert.ok(m2.picture.clock.remaining_ms > 0);
    assert.equal(await f2.refused("clock.resume"), "not_your_role");
    await presenter.connect();
    assert.equal(presenter.picture.clock.paused_why, "presenter");
    await presenter.call("clock.resume");
    await m2.until("the clock runs", ({ clock }) => clock.state === "running");
  });

  test("has 10 s while the others ask", async () => {
    const { people } = await meet(server, ["turn", "close"]);
    const { f1, m2 } = people;
    const presenter = people[f1.picture.activity.presenter];
    await presenter.call("turn.ready");
    await f1.until("clarify", ({ activity }) => activity.phase === "clarify");

    presenter.drop();

    const ms = await span(m2, "the clock stands", ({ clock }) => clock.state === "paused");
    notBefore(ms, PRESENTER_MS, "the set went on");
    await f1.call("clock.resume");
    await m2.until("the set chose to go on", ({ clock }) => clock.state === "running");
    await f1.call("turn.next");
    await m2.until("the questions", ({ activity }) => activity.phase === "question");
  });
});

describe("the facilitator", () => {
  test("who is gone is missed, stood in for, and takes back with one tap", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["open", "talk", "close"]);
    const { f1, f2, m1 } = people;
    assert.equal(await f2.refused("stage.next"), "not_your_role");
    assert.equal(f2.picture.desk, undefined);
    const began = performance.now();

    f1.drop();

    await m1.until("it is said", ({ meeting }) => meeting.facilitator_dropped);
    notBefore(performance.now() - began, NOTICE_MS, "nothing was said");
    assert.equal(m1.picture.clock.state, "running", "the clock carries on");
    await m1.until("the deputy acts", ({ meeting }) => meeting.acting === "f2");
    notBefore(performance.now() - began, LEASE_MS, "nobody acted");
    await f2.until("the desk", ({ desk }) => desk);
    await f2.call("clock.pause");
    await f2.call("clock.resume");

    await f1.connect();
    await m1.until("the facilitator is back", ({ meeting }) => !meeting.facilitator_dropped);
    assert.equal(m1.picture.meeting.acting, "f2", "nothing is taken from the deputy by itself");
    await f1.call("lease.take");
    await m1.until("nobody acts", ({ meeting }) => meeting.acting === undefined);
    assert.equal(await f2.refused("clock.pause"), "not_your_role");
    await f1.call("stage.next");
  });

  test("may offer the powers, and gets them back by the next stage at the latest", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["open", "talk", "close"]);
    const { f1, f2, m1 } = people;

    await f1.call("lease.offer", { seat: "f2" });
    await f2.until(
      "the powers",
      ({ meeting, you }) => meeting.acting === "f2" && you.may["stage.next"],
    );
    assert.equal(await f1.refused("lease.offer", { seat: "m1" }), "no_such_person");
    await f2.call("stage.next");

    await m1.until("the lease has ended", ({ meeting }) => meeting.acting === undefined);
  });
});

describe("two devices of one person", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(marketTowns({ members: 4, stages: [STAGES.talk] }));
  });
  after(() => server.end());

  test("are one person: the newest acts, the other one watches and may be chosen", async () => {
    const { f1, m1: laptop } = await server.gather(set, ["f1", "m1"]);
    const phone = await laptop.device();

    await laptop.until("the laptop only watches", ({ you }) => !you.primary);
    assert.equal(phone.picture.you.primary, true);
    assert.equal(await laptop.refused("presence.away", { on: true }), "other_device");
    assert.equal(laptop.may("seat.here"), true);
    await phone.call("presence.away", { on: true });
    await f1.until("m1 is away", ({ roster }) => roster.m1.here === "away");
    await laptop.until("m1 is away", ({ roster }) => roster.m1.here === "away");

    await laptop.call("seat.here");
    await phone.until("the phone only watches", ({ you }) => !you.primary);
    assert.equal(laptop.picture.you.primary, true);
    await laptop.call("presence.away", { on: false });
  });

  test("leave one seat here until the last has gone", async () => {
    const { f1, m2: laptop } = await server.gather(set, ["f1", "m2"]);
    const phone = await laptop.device();
    await f1.until("m2 is here", ({ roster }) => roster.m2.here === "here");

    phone.drop();
    await laptop.until("the laptop acts again", ({ you }) => you.primary);
    assert.equal(f1.picture.roster.m2.here, "here");

    laptop.drop();
    await f1.until("m2 has gone", ({ roster }) => roster.m2.here !== "here");
  });

  test("are three at most: with a fourth the oldest goes", async () => {
    const first = await server.person(set, "m3").arrive();
    const second = await first.device();
    const third = await first.device();
    const fourth = await first.device();

    assert.equal((await first.closing()).code, 4001);
    await fourth.settle();
    assert.ok(second.isOpen && third.isOpen && fourth.isOpen);
    assert.equal(fourth.picture.you.primary, true);
  });
});

describe("who comes late", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  test("edge_16: into a turn sees where it stands and may raise a hand", async () => {
    const { set, people } = await meet(server, ["agenda", "turn", "close"], {
      seats: ["f1", "f2", "m1", "m2", "m3"],
    });
    const { f1, m1, m2 } = people;
    await f1.call("stage.next");
    await m1.until("the turn", ({ activity }) => activity.phase === "present");
    await m1.call("turn.ready");
    await m2.until("the questions", ({ activity }) => activity.phase === "clarify");
    const kept = m2.picture.rotation.today;

    const m4 = await server.person(set, "m4").arrive();

    assert.equal(m4.picture.activity.phase, "clarify");
    assert.equal(m4.picture.activity.presenter, "m1");
    await m2.until("m4 is here", ({ roster }) => roster.m4.here === "here");
    await m4.until("a hand is allowed", ({ you }) => you.hand_kinds.question);
    await m4.call("hand.raise", { kind: "question" });
    await m2.until("m4 speaks", holder("m4"));
    assert.deepEqual(m2.picture.rotation.today, kept, "the order of today is frozen");
  });

  test("into a round is asked at its end", async () => {
    const { set, people } = await meet(server, ["checkIn", "close"], {
      seats: ["f1", "m1", "m2"],
    });
    const { f1, m1 } = people;
    await f1.until("the first speaks", ({ floor }) => floor.holder);

    await server.person(set, "m5").arrive();

    await m1.until(
      "m5 waits at the end",
      ({ activity }) => activity.check_in.order.at(-1) === "m5",
    );
    assert.equal(m1.picture.activity.check_in.state.m5, "waiting");
  });

  test("when all have gone finds the meeting where it was", async () => {
    const { people } = await meet(server, ["talk", "close"], { seats: ["f1", "m1"] });
    const { f1, m1 } = people;
    const { phase_id } = f1.picture.activity;

    f1.drop();
    m1.drop();
    await m1.closing();
    await m1.connect();

    assert.equal(m1.picture.activity.phase_id, phase_id);
    assert.equal(m1.picture.meeting.state, "live");
  });
});
