// Edge cases of domain.md §16 that can be seen from outside, by their number there. Others stand
// where their matter is: 01, 02 and 04 with the commands, 14 and 16 with presence, 42 with the
// door, 44 with slow readers.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { saidList } from "./lib/meeting.mjs";
import { holder, meet, take, together, turnTo, usualHand } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";

let server;
before(async () => {
  server = await Server.start();
});
after(() => server.end());

test("edge_03_a_pause_does_not_outlive_the_facilitator", async () => {
  const { people } = await meet(server, ["talk", "close"], { pace: 60 });
  const { f1, f2, m1 } = people;
  await f1.call("clock.pause");
  f1.drop();

  await f2.until("the powers", ({ meeting }) => meeting.acting === "f2");
  await f2.call("clock.resume");

  await m1.until("the clock runs", ({ clock }) => clock.state === "running");
});

test("edge_05_an_answer_to_a_closed_prompt_is_refused", async () => {
  const { people } = await meet(server, ["turn", "close"], { pace: 60 });
  const { f1, m2, m3 } = people;
  await turnTo(people, "silence");
  const { id } = m2.picture.prompt;
  await f1.call("turn.next");
  await m3.until("the prompt has closed", ({ prompt }) => !prompt || prompt.state === "closed");

  assert.equal(await m2.refused("prompt.answer", { prompt: id, text: "I slept." }), "closed");
});

test("edge_28_who_is_still_writing_has_ten_seconds", async () => {
  const { people } = await meet(server, ["turn", "close"], { pace: 4 });
  const { f1, m2 } = people;
  await turnTo(people, "silence");
  const { id } = m2.picture.prompt;

  await f1.call("turn.next");
  await m2.until("the offers", ({ activity }) => activity.phase === "offer");

  assert.equal(m2.picture.prompt.state, "open");
  assert.ok(m2.picture.prompt.ends_at > 0);
  await m2.call("prompt.answer", { prompt: id, text: "Just in time." });
  assert.equal(m2.picture.prompt.answer, "Just in time.");
});

test("edge_09_a_hand_raised_twice_keeps_its_place", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { f1, m1, m2, m3 } = people;
  const kind = usualHand(m1);
  await take(m3, kind);
  await m1.call("hand.raise", { kind });
  await m2.call("hand.raise", { kind });

  await m1.call("hand.raise", { kind });

  await f1.settle();
  assert.deepEqual(f1.picture.floor.order, ["m1", "m2"]);
});

test("edge_10_a_question_in_the_offers_is_parked_and_may_become_an_offer", async () => {
  const { people } = await meet(server, ["turn", "close"]);
  const { f1, m2, m3 } = people;
  await turnTo(people, "question");
  await take(m3, "question");
  await m2.call("hand.raise", { kind: "question", text: "Why now?" });

  await turnTo(people, "offer");

  await m2.until("one's hand is parked", ({ floor }) => floor.hands.m2?.parked);
  assert.deepEqual(f1.picture.floor.order, []);
  assert.equal(m2.picture.you.hand_text, "Why now?");
  assert.equal(await m2.refused("hand.raise", { kind: "question" }), "hand_kind");
  await m2.call("hand.raise", { kind: "offer" });
  await f1.until("an offer", holder("m2"));
});

test("edge_12_many_short_turns_do_not_stay_first", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { f1, m1, m2, m3 } = people;
  const kind = usualHand(m1);
  await take(m1, kind);
  await m1.call("floor.yield");
  await take(m3, kind);
  await m1.call("hand.raise", { kind });
  await m2.call("hand.raise", { kind });

  await f1.until("both wait", ({ floor }) => floor.order.length === 2);

  assert.deepEqual(f1.picture.floor.order, ["m2", "m1"]);
  assert.match(f1.picture.floor.hands.m1.reason, /once/);
  assert.deepEqual(m2.picture.floor, f1.picture.floor, "all see one order");
});

