// The set and the meeting of examples/, and how a test varies them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./cli.mjs";

const read = (name) => JSON.parse(readFileSync(join(ROOT, "examples", name), "utf8"));

/** What the people of the Market Towns set say in one meeting. */
export const LINES = read("market-towns.meeting.json");

export const MEMBERS = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11"];
export const EVERYBODY = ["f1", "f2", ...MEMBERS];

/**
 * The set as a file of `peerset set create`. `pace` makes it a rehearsal; `members` cuts it
 * short.
 */
export function marketTowns({
  pace,
  members = 11,
  stages,
  planned_ms,
  bank_ms = 0,
  ...other
} = {}) {
  const set = read("market-towns.set.json");
  set.members = set.members.slice(0, members);
  set.rotation.places = set.rotation.places.slice(0, members);
  if (pace) Object.assign(set, { rehearsal: true, pace });
  if (stages) {
    const sum = stages.reduce((total, stage) => total + stage.planned_ms, bank_ms);
    set.meeting = { stages, planned_ms: planned_ms ?? sum, bank_ms };
    delete set.template;
  }
  return { ...set, ...other };
}

const MINUTE = 60_000;

/** Stages for short stories. */
export const STAGES = {
  open: { kind: "open", planned_ms: 3 * MINUTE },
  checkIn: { kind: "check_in", planned_ms: 11 * MINUTE },
  agenda: { kind: "agenda", planned_ms: 2 * MINUTE },
  turn: { kind: "presenter_turn", planned_ms: 40 * MINUTE },
  pause: { kind: "break", planned_ms: 10 * MINUTE },
  talk: { kind: "open_talk", planned_ms: 10 * MINUTE },
  close: { kind: "close", planned_ms: 7 * MINUTE },
};
