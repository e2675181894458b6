// The meeting of examples/market-towns.meeting.json, played by its people. Each step looks at the
// picture and does what is missing, so the same play goes on after a restart in the middle of it.
import assert from "node:assert/strict";
import { summary } from "./person.mjs";
import { LINES } from "./sets.mjs";
import { pause } from "./wait.mjs";

/**
 * What stands in the picture of `activity.said`, as a list in the order of the server's instants.
 */
export function saidList(picture) {
  return Object.entries(picture.activity?.said ?? {})
    .map(([id, said]) => ({ id, ...said }))
    .sort((a, b) => a.at - b.at || Number(a.id.slice(1)) - Number(b.id.slice(1)));
}

function saidBy(picture, by, text) {
  return saidList(picture).find((said) => said.by === by && said.text === text);
}

/** Refusals that only mean that time or somebody else was quicker: look again. */
const LOOK_AGAIN = new Set([
  "moved_on",
  "no_floor",
  "not_your_turn",
  "nobody_waiting",
  "already_done",
]);

export class Play {
  /**
   * `people` by seat; `act(person, method, params)` does a command; `seen(where)` is told each
   * scene.
   */
  constructor(people, { act, seen = async () => {}, lines = LINES } = {}) {
    this.people = people;
    this.f1 = people.f1;
    this.lines = lines;
    this.seen = seen;
    this.act = act ?? ((person, method, params) => person.call(method, params));
  }

  /** What is newest of what all may see: a person's own commands are in their own picture first. */
  get picture() {
    const actor = this.actor;
    return actor?.picture && actor.seq > this.f1.seq ? actor.picture : this.f1.picture;
  }

  /** Do one command; false when the moment for it had passed. */
  async try(person, method, params) {
    try {
      this.actor = person;
      this.last = { seat: person.seat, method };
      await this.act(person, method, params);
      return true;
    } catch (error) {
      this.last.refusal = error.refusal;
      if (!LOOK_AGAIN.has(error.refusal)) throw error;
      return false;
    }
  }

  /**
   * Repeat `step` until it says that nothing is left to do. One step more looks at what is newer.
   */
  async drive(what, step) {
    for (let turns = 0; turns < 400; turns += 1) {
      if (await step()) return;
      await pause(turns < 20 ? 0 : 10);
    }
    assert.fail(`never done: ${what}\n${JSON.stringify(this.last)}\n${summary(this.picture)}`);
  }

  whole() {
    return this.inOrder([
      () => this.begin(),
      () => this.checkIn(),
      () => this.agenda(),
      () => this.turn(),
      () => this.standIns(),
      () => this.close(),
    ]);
  }

  async inOrder(steps) {
    for (const step of steps) await step();
  }

  stageKind() {
    const { meeting } = this.picture;
    return meeting?.stages[meeting.stage]?.kind;
  }

  /** Leave a stage of this kind, once all have seen what is in it. */
  async leave(kind) {
    await this.seen(kind);
    const { stage } = this.picture.meeting;
    await this.drive(`leaving ${kind}`, async () => {
      if (this.picture.meeting.stage !== stage) return true;
      await this.try(this.f1, "stage.next");
      return this.picture.meeting.stage !== stage;
    });
  }

  async begin() {
    await this.act(this.f1, "meeting.open");
    await this.seen("lobby");
    await this.act(this.f1, "meeting.start");
    await this.f1.until("the opening", ({ activity }) => activity?.kind === "open");
    await this.leave("open");
  }

  // ---- rounds ----