test("edge_13_the_own_turn_does_not_silence_the_presenter_afterwards", async () => {
  const { people } = await meet(server, ["turn", "talk", "close"]);
  const { f1, m1, m2, m3 } = people;
  await turnTo(people, "clarify");
  await f1.call("stage.next");
  await together(people, "the talk", ({ activity }) => activity.kind === "open_talk");
  const kind = usualHand(m1);
  await take(m3, kind);
  await m1.call("hand.raise", { kind });
  await m2.call("hand.raise", { kind });

  await f1.until("both wait", ({ floor }) => floor.order.length === 2);

  assert.deepEqual(f1.picture.floor.order, ["m1", "m2"]);
});

test("edge_15_somebody_leaves_and_nobody_is_skipped", async () => {
  const { people } = await meet(server, ["agenda", "turn", "close"]);
  const { f1, m4 } = people;
  await m4.until("the first", ({ rotation }) => rotation.today[0] === "m1");

  await f1.call("seat.remove", { seat: "m1", reason: "Has sold the shop." });

  await m4.until("the second", ({ rotation }) => rotation.today[0] === "m2");
  assert.equal(m4.picture.rotation.reserve, "m3");
});

test("edge_17_a_turn_that_was_stopped_early_is_still_owed", async () => {
  const { people } = await meet(server, ["turn", "close"]);
  const { f1, m1, m2 } = people;
  await m1.call("turn.stop");
  await m2.until("the close", ({ activity }) => activity.kind === "close");
  await f1.call("meeting.end");
  await f1.call("meeting.open");
  await f1.call("meeting.start");
  await f1.until("a stage", ({ activity }) => activity);

  while (f1.picture.activity.kind !== "agenda") {
    const { id } = f1.picture.activity;
    await f1.call("stage.next");
    await f1.until("the next stage", ({ activity }) => activity.id !== id);
  }

  assert.equal(f1.picture.rotation.today[0], "m1");
});

test("edge_18_too_few_meetings_for_all_are_told_at_once", async () => {
  const description = marketTowns({ members: 5, pace: 20, stages: [STAGES.agenda, STAGES.close] });
  description.programme.meetings = 2;
  const set = await server.createSet(description);
  const { f1, m1 } = await server.gather(set, ["f1", "m1"]);
  await f1.call("meeting.open");
  await f1.call("meeting.start");
  await m1.until("the warning", ({ rotation }) => rotation?.at_risk);
});

test("edge_19_a_swap_is_of_both_and_before_the_freeze", async () => {
  const { people } = await meet(server, ["agenda", "turn", "close"]);
  const { f1, m1, m2, m3 } = people;
  await m1.call("agenda.swap", { with: "m2" });
  assert.equal(m1.picture.rotation.today[0], "m1", "one alone does not swap");
  await m2.call("agenda.swap", { with: "m1" });
  await m3.until("the swap", ({ rotation }) => rotation.today[0] === "m2");
  await f1.call("agenda.agree");

  assert.equal(await m1.refused("agenda.swap", { with: "m2" }), "frozen");

  await m3.settle();
  assert.deepEqual(m3.picture.rotation.today, ["m2"]);
});

test("edge_20_phone_and_laptop_are_one_hand", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { f1, m1, m2 } = people;
  const kind = usualHand(m1);
  await take(m2, kind);
  await m1.call("hand.raise", { kind });
  const phone = await m1.device();

  await phone.call("hand.raise", { kind, text: "From the phone." });

  await m1.until("the same hand", ({ you }) => you.hand_text === "From the phone.");
  await f1.settle();
  assert.deepEqual(f1.picture.floor.order, ["m1"]);
});

