/* The picture and the names of the protocol, as types.
 *
 * Written by `peerset describe` from the tables that the server decodes with; do not edit. */

export type Seat = string;
export type StageId = string;
export type SaidId = string;
export type CommitmentId = string;
export type Id = string;
/** Milliseconds since 1970, in the set's own time. */
export type Instant = number;
/** A length of time in milliseconds. */
export type Span = number;

export type Role =
  | "member" | "facilitator" | "deputy" | "observer";
export type HandKind =
  | "question" | "follow_up" | "offer" | "process";
export type SaidKind =
  | "check_in" | "story" | "question" | "answer" | "offer" | "response" | "process";
export type RecognitionKind =
  | "insight_used" | "practice_shared" | "resource_shared" | "contact_helped" | "tour_insight"
  | "opening_question" | "deep_listening" | "held_silence" | "honest_challenge" | "hosted_meeting"
  | "hosted_tour" | "kept_time" | "helped_with_tech" | "kept_commitment" | "learned_from_not_done";
export type Here =
  | "here" | "away" | "dropped" | "absent";
export type MeetingState =
  | "planned" | "lobby" | "live" | "closing" | "corridor" | "ended";
export type RoundState =
  | "waiting" | "now" | "done" | "passed" | "away";
export type TurnPhase =
  | "present" | "clarify" | "question" | "silence" | "offer" | "respond" | "commit" | "process";
export type Method =
  | "picture.get" | "time.sync" | "seat.here" | "you.rename" | "seat.remove" | "seat.admit"
  | "invite.renew" | "presence.away" | "meeting.open" | "meeting.plan" | "meeting.start"
  | "meeting.close" | "meeting.end" | "meeting.reopen" | "stage.next" | "stage.skip"
  | "stage.reopen" | "stage.insert" | "stage.remove" | "clock.pause" | "clock.resume"
  | "clock.extend" | "hand.raise" | "hand.lower" | "floor.grant" | "floor.next" | "floor.take"
  | "floor.yield" | "floor.undo" | "round.done" | "round.pass" | "say" | "prompt.answer"
  | "prompt.pass" | "commitment.make" | "commitment.witness" | "recognition.give"
  | "recognition.take_back" | "lease.offer" | "lease.take" | "lease.return" | "help.ask"
  | "help.clear" | "bid.place" | "bid.pass" | "agenda.swap" | "agenda.override" | "agenda.agree"
  | "turn.ready" | "turn.next" | "turn.invite" | "turn.helped" | "turn.stop";

export interface SetPart {
  id: string;
  name: string;
  zone: string;
  call?: string;
  rehearsal?: true;
  pace?: number;
}
export interface Resolve {
  desire: number;
  intention: number;
}
export interface You {
  seat: Seat;
  role: Role;
  primary: boolean;
  may: Partial<Record<Method, true>>;
  hand_kinds: Partial<Record<HandKind, true>>;
  say_as?: SaidKind;
  hand_text?: string;
  asked_help?: true;
  undo_until?: Instant;
  follow_until?: Instant;
  reopen_until?: Instant;
  resolve: Record<CommitmentId, Resolve>;
}
export interface Business {
  id: Id;
  name: string;
}
export interface Person {
  name: string;
  business?: Business;
  sector?: string;
  role: Role;
  here: Here;
  removed?: true;
}
export interface Stage {
  kind: string;
  title: string;
  planned_ms: Span;
  done?: true;
}
export type Forecast = { end_at: Instant } | { left_ms: Span };
export interface Meeting {
  number: number;
  state: MeetingState;
  stage?: StageId;
  order: StageId[];
  stages: Record<StageId, Stage>;
  planned_ms: Span;
  bank_ms: Span;
  forecast: Forecast;
  started_at?: Instant;
  ended_at?: Instant;
  steward?: Seat;
  acting?: Seat;
  facilitator_dropped?: true;
  interrupted?: true;
}
export interface Said {
  by: Seat;
  kind: SaidKind;
  text?: string;
  to?: SaidId;
  at: Instant;
  helped?: true;
}
export interface Round {
  order: Seat[];
  state: Record<Seat, RoundState>;
  each_ms: Span;
}
export interface Bid {
  issue?: string;
  urgency?: number;
  passed?: true;
}
export interface Swap {
  with: Seat;
}
export interface Agenda {
  bids: Record<Seat, Bid>;
  swaps: Record<Seat, Swap>;
  overridden?: string;
}
export interface PresenterTurn {
  issue?: string;
  number: number;
  asked: number;
  of: number;
  ready?: true;
  invited?: Seat;
  made: number;
}
export interface Activity {
  kind: string;
  id: Id;
  phase: string;
  phase_id: Id;
  presenter?: Seat;
  stands_in_for?: string;
  said: Record<SaidId, Said>;
  open?: object;
  check_in?: Round;
  agenda?: Agenda;
  presenter_turn?: PresenterTurn;
  open_talk?: object;
  break?: object;
  close?: Round;
}
export interface Clock {
  state: "none" | "running" | "paused";
  ends_at?: Instant;
  remaining_ms?: Span;
  planned_ms: Span;
  extended_ms: Span;
  paused_why?: "asked" | "presenter" | "restart";
}
export interface Hand {
  kind: HandKind;
  reason: string;
  parked?: true;
}
export interface Floor {
  holder?: Seat;
  part?: "question" | "answer";
  taken?: true;
  soft_ends_at?: Instant;
  order: Seat[];
  still_want?: true;
  hands: Record<Seat, Hand>;
}
export interface Rotation {
  today: Seat[];
  reserve?: Seat;
  why: string;
  at_risk?: string;
  frozen?: true;
  seed?: number;
}
export interface Prompt {
  id: Id;
  text: string;
  visibility: "private";
  state: "open" | "closed";
  ends_at?: Instant;
  answer?: string;
  passed?: true;
}
export interface Commitment {
  owner: Seat;
  text: string;
  due: string;
  meeting: number;
  witness?: Seat;
  witness_says?: "asked" | "yes" | "no";
  status: "active";
  at: Instant;
}
export interface Recognition {
  by: Seat;
  to: Seat;
  kind: RecognitionKind;
  reason: string;
  at: Instant;
}
export interface Board {
  asks: object;
  offers: object;
  intros: object;
  recognitions: Record<Id, Recognition>;
}
export interface Next {
  method: "meeting.open" | "meeting.start" | "stage.next" | "turn.next" | "agenda.agree" | "clock.resume" | "meeting.end";
  title: string;
  why: string;
}
export interface HelpAsked {
  text?: string;
  at: Instant;
}
export interface Desk {
  next: Next;
  line?: string;
  not_heard: Seat[];
  help: Record<Seat, HelpAsked>;
}
export interface StageSettings {
  planned_ms?: Span;
}
export interface Picture {
  set: SetPart;
  you: You;
  roster: Record<Seat, Person>;
  meeting?: Meeting;
  activity?: Activity;
  clock: Clock;
  floor: Floor;
  rotation?: Rotation;
  prompt?: Prompt;
  commitments: Record<CommitmentId, Commitment>;
  board: Board;
  desk?: Desk;
}