  /** Go through a round. `line(seat)` is what each says, or "pass". */
  async round(noun, line, saidKind) {
    const passes = {};
    await this.drive(`the ${noun} round`, async () => {
      const { floor, activity } = this.picture;
      const states = Object.values(activity[noun].state);
      const over = states.every((state) => state === "done" || state === "passed");
      const seat = floor.holder;
      if (!seat) {
        const asked = Object.entries(activity[noun].state)
          .filter(([, state]) => state === "passed")
          .every(([passed]) => passes[passed] >= 2);
        if (over && asked) return true;
        await this.f1.until(
          "the next in the round",
          (now) => now.floor.holder || this.isOver(now, noun, passes),
        );
        return false;
      }
      const person = this.people[seat];
      await person.until("one's own turn", (now) => now.floor.holder === seat);
      const text = line(seat);
      if (text === "pass") {
        if (await this.try(person, "round.pass")) passes[seat] = (passes[seat] ?? 0) + 1;
        await this.f1.until(
          "the pass",
          (now) => now.floor.holder !== seat || passes[seat] === undefined,
        );
        return false;
      }
      if (!saidBy(this.picture, seat, text) && person.picture.you.say_as === saidKind) {
        await this.try(person, "say", { text });
      }
      await this.try(person, "round.done");
      await this.f1.until("the end of it", (now) => now.activity[noun].state[seat] !== "now");
      return false;
    });
  }

  isOver(picture, noun, passes) {
    return Object.entries(picture.activity[noun].state).every(
      ([seat, state]) => state === "done" || (state === "passed" && passes[seat] >= 2),
    );
  }

  async checkIn() {
    await this.f1.until("the check-in", ({ activity }) => activity?.kind === "check_in");
    await this.round("check_in", (seat) => this.lines.check_in[seat] ?? "pass", "check_in");
    await this.leave("check_in");
  }

  async agenda() {
    await this.f1.until("the agenda", ({ activity }) => activity?.kind === "agenda");
    for (const { by, issue, urgency } of this.lines.bids) {
      await this.act(this.people[by], "bid.place", { issue, urgency });
    }
    await this.seen("bids");
    await this.act(this.f1, "agenda.agree");
    await this.leave("agenda");
  }

  // ---- the turn ----

  phase() {
    return this.picture.activity?.phase;
  }

  async enter(phase) {
    await Promise.all(
      Object.values(this.people).map((person) =>
        person.until(`the phase ${phase}`, ({ activity }) => activity?.phase === phase),
      ),
    );
    await this.seen(`enter ${phase}`);
  }

  /** The presenter, or the facilitator, moves on from `phase`. */
  async goOn(phase, person, method) {
    await this.seen(phase);
    await this.drive(`leaving ${phase}`, async () => {
      if (this.phase() !== phase) return true;
      await this.try(person, method);
      return this.phase() !== phase;
    });
  }

  async turn() {
    const lines = this.lines.turn;
    const presenter = this.people[lines.presenter];
    await this.enter("present");
    await this.once(presenter, lines.present);
    await this.goOn("present", presenter, "turn.ready");
    await this.enter("clarify");
    for (const line of lines.clarify) await this.ask(presenter, line);
    await this.goOn("clarify", this.f1, "turn.next");
    await this.enter("question");
    for (const line of lines.questions) await this.ask(presenter, line);
    await this.goOn("question", this.f1, "turn.next");
    await this.enter("silence");
    await this.reflect(lines.presenter);
    await this.goOn("silence", this.f1, "turn.next");
    await this.enter("offer");
    for (const line of lines.offers) await this.offer(line);
    await this.goOn("offer", this.f1, "turn.next");
    await this.enter("respond");
    await this.once(presenter, lines.respond);
    await this.goOn("respond", presenter, "turn.ready");
    await this.enter("commit");
    await this.commit(presenter, lines.commitments);
    await this.goOn("commit", presenter, "turn.ready");
    await this.enter("process");
    await this.once(this.people.m2, "We gave no advice for nearly an hour. I noticed.");
    await this.goOn("process", this.f1, "turn.next");
  }

  async once(person, text) {
    if (!saidBy(this.picture, person.seat, text)) await this.act(person, "say", { text });
    await this.f1.until(`"${text}"`, (now) => saidBy(now, person.seat, text));
  }

