/* The picture as one person reads it: short questions that several parts ask. Pure. */

import { computed } from "@preact/signals";
import { nameOf, plainName } from "../words.ts";
import { now } from "./clock.ts";
import type {
  Activity,
  HandKind,
  Method,
  Picture,
  Role,
  Round,
  Seat,
  Span,
} from "../wire/picture.ts";

export interface View {
  p: Picture;
  me: Seat;
  activity: Activity | undefined;
  /** May I do this now? The server decides; nothing here does. */
  may(method: Method): boolean;
  mayRaise(kind: HandKind): boolean;
  /** The name for inside a sentence. */
  name(seat: Seat | undefined): string;
  plain(seat: Seat | undefined): string;
  hand: HandKind | undefined;
}

/** A window of time that the picture draws as open, with its end beside: is it still open? */
const open = (until: number | undefined) =>
  computed(() => until === undefined || now.value < until);

export function viewOf(p: Picture, hand: HandKind | undefined): View {
  const reopens = open(p.you.reopen_until);
  const follows = open(p.you.follow_until);
  const windowed = (method: Method): boolean =>
    method === "stage.reopen" || method === "meeting.reopen" ? reopens.value : true;
  return {
    p,
    me: p.you.seat,
    activity: p.activity,
    may: (method) => p.you.may[method] === true && windowed(method),
    mayRaise: (kind) =>
      p.you.hand_kinds[kind] === true && (kind !== "follow_up" || follows.value),
    name: (seat) => nameOf(p, seat),
    plain: (seat) => plainName(p, seat),
    hand,
  };
}

/** The round that is going on, if the activity is one. */
export const roundOf = (activity: Activity | undefined): Round | undefined =>
  activity?.check_in ?? activity?.close;

const ranks: Record<Role, number> = { member: 0, facilitator: 1, deputy: 2, observer: 3 };
const number = (seat: Seat): number => Number.parseInt(seat.slice(1), 10) || 0;

/** All who belong, in the order of their seats: members, facilitators, observers. */
export function seatsOf(p: Picture): Seat[] {
  return Object.keys(p.roster)
    .filter((seat) => !p.roster[seat]?.removed)
    .sort(
      (a, b) =>
        ranks[p.roster[a]?.role ?? "member"] - ranks[p.roster[b]?.role ?? "member"] ||
        number(a) - number(b),
    );
}

/** The circle in speaking order: a round's own order; else round the table from the presenter. */
export function circleOf(p: Picture): Seat[] {
  const seats = seatsOf(p);
  const round = roundOf(p.activity);
  if (round) {
    const first = round.order.filter((seat) => seats.includes(seat));
    return [...first, ...seats.filter((seat) => !first.includes(seat))];
  }
  const presenter = p.activity?.presenter;
  const members = seats.filter((seat) => p.roster[seat]?.role === "member");
  const others = seats.filter((seat) => p.roster[seat]?.role !== "member");
  const from = presenter ? members.indexOf(presenter) : -1;
  return from > 0 ? [...members.slice(from), ...members.slice(0, from), ...others] : seats;
}

/** Who speaks now: in an answer it is the presenter, not the asker who holds the floor. */
export const speakerOf = (p: Picture): Seat | undefined =>
  p.floor.part === "answer" ? p.activity?.presenter : p.floor.holder;

/** Who has the next turn in a round. */
export const nextInRound = (round: Round): Seat | undefined =>
  round.order.find((seat) => round.state[seat] === "waiting");

/** Is it for me to speak? */
export const myTurn = (p: Picture): boolean => speakerOf(p) === p.you.seat;

/** Which step of how many; undefined between meetings. */
export function stepOf(p: Picture): { at: number; of: number; title: string } | undefined {
  const { meeting } = p;
  if (!meeting?.stage) return undefined;
  const at = meeting.order.indexOf(meeting.stage);
  const stage = meeting.stages[meeting.stage];
  return at < 0 || !stage
    ? undefined
    : { at: at + 1, of: meeting.order.length, title: stage.title };
}

/** What is left on the clock at `now`; below zero is overtime; undefined: no clock. */
export function leftOf(p: Picture, now: number): Span | undefined {
  const { clock } = p;
  if (clock.state === "running" && clock.ends_at !== undefined) return clock.ends_at - now;
  if (clock.state === "paused") return clock.remaining_ms;
  return undefined;
}

/** How long the meeting will last: an instant while it runs. */
export function endOf(p: Picture, now: number): number | undefined {
  const forecast = p.meeting?.forecast;
  if (!forecast) return undefined;
  return "end_at" in forecast ? forecast.end_at : now + forecast.left_ms;
}
