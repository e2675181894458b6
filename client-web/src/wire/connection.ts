/* One socket to one seat: frames in, commands out, and back again when it breaks.
 *
 *   connecting --welcome+picture--> open --close/silence--> lost --back-off--> connecting
 *        '----------- 4001, 4003, 1000, old protocol ----------> stopped
 *
 * A command keeps its id until it is answered, over any number of sockets, so it is never done
 * twice. Knows nothing of screens. The world (sockets, time, chance) is handed in, so it can be
 * tested. */

import { Offset } from "./offset.ts";
import { merge } from "./patch.ts";
import type { Answer, Frame, Method, Picture } from "./picture.ts";

export type StopReason = "replaced" | "removed" | "done" | "signed_out" | "old";
export type LossReason = "network" | "restarting" | "slow" | "policy";
export type Link =
  | { is: "connecting" }
  | { is: "open" }
  | { is: "lost"; why: LossReason }
  | { is: "stopped"; why: StopReason };

export type Outcome =
  { ok: true; answer: Answer } | { ok: false; refusal: string; message: string };

export interface Socketlike {
  send(text: string): void;
  close(): void;
}

export interface World {
  /** A socket to a seat. `lost` is called once, `text` for each message before it. */
  open(seat: string, text: (text: string) => void, lost: (code: number) => void): Socketlike;
  /** The local clock, in milliseconds. */
  now(): number;
  /** Call `then` once, later. The answer takes it back. */
  after(ms: number, then: () => void): () => void;
  /** 0 to 1. */
  chance(): number;
  /** Is the session still good for this seat? undefined: cannot tell. */
  holds(seat: string): Promise<boolean | undefined>;
}

export interface Listener {
  room(seq: number, at: number, picture: Picture): void;
  link(link: Link): void;
  offset(ms: number): void;
}

interface Pending {
  id: string;
  text: string;
  settle: (outcome: Outcome) => void;
  lasting: boolean;
}

const PROTOCOL = 1;
const COMMAND_BYTES_MAX = 8192;
const BACKOFF_MS_FIRST = 500;
const BACKOFF_MS_MAX = 15_000;
const OPEN_MS_MAX = 10_000; /* a socket that has not opened by then never will */
const ANSWER_MS_MAX = 5_000; /* a probe without an answer by then: the line is dead */
const PROBE_MS = 15_000;
const FIRST_PROBES = 4;

export class Connection {
  #world: World;
  #listener: Listener;
  #seat: string;
  #page: string;
  #count = 0;
  #socket: Socketlike | undefined;
  #pending = new Map<string, Pending>();
  #offset = new Offset();
  #picture: Picture | undefined;
  #seq = -1;
  #ready = false;
  #asked = false;
  #tries = 0;
  #retryMs: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #cancelProbe: (() => void) | undefined;
  #cancelDeadline: (() => void) | undefined;
  #link: Link = { is: "connecting" };

  constructor(world: World, listener: Listener, seat: string, page: string) {
    this.#world = world;
    this.#listener = listener;
    this.#seat = seat;
    this.#page = page;
  }

  get link(): Link {
    return this.#link;
  }