test("edge_21_two_people_of_one_business_have_one_turn_between_them", async () => {
  const description = marketTowns({
    members: 3,
    pace: 20,
    stages: [STAGES.agenda, STAGES.turn, STAGES.close],
  });
  description.members[1].business = description.members[0].business;
  const set = await server.createSet(description);
  const people = await server.gather(set, ["f1", "m1", "m2", "m3"]);
  const { f1, m3 } = people;
  await f1.call("meeting.open");
  await f1.call("meeting.start");
  await together(people, "the agenda", ({ rotation }) => rotation);

  const { roster, rotation } = m3.picture;

  assert.equal(roster.m1.business.id, roster.m2.business.id);
  assert.notEqual(roster.m1.business.id, roster.m3.business.id);
  assert.ok(["m1", "m2"].includes(rotation.today[0]));
  assert.equal(rotation.reserve, "m3", "the same business is not the reserve as well");
});

test("edge_22_names_may_be_alike_turned_round_or_put_together", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { f1, m1, m2, m3, m4 } = people;
  await m1.call("you.rename", { name: "Sam" });
  await m2.call("you.rename", { name: "Sam" });
  await m3.call("you.rename", { name: "שלמה" });
  await m4.call("you.rename", { name: "Zoe\u0308" });

  await f1.until(
    "the names",
    ({ roster }) => roster.m4.name.startsWith("Zo") && roster.m3.name === "שלמה",
  );

  assert.equal(f1.picture.roster.m1.name, "Sam");
  assert.equal(f1.picture.roster.m2.name, "Sam");
  assert.equal(f1.picture.roster.m4.name.normalize("NFC"), "Zo\u00eb");
});

test("edge_31_a_promise_for_the_next_meeting_waits_for_it", async () => {
  const { people } = await meet(server, ["turn", "close"]);
  const { f1, m1 } = people;
  await turnTo(people, "commit");
  await m1.call("commitment.make", {
    text: "Ring the agent",
    due: "next_meeting",
    desire: 5,
    intention: 5,
  });
  await f1.call("meeting.end");
  await f1.call("meeting.open");
  await m1.until("meeting 2", ({ meeting }) => meeting.number === 2);
  const [promise] = Object.values(m1.picture.commitments);
  assert.deepEqual([promise.due, promise.status, promise.meeting], ["next_meeting", "active", 1]);
});

test("edge_40_one_browser_in_two_sets_acts_in_the_one_it_means", async () => {
  const first = await server.createSet(marketTowns({ members: 3, stages: [STAGES.talk] }));
  const second = await server.createSet(marketTowns({ members: 3, stages: [STAGES.talk] }));
  const one = await server.person(first, "f1").arrive();
  const two = server.person(second, "f1", { cookie: one.cookie });
  await two.arrive();
  assert.equal(two.cookie, one.cookie);

  await two.call("meeting.open");

  await one.settle();
  assert.equal(one.picture.meeting, undefined);
  assert.equal(two.picture.meeting.state, "lobby");
  assert.equal(two.picture.set.id, second.id);
});

test("edge_43_markup_is_text", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { m1, m2 } = people;
  const text = `<script>alert(1)</script> & "quoted" \\ </p> =1+1`;
  await take(m1, usualHand(m1));
  await m1.call("say", { text });
  await m2.until("the same text", (picture) =>
    saidList(picture).some((said) => said.text === text),
  );
});

test("edge_47_the_bank_is_what_there_is", async () => {
  const { people } = await meet(server, ["talk", "close"], { bank_ms: 120_000 });
  const { f1, m1 } = people;
  const { bank_ms } = f1.picture.meeting;
  assert.equal(await f1.refused("clock.extend", { ms: 180_000 }), "bank_empty");
  await f1.call("clock.extend", { ms: 120_000 });
  await m1.until("the bank is empty", ({ meeting }) => meeting.bank_ms === 0);
  assert.equal(bank_ms, 6000, "spans of a rehearsal are divided by its pace");
  assert.equal(await f1.refused("clock.extend", { ms: 10_000 }), "bank_empty");
});

test("edge_49_a_meeting_starts_on_a_tap_and_not_before", async () => {
  const set = await server.createSet(
    marketTowns({ members: 3, pace: 600, stages: [STAGES.checkIn, STAGES.close] }),
  );
  const { f1, m1 } = await server.gather(set, ["f1", "m1"]);
  await f1.call("meeting.open");
  await m1.until("the lobby", ({ meeting }) => meeting?.state === "lobby");
  assert.equal(m1.picture.clock.state, "none");
  assert.ok(m1.picture.meeting.forecast.left_ms > 0, "a span while nothing runs");
  await f1.call("meeting.start");
  await m1.until("an instant while it runs", ({ meeting }) => meeting.forecast.end_at > 0);
});