/** What each method takes, besides `expect`. */
export interface Params {
  "picture.get": object;
  "time.sync": { t0: number };
  "seat.here": object;
  "you.rename": { name: string };
  "seat.remove": { seat: Seat; reason: string };
  "seat.admit": { seat: Seat };
  "invite.renew": { seat: Seat };
  "presence.away": { on: boolean };
  "meeting.open": { template?: "ninety_minutes" | "two_hours" | "three_hours" };
  "meeting.plan": { stages: { kind: string; planned_ms: Span }[]; planned_ms: Span };
  "meeting.start": object;
  "meeting.close": object;
  "meeting.end": object;
  "meeting.reopen": object;
  "stage.next": object;
  "stage.skip": object;
  "stage.reopen": object;
  "stage.insert": { at: number; kind: string; planned_ms?: Span; settings?: StageSettings };
  "stage.remove": { id: StageId };
  "clock.pause": object;
  "clock.resume": object;
  "clock.extend": { ms: Span };
  "hand.raise": { kind: HandKind; text?: string };
  "hand.lower": object;
  "floor.grant": { seat: Seat };
  "floor.next": object;
  "floor.take": object;
  "floor.yield": object;
  "floor.undo": object;
  "round.done": object;
  "round.pass": object;
  "say": { text?: string; to?: SaidId };
  "prompt.answer": { prompt: Id; text: string };
  "prompt.pass": { prompt: Id };
  "commitment.make": { text: string; due: string; desire: number; intention: number; witness?: Seat };
  "commitment.witness": { id: CommitmentId; yes: boolean };
  "recognition.give": { to: Seat; kind: RecognitionKind; reason: string };
  "recognition.take_back": { id: Id };
  "lease.offer": { seat: Seat };
  "lease.take": object;
  "lease.return": object;
  "help.ask": { text?: string };
  "help.clear": { seat: Seat };
  "bid.place": { issue: string; urgency: number };
  "bid.pass": object;
  "agenda.swap": { with: Seat };
  "agenda.override": { order: Seat[]; reason: string };
  "agenda.agree": object;
  "turn.ready": object;
  "turn.next": object;
  "turn.invite": { seat: Seat };
  "turn.helped": { said: SaidId };
  "turn.stop": object;
}

/** Commands whose `params.expect` (the phase the person was looking at) is required. */
export const expected: readonly string[] = [
  "stage.next", "stage.skip", "stage.reopen", "stage.insert", "stage.remove", "clock.pause",
  "clock.resume", "clock.extend", "floor.grant", "floor.next", "round.done", "round.pass",
  "agenda.agree", "turn.ready", "turn.next", "turn.invite", "turn.helped", "turn.stop",
];

/** Lengths in characters (code points), and how many. */
export const limits = {
  say: 600,
  name: 60,
  title: 80,
  reason: 140,
  issue: 140,
  commitment: 200,
  commitments_per_turn: 3,
  stages: 24,
} as const;

/** Kinds of stage that can be planned; one without an activity runs as open talk. */
export const stageKinds: readonly string[] = [
  "open", "check_in", "agenda", "presenter_turn", "open_talk", "break", "close", "tour",
  "commitments", "process_review", "corridor",
];

export type Frame =
  | { method: "welcome"; params: { protocol: string; seat: string; limits: Record<string, number>; server_at: Instant } }
  | { method: "picture"; params: { seq: number; at: Instant; picture: Picture } }
  | { method: "patch"; params: { from: number; seq: number; at: Instant; patch: unknown } }
  | { method: "bye"; params: { reason?: string; retry_ms?: number } };

export interface Answer { seq?: number; link?: string; t0?: number; server_at?: Instant }
