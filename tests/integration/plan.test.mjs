// The plan of a meeting, before it begins and while it runs.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { meet, together } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";

const MINUTE = 60_000;

describe("the plan", () => {
  let server;
  before(async () => {
    server = await Server.start();
  });
  after(() => server.end());

  const kinds = ({ meeting }) => meeting.order.map((id) => meeting.stages[id].kind);

  test("of a template adds up to the planned length, and is changed in the lobby", async () => {
    const set = await server.createSet(marketTowns({ members: 3 }));
    const { f1, m1 } = await server.gather(set, ["f1", "m1"]);
    await f1.call("meeting.open");
    await m1.until("the lobby", ({ meeting }) => meeting?.state === "lobby");
    const { meeting } = m1.picture;
    const sum = meeting.order.reduce(
      (total, id) => total + meeting.stages[id].planned_ms,
      meeting.bank_ms,
    );
    assert.equal(sum, meeting.planned_ms);
    assert.equal(meeting.planned_ms, 90 * MINUTE);

    const stages = [
      { kind: "open", planned_ms: 5 * MINUTE },
      { kind: "presenter_turn", planned_ms: 40 * MINUTE },
      { kind: "close", planned_ms: 5 * MINUTE },
    ];
    assert.equal(
      await f1.refused("meeting.plan", { stages, planned_ms: 45 * MINUTE }),
      "plan_does_not_fit",
    );
    await f1.call("meeting.plan", { stages, planned_ms: 60 * MINUTE });

    await m1.until(
      "the new plan",
      (picture) => kinds(picture).join() === "open,presenter_turn,close",
    );
    assert.equal(m1.picture.meeting.planned_ms, 60 * MINUTE);
    await f1.call("meeting.start");
    await m1.until("the opening", ({ activity }) => activity?.kind === "open");
    assert.equal(
      await f1.refused("meeting.plan", { stages, planned_ms: 60 * MINUTE }),
      "meeting_started",
    );
    assert.equal(await f1.refused("meeting.start"), "meeting_started");
    assert.equal(await f1.refused("meeting.open"), "meeting_open");
  });

  test("takes steps in and out while the meeting runs", async () => {
    const { people } = await meet(server, ["open", "talk", "close"], {
      bank_ms: 20 * MINUTE,
      pace: 2,
    });
    const { f1, m1 } = people;
    await f1.call("stage.insert", { at: 1, kind: "break", planned_ms: 10 * MINUTE });
    await m1.until("a break", (picture) => kinds(picture).join() === "open,break,open_talk,close");
    const { order } = m1.picture.meeting;
    await f1.call("stage.remove", { id: order[2] });
    await m1.until("no talk", (picture) => kinds(picture).join() === "open,break,close");
    assert.equal(await f1.refused("stage.remove", { id: order[0] }), "too_late");
    assert.equal(await f1.refused("stage.remove", { id: order[2] }), "no_such_thing");
    await f1.call("stage.skip");
    await m1.until("the break", ({ activity }) => activity.kind === "break");
    assert.equal(m1.picture.meeting.stages[order[0]].done, true);
  });

  test("runs an unknown kind as open talk that says what it stands in for", async () => {
    const stages = [{ kind: "tour", planned_ms: 12 * MINUTE }, STAGES.close];
    const set = await server.createSet(marketTowns({ members: 3, stages }));
    const people = await server.gather(set, ["f1", "m1"]);
    await people.f1.call("meeting.open");
    await people.f1.call("meeting.start");
    await together(people, "the talk", ({ activity }) => activity?.kind === "open_talk");
    assert.equal(people.m1.picture.activity.stands_in_for, "tour");
    assert.equal(
      await people.f1.refused("stage.insert", { at: 1, kind: "no_such_kind", planned_ms: MINUTE }),
      "unknown_kind",
    );
  });

  test("ends, and is taken up again within five minutes", async () => {
    const { people } = await meet(server, ["talk", "close"], { pace: 2 });
    const { f1, m1 } = people;
    const { order } = m1.picture.meeting;
    await f1.call("meeting.end");
    await m1.until("the end", ({ meeting }) => meeting.state === "ended");
    assert.ok(m1.picture.meeting.ended_at > m1.picture.meeting.started_at);
    assert.equal(m1.may("hand.raise"), false);
    assert.match(await m1.refused("hand.raise", { kind: "question" }), /^meeting_over$/);

    await f1.call("meeting.reopen");

    await m1.until("the meeting again", ({ meeting }) => meeting.state !== "ended");
    assert.deepEqual(m1.picture.meeting.order, order);
    assert.equal(m1.picture.meeting.ended_at, undefined);
  });

  test("is closed early by going to the closing step", async () => {
    const { people } = await meet(server, ["open", "talk", "close"]);
    const { f1, m1 } = people;
    await f1.call("meeting.close");
    await m1.until(
      "the close",
      ({ activity, meeting }) => activity.kind === "close" && meeting.state === "closing",
    );
    await f1.call("stage.next");
    await m1.until("the end", ({ meeting }) => meeting.state === "ended");
  });
});