test("edge_50_nobody_bids_and_the_rotation_decides", async () => {
  const { people } = await meet(server, ["agenda", "turn", "close"]);
  const { f1, ...members } = people;
  for (const person of Object.values(members)) {
    if (person.role === "member") await person.call("bid.pass");
  }
  await f1.settle();
  const { rotation, desk } = f1.picture;
  assert.ok(rotation.why.length > 0);
  assert.ok(desk.next.why.length > 0);
  await f1.call("stage.next");
  await f1.until("a stage that can be run", ({ activity }) => activity.kind !== "agenda");
  assert.equal(f1.picture.meeting.state, "live");
});

test("edge_51_recognition_has_its_measure", async () => {
  const { people } = await meet(server, ["talk", "close"]);
  const { f1, m1, m2, m3 } = people;
  await f1.call("meeting.close");
  await m1.until("the close", ({ you }) => you.may["recognition.give"]);
  const give = (to, kind) => ({ to, kind, reason: "For what you said." });

  assert.equal(await m1.refused("recognition.give", give("m1", "kept_time")), "yourself");
  await m1.call("recognition.give", give("m2", "kept_time"));
  await m1.call("recognition.give", give("m2", "practice_shared"));
  assert.equal(await m1.refused("recognition.give", give("m3", "deep_listening")), "too_many");
  assert.equal(await m1.refused("recognition.give", give("m3", "insight_used")), "too_many");

  const [id] = Object.entries(m3.picture.board.recognitions).find(
    ([, each]) => each.kind === "kept_time",
  );
  assert.notEqual(await m2.refused("recognition.take_back", { id }), undefined);
  await m1.call("recognition.take_back", { id });
  await m3.until("it is taken back", ({ board }) => !board.recognitions[id]);
  await m1.call("recognition.give", give("m3", "deep_listening"));
});

describe("time", () => {
  test("floor.undo gives the floor back until the next has begun", async () => {
    const { people } = await meet(server, ["talk", "close"], { pace: 2 });
    const { f1, m1, m2 } = people;
    const kind = usualHand(m1);
    await take(m1, kind);
    await m1.call("floor.yield");
    assert.ok(m1.picture.you.undo_until > 0);

    await m1.call("floor.undo");
    await f1.until("the floor is back", holder("m1"));

    await m2.call("hand.raise", { kind });
    await m1.call("floor.yield");
    await m2.until("the floor", holder("m2"));
    await m2.call("floor.take");
    assert.match(await m1.refused("floor.undo"), /^(floor_taken|too_late)$/);
  });

  test("stage.reopen brings a stage back as it was", async () => {
    const { people } = await meet(server, ["talk", "pause", "close"]);
    const { f1, m1, m2 } = people;
    await take(m1, usualHand(m1));
    await m1.call("say", { text: "I had not finished." });
    const { id } = m1.picture.activity;
    await f1.call("stage.next");
    await m2.until("the break", ({ activity }) => activity.kind === "break");

    await f1.call("stage.reopen");

    await m2.until(
      "the talk again",
      ({ activity }) => activity.id === id || activity.kind === "open_talk",
    );
    assert.ok(saidList(m2.picture).some((said) => said.text === "I had not finished."));
  });

  test("a rehearsal is said to be one, and a real set takes no pace", async () => {
    const { people } = await meet(server, ["talk", "close"], { pace: 20 });
    assert.equal(people.m1.picture.set.rehearsal, true);
    assert.equal(people.m1.picture.set.pace, 20);
    const wrong = { ...marketTowns({ members: 3 }), pace: 6 };
    await assert.rejects(server.createSet(wrong), /status 2/);
  });
});
