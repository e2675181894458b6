// People in the middle of something, for stories that begin there.
import { marketTowns, STAGES } from "./sets.mjs";

export const SEATS = ["f1", "f2", "m1", "m2", "m3", "m4"];

/** Wait until all of them see it. */
export function together(people, what, look) {
  return Promise.all(Object.values(people).map((person) => person.until(what, look)));
}

/**
 * A set of five members whose meeting has just begun with the first of `kinds` (keys of STAGES).
 */
export async function meet(server, kinds, { seats = SEATS, pace = 20, ...more } = {}) {
  const stages = kinds.map((kind) => STAGES[kind]);
  const set = await server.createSet(marketTowns({ members: 5, pace, stages, ...more }));
  const people = await server.gather(set, seats);
  await people.f1.call("meeting.open");
  await people.f1.call("meeting.start");
  await together(
    people,
    "the first stage, and each other",
    ({ activity, roster }) => activity && seats.every((seat) => roster[seat].here === "here"),
  );
  return { set, people };
}

/** Move the turn on until `phase`, seen by all. */
export async function turnTo(people, phase) {
  const { f1 } = people;
  while (f1.picture.activity.phase !== phase) {
    const { phase_id } = f1.picture.activity;
    await f1.call("turn.next");
    await f1.until("the next phase", ({ activity }) => activity.phase_id !== phase_id);
  }
  await together(people, phase, ({ activity }) => activity.phase === phase);
}

export const holder =
  (seat) =>
  ({ floor }) =>
    floor.holder === seat;

/** Raise a hand, get the floor, begin. */
export async function take(person, kind) {
  await person.call("hand.raise", { kind });
  await person.until("the floor", holder(person.seat));
  await person.call("floor.take");
}

/** A kind of hand that may be raised here, and is no process hand. */
export function usualHand(person) {
  return Object.keys(person.picture.you.hand_kinds).find((kind) => kind !== "process");
}
