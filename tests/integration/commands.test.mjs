// Commands: once and in order, for the step that was meant, from whom they may come.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { holder, meet, together, turnTo, usualHand } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";

/** done, or the word of the refusal. */
const outcome = (promise) =>
  promise.then(
    () => "done",
    (error) => error.refusal ?? error.message,
  );

describe("the same id sent again", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  test("gets the same answer and does nothing twice, also on another socket", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { f1, m1 } = people;
    const request = m1.request("hand.raise", { kind: usualHand(m1), text: "Once." });
    const first = await m1.send(request);
    const second = await m1.send(request);
    m1.drop();
    await m1.connect();
    const third = await m1.send(request);

    assert.deepEqual(second, first);
    assert.deepEqual(third, first);
    await f1.settle();
    const { hands, holder: speaker } = f1.picture.floor;
    assert.equal(Object.keys(hands).length + (speaker ? 1 : 0), 1);
  });

  test("gets the same answer after a restart", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { m1, m2 } = people;
    const request = m2.request("help.ask", { text: "I cannot hear anybody." });
    const first = await m2.send(request);
    await server.kill();
    await server.launch();
    await m2.connect();
    await m1.connect();
    const before = m1.seq;

    assert.deepEqual(await m2.send(request), first);

    await m1.settle();
    assert.equal(m1.seq, before);
  });

  test("of another person is another command", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { m1, m2 } = people;
    const request = m1.request("presence.away", { on: true });
    await m1.send(request);

    const answer = await m2.send({ ...request });

    assert.ok(answer.seq > 0);
    await m2.until(
      "both are away",
      ({ roster }) => roster.m1.here === "away" && roster.m2.here === "away",
    );
  });

  test("of a refused command is decided again", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { f1, m1 } = people;
    const request = m1.request("hand.lower");
    assert.equal(await outcome(m1.send(request)), "no_hand");
    await f1.call("clock.pause");
    await m1.call("hand.raise", { kind: usualHand(m1) });

    assert.equal(await outcome(m1.send(request)), "done");
  });

  test("twice at once is done once", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { m1 } = people;
    const { send } = m1.socket;
    let again = 0;
    m1.socket.send = function twice(data, ...rest) {
      send.call(this, data, ...rest);
      again += 1;
      send.call(this, data, ...rest);
    };
    const { seq } = await m1.call("presence.away", { on: true });
    delete m1.socket.send;
    await m1.settle();
    assert.equal(again, 1);
    assert.ok(m1.seq <= seq + 1);
    assert.deepEqual(
      m1.notes.filter((note) => note.id).map((note) => note.result),
      [{ seq }],
    );
  });
});

