/* The one room this page is in: the picture, the line to it, and what is being asked of it. */

import { computed, signal } from "@preact/signals";
import { Connection, type Link, type Outcome, type World } from "../wire/connection.ts";
import { expected, type HandKind, type Method, type Picture } from "../wire/picture.ts";
import { seats } from "../wire/session.ts";
import { Announcer } from "./announcer.ts";
import { after, now, offset, start } from "./clock.ts";
import { Drafts } from "./drafts.ts";

const words = {
  later: "This will be sent when you are back.",
  failed: "That did not work. Nothing is lost. Please try again.",
};

export interface Room {
  seq: number;
  at: number;
  picture: Picture;
}

/** Replaced by each message; undefined until the first picture. */
export const room = signal<Room | undefined>(undefined);
export const link = signal<Link>({ is: "connecting" });
/** The seat of this window, "SET.SEAT". */
export const place = signal<string | undefined>(undefined);
export const picture = computed(() => room.value?.picture);
export const announcer = new Announcer(after);

/** What is on its way, by control: when it was asked, in the set's time. */
export const sending = signal<Readonly<Record<string, number>>>({});
/** What was refused, by control, in the server's words. */
export const refused = signal<Readonly<Record<string, string>>>({});
/** One's own hand as one has just put it, until the server says. */
export const handWish = signal<{ kind: HandKind; text?: string } | "down" | undefined>(undefined);

const store = (() => {
  try {
    return globalThis.localStorage as Storage | undefined;
  } catch {
    return undefined;
  }
})();
export let drafts = new Drafts(store, "");

let connection: Connection | undefined;

const pageId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const world: World = {
  open(seat, text, lost) {
    const url = new URL(`/ws?seat=${encodeURIComponent(seat)}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url, "peerset.v1");
    socket.onmessage = (event) => {
      if (typeof event.data === "string") text(event.data);
    };
    socket.onclose = (event) => lost(event.code);
    return socket;
  },
  now: () => Date.now(),
  after,
  chance: () => Math.random(),
  async holds(seat) {
    return (await seats())?.some((held) => held.seat === seat);
  },
};

const listener = {
  room(seq: number, at: number, next: Picture): void {
    notePhase(next);
    room.value = { seq, at, picture: next };
  },
  link(next: Link): void {
    link.value = next;
  },
  offset(ms: number): void {
    offset.value = ms;
  },
};

/** Sit down: connect this window to a seat. */
export function enter(seat: string): void {
  if (place.peek() === seat) return;
  connection?.finish();
  place.value = seat;
  room.value = undefined;
  link.value = { is: "connecting" };
  drafts = new Drafts(store, seat);
  connection = new Connection(world, listener, seat, pageId());
  connection.connect();
}

/** Stand up: let go of the seat, here only. */
export function leave(): void {
  connection?.finish();
  connection = undefined;
  place.value = undefined;
  room.value = undefined;
}

export const reconnect = (): void => connection?.connect();

/* A phase that somebody else has just ended: a click within a moment of it was meant for the
 * phase before. */
const BLINK_MS = 350;
const moving = /^(stage|turn|meeting|agenda|desk)\./;
let before: { phase: string | undefined; until: number } = { phase: undefined, until: 0 };

function notePhase(next: Picture): void {
  const was = room.peek()?.picture.activity?.phase_id;
  if (was === undefined || was === next.activity?.phase_id) return;
  refused.value = {}; /* what was refused in another phase is no longer of interest */
  const mine = Object.keys(sending.peek()).some((key) => moving.test(key));
  before = { phase: was, until: mine ? 0 : Date.now() + BLINK_MS };
}

const lookedAt = (): string | undefined =>
  Date.now() < before.until ? before.phase : room.peek()?.picture.activity?.phase_id;

const REFUSED_MS = 30_000; /* long enough to be read by anybody; then it is only in the way */

/* The button that leads the meeting on rests for a moment after each press: a second tap of the
 * same finger must not skip a step. */
const LEAD = "desk.next";
const REST_MS = 900;

/** Ask the server for something. `key` names the control, for "sending" and for a refusal. */
export async function act(
  method: Method,
  params: Record<string, unknown> = {},
  key: string = method,
): Promise<Outcome> {
  if (!connection) return { ok: false, refusal: "gone", message: words.failed };
  if (key === LEAD && sending.peek()[LEAD] !== undefined) {
    return { ok: false, refusal: "resting", message: "" };
  }
  const began = Date.now();
  const phase = lookedAt();
  const whole =
    expected.includes(method) && phase !== undefined ? { expect: phase, ...params } : params;
  const rest = { ...refused.peek() };
  delete rest[key];
  refused.value = rest;
  sending.value = { ...sending.peek(), [key]: now.peek() };
  const outcome = await connection.call(method, whole);
  const settled = (): void => {
    const still = { ...sending.peek() };
    delete still[key];
    sending.value = still;
  };
  const resting = key === LEAD ? REST_MS - (Date.now() - began) : 0;
  if (resting > 0) after(resting, settled);
  else settled();
  if (!outcome.ok) {
    const message = outcome.message || words.failed;
    refused.value = { ...refused.peek(), [key]: message };
    after(REFUSED_MS, () => {
      if (refused.peek()[key] !== message) return;
      const others = { ...refused.peek() };
      delete others[key];
      refused.value = others;
    });
    announcer.say(message);
    return { ...outcome, message };
  }
  return outcome;
}

/** Put one's hand up or down: seen at once, taken back if refused. */
export async function wishHand(wish: { kind: HandKind; text?: string } | "down"): Promise<Outcome> {
  handWish.value = wish;
  const outcome =
    wish === "down" ? await act("hand.lower", {}, "hand") : await act("hand.raise", wish, "hand");
  if (handWish.peek() === wish) handWish.value = undefined;
  return outcome;
}

/** One's own hand: as wished, else as the server has it. */
export const myHand = computed<HandKind | undefined>(() => {
  const wish = handWish.value;
  if (wish === "down") return undefined;
  if (wish) return wish.kind;
  const seen = picture.value;
  return seen && seen.floor.hands[seen.you.seat]?.kind;
});

/** Begin to listen to the world: time, the network, the page being looked at again. */
export function begin(): void {
  start(() => connection?.woke());
  addEventListener("online", () => connection?.retryNow());
  addEventListener("offline", () => connection?.offline());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection?.retryNow();
  });
}