  /** One question, from the hand to the end of the answer. */
  async ask(presenter, { by, kind, text, answer, helped }) {
    const asker = this.people[by];
    await this.drive(`"${text}"`, async () => {
      const { floor } = this.picture;
      const question = saidBy(this.picture, by, text);
      const answered = saidList(this.picture).find(
        (said) => said.kind === "answer" && said.text === answer,
      );
      if (question && answered && !floor.holder) return true;
      if (floor.holder && floor.holder !== by) {
        await this.try(this.f1, "floor.next");
      } else if (floor.holder && floor.part === "question") {
        await this.question(asker, question, text);
      } else if (floor.holder && floor.part === "answer") {
        await presenter.until("one's answer", (now) => now.floor.part === "answer");
        if (!answered) await this.try(presenter, "say", { text: answer });
        await this.try(presenter, "floor.yield");
      } else if (!floor.hands[by]) {
        await this.try(asker, "hand.raise", { kind, text });
      } else {
        await this.given(by);
      }
      return false;
    });
    if (helped) {
      const { id } = saidBy(this.picture, by, text);
      await this.act(presenter, "turn.helped", { said: id });
    }
  }

  /** Wait until the floor is somebody's, or the hand is down again. */
  given(by) {
    const { f1, actor } = this;
    return f1.until("the floor is given", ({ floor }) => {
      const behind = actor && actor.seq > f1.seq;
      return floor.holder || (!behind && !floor.hands[by]);
    });
  }

  async question(asker, question, text) {
    await asker.until("one's own floor", (now) => now.floor.holder === asker.seat);
    if (!this.picture.floor.taken) await this.try(asker, "floor.take");
    if (!question) await this.try(asker, "say", { text });
    await this.try(asker, "floor.yield");
  }

  async offer({ by, kind, text }) {
    const person = this.people[by];
    await this.drive(`"${text}"`, async () => {
      const { floor } = this.picture;
      const offered = saidBy(this.picture, by, text);
      if (offered && floor.holder !== by) return true;
      if (floor.holder === by) {
        await person.until("one's own floor", (now) => now.floor.holder === by);
        if (!floor.taken) await this.try(person, "floor.take");
        if (!offered) await this.try(person, "say", { text });
        await this.try(person, "floor.yield");
      } else if (floor.holder) {
        await this.try(this.f1, "floor.next");
      } else if (!floor.hands[by]) {
        await this.try(person, "hand.raise", { kind, text });
      } else {
        await this.given(by);
      }
      return false;
    });
  }

  /** The private prompt: three write, the others pass. */
  async reflect(presenter) {
    const { answers } = this.lines.reflection;
    for (const [seat, person] of Object.entries(this.people)) {
      if (!person.may("prompt.answer") || seat === presenter) continue;
      const { id } = person.picture.prompt;
      if (answers[seat])
        await this.act(person, "prompt.answer", { prompt: id, text: answers[seat] });
      else await this.act(person, "prompt.pass", { prompt: id });
    }
  }

  async commit(presenter, commitments) {
    for (const commitment of commitments) {
      const made = () =>
        Object.entries(this.picture.commitments).find(([, each]) => each.text === commitment.text);
      if (!made()) await this.act(presenter, "commitment.make", commitment);
      const [id, { witness_says: says }] = await this.f1.until("the commitment", made);
      if (commitment.witness && says === "asked") {
        await this.act(this.people[commitment.witness], "commitment.witness", { id, yes: true });
      }
    }
  }

  // ---- what follows ----

  /** The kinds that do not exist yet run as open talk: one says a word in each. */
  async standIns() {
    for (const kind of ["tour", "commitments"]) {
      await this.f1.until(`the stage ${kind}`, () => this.stageKind() === kind);
      await this.f1.until("its activity", ({ activity }) => activity?.stands_in_for === kind);
      await this.offer({ by: "m5", kind: "offer", text: `A word in the stage of kind ${kind}.` });
      await this.leave(kind);
    }
  }

  async close() {
    await this.f1.until("the close", ({ activity }) => activity?.kind === "close");
    for (const { by, ...recognition } of this.lines.close.recognitions) {
      await this.act(this.people[by], "recognition.give", recognition);
    }
    await this.round("close", (seat) => (seat === "m6" ? "Thank you all." : "pass"), "talk");
    await this.seen("close");
    if (this.picture.meeting.state === "live") await this.act(this.f1, "meeting.close");
    await this.seen("closing");
    if (this.picture.meeting.state !== "ended") await this.act(this.f1, "meeting.end");
    await this.f1.until("the end", ({ meeting }) => meeting.state === "ended");
    await this.seen("ended");
  }
}