describe("expect", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  test("is needed where it is said to be", async () => {
    const { people } = await meet(server, ["checkIn", "close"]);
    const { f1 } = people;
    const needing = [
      ["stage.next"],
      ["stage.skip"],
      ["stage.remove", { id: "s1" }],
      ["stage.insert", { at: 1, kind: "break", planned_ms: 60_000 }],
      ["clock.pause"],
      ["clock.extend", { ms: 60_000 }],
    ];
    for (const [method, params] of needing) {
      assert.equal(
        await f1.refused(method, { ...params, expect: undefined }),
        "expect_missing",
        method,
      );
    }
    const { m1 } = people;
    await m1.until("one's turn", holder("m1"));
    for (const method of ["round.done", "round.pass"]) {
      assert.equal(await m1.refused(method, { expect: undefined }), "expect_missing", method);
    }
  });

  test("edge_01: two people tap next within 100 ms, and the meeting moves once", async () => {
    const { people } = await meet(server, ["open", "talk", "close"]);
    const { f1 } = people;
    const phone = await f1.device();
    const { order } = f1.picture.meeting;
    await f1.until("the phone acts", ({ you }) => !you.primary);
    const requests = [phone.request("stage.next"), phone.request("stage.next")];

    const outcomes = await Promise.all(requests.map((request) => outcome(phone.send(request))));

    assert.deepEqual(outcomes.sort(), ["done", "moved_on"]);
    await f1.until("the second stage", ({ meeting }) => meeting.stage === order[1]);
  });

  test("edge_01: so do facilitator and acting deputy", async () => {
    const { people } = await meet(server, ["turn", "close"]);
    const { f1, f2, m1 } = people;
    await f1.call("lease.offer", { seat: "f2" });
    await f2.until("the powers", ({ you }) => you.may["turn.next"]);
    const from = f2.picture.activity.phase_id;

    const outcomes = await Promise.all(
      [f1, f2].map((person) => outcome(person.call("turn.next", { expect: from }))),
    );

    assert.ok(outcomes.includes("done"), outcomes.join());
    assert.ok(
      outcomes.includes("moved_on") || outcomes.includes("not_your_role"),
      outcomes.join(),
    );
    await m1.until("the next phase, and no other", ({ activity }) => activity.phase === "clarify");
  });

  test("edge_02: an extension that comes as the phase ends does not land on the next", async () => {
    const { people } = await meet(server, ["open", "talk", "close"], { bank_ms: 600_000 });
    const { f1 } = people;
    const late = f1.request("clock.extend", { ms: 60_000 });
    await f1.call("stage.next");

    assert.equal(await outcome(f1.send(late)), "moved_on");

    assert.equal(f1.picture.clock.extended_ms, 0);
    await f1.call("stage.reopen");
    await f1.until("the opening again", ({ activity }) => activity.kind === "open");
    await f1.call("clock.extend", { ms: 60_000 });
    await f1.until("a minute more", ({ clock }) => clock.extended_ms > 0);
  });

  test("is accepted everywhere, and holds there too", async () => {
    const { people } = await meet(server, ["talk", "close"]);
    const { m1 } = people;
    const { phase_id } = m1.picture.activity;
    assert.equal(
      await m1.refused("hand.raise", { kind: usualHand(m1), expect: "p999999" }),
      "moved_on",
    );
    await m1.call("hand.raise", { kind: usualHand(m1), expect: phase_id });
  });
});

describe("roles", () => {
  let server;
  let people;
  before(async () => {
    server = await Server.start();
    ({ people } = await meet(server, ["agenda", "turn", "talk", "close"], { bank_ms: 600_000 }));
  });
  after(() => server.end());

  const leading = [
    ["meeting.open"],
    ["meeting.close"],
    ["meeting.end"],
    ["stage.next"],
    ["stage.skip"],
    ["stage.insert", { at: 2, kind: "break", planned_ms: 60_000 }],
    ["clock.pause"],
    ["clock.extend", { ms: 60_000 }],
    ["agenda.override", { order: ["m2"], reason: "Because." }],
    ["agenda.agree"],
    ["seat.remove", { seat: "m3", reason: "No." }],
    ["seat.admit", { seat: "m3" }],
    ["invite.renew", { seat: "m3" }],
    ["lease.offer", { seat: "f2" }],
    ["help.clear", { seat: "m1" }],
  ];
  for (const seat of ["m1", "f2"]) {
    test(`what only the one who runs the meeting may do is refused to ${seat}`, async () => {
      const person = people[seat];
      const before = people.f1.seq;
      for (const [method, params] of leading) {
        assert.equal(await person.refused(method, params), "not_your_role", method);
        assert.equal(person.may(method), false, method);
      }
      await people.f1.settle();
      assert.equal(people.f1.seq, before);
    });
  }

  test("what only members may do is refused to the facilitator", async () => {
    const { f1 } = people;
    const memberly = [
      ["bid.place", { issue: "Mine.", urgency: 3 }],
      ["bid.pass"],
      ["agenda.swap", { with: "m1" }],
      ["help.ask", {}],
      ["prompt.answer", { prompt: "q1", text: "Hm." }],
      ["recognition.give", { to: "m1", kind: "kept_time", reason: "Always." }],
      ["commitment.witness", { id: "c1", yes: true }],
    ];
    for (const [method, params] of memberly) {
      assert.equal(await f1.refused(method, params), "not_your_role", method);
    }
  });

  test("what only the presenter may do is refused to everybody else", async () => {
    const { f1, m1, m2 } = people;
    await f1.call("stage.next");
    await together(people, "the turn", ({ activity }) => activity.kind === "presenter_turn");
    assert.equal(m1.picture.activity.presenter, "m1");
    for (const method of ["turn.ready", "turn.stop", "turn.invite", "turn.helped"]) {
      const params = { "turn.invite": { seat: "m3" }, "turn.helped": { said: "w1" } }[method];
      assert.equal(await m2.refused(method, params), "not_your_role", method);
      assert.equal(await f1.refused(method, params), "not_your_role", method);
    }
    assert.equal(await m2.refused("turn.next"), "not_your_role");
    assert.match(await m2.refused("say", { text: "But." }), /^(not_your_turn|no_floor)$/);
  });

  test("the presenter invites one, once, and stops without a reason", async () => {
    const { f1, m1, m3 } = people;
    await turnTo(people, "question");
    await m1.call("turn.invite", { seat: "m3" });
    await m3.until("an invitation", ({ activity }) => activity.presenter_turn.invited === "m3");
    assert.equal(await m1.refused("turn.invite", { seat: "m2" }), "already_invited");

    await m1.call("turn.stop");

    await f1.until("the stage after", ({ activity }) => activity.kind === "open_talk");
    assert.equal(f1.picture.floor.holder, undefined);
  });
});