  /** Connect, now, whatever was waited for. Also the way back from `stopped`. */
  connect(): void {
    this.#clearTimers();
    this.#drop();
    if (this.#link.is === "stopped") this.#say({ is: "connecting" });
    this.#ready = false;
    const socket: Socketlike = this.#world.open(
      this.#seat,
      (text) => {
        if (socket === this.#socket) this.#receive(text);
      },
      (code) => this.#lose(socket, code),
    );
    this.#socket = socket;
    this.#cancelDeadline = this.#world.after(OPEN_MS_MAX, () => this.#lose(socket, 0));
  }

  /** The network is said to be back, or the page is looked at again: do not wait. */
  retryNow(): void {
    if (this.#link.is === "lost") this.connect();
    else if (this.#link.is === "open") this.#probe();
  }

  /** The device slept: what was measured before may be wrong, and the line may be dead. */
  woke(): void {
    this.#offset.forget();
    this.retryNow();
  }

  /** The browser says there is no network. Better said at once than found out. */
  offline(): void {
    if (this.#socket && this.#link.is !== "stopped") this.#lose(this.#socket, 0);
  }

  finish(): void {
    this.#clearTimers();
    this.#drop();
    this.#say({ is: "stopped", why: "done" });
  }

  /** Ask the server for something. Kept and sent again until there is an answer. */
  call(method: Method, params: Record<string, unknown>): Promise<Outcome> {
    return this.#ask(method, params, true);
  }

  #ask(method: Method, params: Record<string, unknown>, lasting: boolean): Promise<Outcome> {
    const id = `${this.#page}:${++this.#count}`;
    // Composed letters (NFC), so that the same name is the same bytes whatever keyboard wrote it.
    const text = JSON.stringify({ jsonrpc: "2.0", id, method, params }).normalize("NFC");
    if (new TextEncoder().encode(text).length > COMMAND_BYTES_MAX) {
      return Promise.resolve({
        ok: false,
        refusal: "too_long",
        message: "That is too long to send. Please make it shorter.",
      });
    }
    return new Promise((settle) => {
      this.#pending.set(id, { id, text, settle, lasting });
      if (this.#ready || !lasting) this.#socket?.send(text);
    });
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as
      | (Frame & { id?: undefined })
      | {
          id: string;
          result?: Answer;
          error?: { message: string; data?: { refusal?: string } };
        };
    if (frame.id !== undefined) {
      this.#answer(frame.id, frame.result, frame.error);
      return;
    }
    switch (frame.method) {
      case "welcome":
        if (Number.parseInt(String(frame.params.protocol).replace(/^\D*/, ""), 10) !== PROTOCOL) {
          this.#stop("old");
          return;
        }
        this.#offset.guess(frame.params.server_at, this.#world.now());
        this.#listener.offset(this.#offset.ms);
        return;
      case "picture":
        this.#asked = false;
        this.#take(frame.params.seq, frame.params.at, frame.params.picture);
        if (!this.#ready) this.#opened();
        return;
      case "patch":
        if (this.#asked || !this.#picture) return;
        if (frame.params.from !== this.#seq) {
          this.#asked = true;
          void this.#ask("picture.get", {}, false);
          return;
        }
        this.#take(
          frame.params.seq,
          frame.params.at,
          merge(this.#picture, frame.params.patch) as Picture,
        );
        return;
      case "bye":
        this.#retryMs = frame.params.retry_ms;
    }
  }

  #take(seq: number, at: number, picture: Picture): void {
    this.#seq = seq;
    this.#picture = picture;
    this.#listener.room(seq, at, picture);
  }

  #answer(
    id: string,
    result?: Answer,
    error?: { message: string; data?: { refusal?: string } },
  ): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    if (result) pending.settle({ ok: true, answer: result });
    else
      pending.settle({
        ok: false,
        refusal: error?.data?.refusal ?? "unknown",
        message: error?.message ?? "",
      });
  }

  #opened(): void {
    this.#cancelDeadline?.();
    this.#ready = true;
    this.#tries = 0;
    this.#retryMs = undefined;
    for (const pending of this.#pending.values()) this.#socket?.send(pending.text);
    this.#say({ is: "open" });
    this.#probe(FIRST_PROBES);
  }

  /** Ask for the time: measures the offset, and finds a dead line that nobody closed. */
  #probe(more = 0): void {
    const socket = this.#socket;
    this.#cancelProbe?.();
    this.#cancelDeadline?.();
    if (!socket || !this.#ready) return;
    const t0 = this.#world.now();
    this.#cancelDeadline = this.#world.after(ANSWER_MS_MAX, () => this.#lose(socket, 0));
    void this.#ask("time.sync", { t0: Math.round(t0) }, false).then((outcome) => {
      if (socket !== this.#socket) return;
      this.#cancelDeadline?.();
      if (outcome.ok && outcome.answer.server_at !== undefined) {
        this.#offset.add(t0, outcome.answer.server_at, this.#world.now());
        this.#listener.offset(this.#offset.ms);
      }
      this.#cancelProbe = this.#world.after(more > 1 ? 400 : PROBE_MS, () => this.#probe(more - 1));
    });
  }

  #lose(socket: Socketlike, code: number): void {
    if (socket !== this.#socket) return;
    this.#clearTimers();
    const wasReady = this.#ready;
    this.#drop();
    switch (code) {
      case 1000:
        this.#stop("done");
        return;
      case 4001:
        this.#stop("replaced");
        return;
      case 4003:
        this.#stop("removed");
        return;
    }
    const why: LossReason =
      code === 1012
        ? "restarting"
        : code === 1013
          ? "slow"
          : code === 1008 || code === 1009
            ? "policy"
            : "network";
    this.#say({ is: "lost", why });
    this.#cancelRetry = this.#world.after(this.#delay(why), () => this.connect());
    /* A browser does not tell why an upgrade was refused: ask whether the session still holds
     * the seat. */
    if (!wasReady && this.#tries % 3 === 2) void this.#checkSession();
  }

  #delay(why: LossReason): number {
    const step = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** this.#tries++);
    const base = Math.max(this.#retryMs ?? 0, why === "policy" ? BACKOFF_MS_MAX : step);
    this.#retryMs = undefined;
    return base * (0.4 + 0.6 * this.#world.chance());
  }

  async #checkSession(): Promise<void> {
    const holds = await this.#world.holds(this.#seat);
    if (holds === false && this.#link.is === "lost") this.#stop("signed_out");
  }

  #stop(why: StopReason): void {
    this.#clearTimers();
    this.#drop();
    this.#say({ is: "stopped", why });
  }

  /** Let go of the socket. What is asked only for the moment dies with it; commands stay. */
  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#ready = false;
    this.#asked = false;
    for (const [id, pending] of this.#pending) if (!pending.lasting) this.#pending.delete(id);
    socket?.close();
  }

  #clearTimers(): void {
    this.#cancelRetry?.();
    this.#cancelProbe?.();
    this.#cancelDeadline?.();
  }

  #say(link: Link): void {
    this.#link = link;
    this.#listener.link(link);
  }
}