describe("help", () => {
  test("is asked of the desk alone", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["talk", "close"]);
    const { f1, f2, m1, m2 } = people;
    for (const person of [f2, m2]) person.keep = [];

    await m1.call("help.ask", { text: "My microphone is dead." });

    await f1.until(
      "the desk has it",
      ({ desk }) => desk.help.m1?.text === "My microphone is dead.",
    );
    await Promise.all([f2.settle(), m2.settle()]);
    for (const person of [f2, m2])
      assert.ok(!person.keep.some((text) => text.includes("microphone")));
    await f1.call("help.clear", { seat: "m1" });
    await f1.until("nobody waits for help", ({ desk }) => Object.keys(desk.help).length === 0);
  });
});

describe("reads", () => {
  let server;
  let people;
  before(async () => {
    server = await Server.start();
    ({ people } = await meet(server, ["talk", "close"]));
  });
  after(() => server.end());

  test("picture.get sends the whole picture, then its answer", async () => {
    const { m1 } = people;
    m1.keep = [];
    const answer = await m1.call("picture.get");
    const [picture, result] = m1.keep.slice(-2).map((text) => JSON.parse(text));
    assert.equal(picture.method, "picture");
    assert.deepEqual(result.result, answer);
    assert.equal(answer.seq, picture.params.seq);
    await m1.compare();
  });

  test("edge_04: time.sync answers with what was sent and the instant of the server", async () => {
    const { m1 } = people;
    const t0 = performance.now();
    const answer = await m1.call("time.sync", { t0 });
    assert.equal(answer.t0, t0);
    assert.ok(Math.abs(answer.server_at - Date.now()) < 5000);
    assert.ok(
      m1.picture.clock.ends_at > answer.server_at,
      "instants of the picture are the server's",
    );
  });

  test("answers keep the order of requests, and the effect comes first", async () => {
    const { m2 } = people;
    const asked = Array.from({ length: 12 }, (_, i) =>
      m2.send(
        i % 3
          ? m2.request("presence.away", { on: i % 2 === 0 })
          : m2.request("time.sync", { t0: i }),
      ),
    );
    await Promise.all(asked); // a person complains of an answer out of order by itself
    for (const on of [true, false, true]) {
      await m2.call("presence.away", { on });
      assert.equal(m2.picture.roster.m2.here, on ? "away" : "here");
    }
  });
});
