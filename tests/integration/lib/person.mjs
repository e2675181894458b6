// A person with a device: a session, one socket, the picture, and commands. Written from
// protocol.md alone; it takes nothing from the client of the house. What the server does against
// the protocol becomes a complaint, and the server's end fails for it.
import WebSocket from "ws";
import { ask } from "./http.mjs";
import { canonical, difference, merged, nullPath } from "./patch.mjs";
import { checkCommand, checkFrame, checkPicture } from "./schema.mjs";
import { eventually, PATIENCE_MS, pause, within } from "./wait.mjs";

const NEEDS_EXPECT = /^(stage|turn|clock|round)\.|^floor\.(next|grant)$|^agenda\.agree$/;

let pages = 0;

/** The server said no, in words. */
export class Refused extends Error {
  constructor(method, error) {
    super(`${method}: ${error.data?.refusal}: ${error.message}`);
    this.refusal = error.data?.refusal;
    this.code = error.code;
    this.sentence = error.message;
  }
}

/** The socket went away before the answer came. Nobody knows yet whether it was done. */
export class Unanswered extends Error {
  constructor(request, code) {
    super(`${request.method} ${request.id}: the connection ended with ${code}`);
    this.request = request;
  }
}

export class Person {
  complaints = [];
  notes = []; // every notification but picture and patch, in order
  frames = 0;
  bytes = 0;
  sent = 0;
  seq = -1;
  picture = undefined;
  closed = undefined; // { code, reason } of the last socket
  keep = undefined; // an array: every text frame is kept in it
  #pending = new Map();
  #watchers = new Set();
  #socket;
  #count = 0;
  #welcomed = false;

  constructor(server, { set, seat, token, name, role, cookie, origin, tls }) {
    Object.assign(this, { server, set, seat, token, name, role, cookie });
    this.origin = origin ?? (tls ? server.tlsOrigin : server.origin);
    this.page = `p${process.pid.toString(36)}-${(pages += 1)}`;
  }

  // ---- the door ----

  headers() {
    return { origin: this.origin, ...(this.cookie ? { cookie: this.cookie } : {}) };
  }

  /** POST the invite. Keeps the cookie when there is one; gives the whole answer. */
  async knock(token = this.token) {
    const answer = await ask(`${this.origin}/api/v1/session`, {
      method: "POST",
      headers: { ...this.headers(), "content-type": "application/json" },
      body: JSON.stringify({ invite: token }),
      ca: this.server.ca,
    });
    const given = answer.headers["set-cookie"]?.find((text) => text.startsWith("__Host-peerset="));
    if (given) this.cookie = given.split(";")[0];
    return answer;
  }

  async join() {
    const answer = await this.knock();
    if (answer.status !== 200) throw new Error(`POST session: ${answer.status} ${answer.text}`);
    return answer.json();
  }

  session(method = "GET") {
    return ask(`${this.origin}/api/v1/session`, {
      method,
      headers: this.headers(),
      ca: this.server.ca,
    });
  }

  // ---- the socket ----

  /** Open a socket and wait for the first picture. */
  async connect({ where = `${this.set}.${this.seat}`, headers, ...options } = {}) {
    const url = `${this.origin.replace(/^http/, "ws")}/ws?seat=${where}`;
    const socket = new WebSocket(url, ["peerset.v1"], {
      headers: { ...this.headers(), ...headers },
      perMessageDeflate: false,
      ca: this.server.ca,
      ...options,
    });
    this.#socket = socket;
    this.#welcomed = false;
    this.picture = undefined;
    this.seq = -1;
    this.closed = undefined;
    socket.on("upgrade", (answer) => {
      this.upgrade = answer;
    });
    socket.on("message", (data, isBinary) => {
      if (socket === this.#socket) this.#receive(data, isBinary);
    });
    socket.on("close", (code, reason) => {
      if (socket === this.#socket) this.#lost(code, String(reason));
    });
    await within(
      `a picture for ${this.seat}`,
      new Promise((resolve, reject) => {
        const watcher = () => {
          if (!this.picture) return;
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
        socket.on("unexpected-response", (_, answer) => {
          reject(
            Object.assign(new Error(`upgrade: ${answer.statusCode}`), {
              status: answer.statusCode,
            }),
          );
          socket.terminate();
        });
        socket.on("error", reject);
        socket.on("close", (code) =>
          reject(Object.assign(new Error(`closed: ${code}`), { code })),
        );
      }),
    );
    return this;
  }

  /** The status with which the upgrade is refused, or 101. */
  async statusOfConnect(options) {
    try {
      await this.connect(options);
      return 101;
    } catch (error) {
      return error.status ?? error.message;
    }
  }

  async arrive() {
    await this.join();
    return this.connect();
  }

  /** The same person on another device: an invite may be used any number of times. */
  async device() {
    const { server, set, seat, token, name, role } = this;
    const other = new Person(server, { set, seat, token, name, role });
    server.people.add(other);
    return other.arrive();
  }

  get socket() {
    return this.#socket;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** The network goes away: no goodbye. */
  drop() {
    this.#socket?.terminate();
  }

  leave() {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket && socket.readyState === WebSocket.OPEN) socket.close(1000);
    else socket?.terminate();
  }

  /** Wait for the end of the socket: { code, reason }. */
  closing(ms) {
    return eventually(`the socket of ${this.seat} closes`, () => this.closed, ms);
  }

  #lost(code, reason) {
    this.closed = { code, reason };
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { request, reject } of pending) reject(new Unanswered(request, code));
    this.#look();
  }

  #complain(what) {
    this.complaints.push(`${this.seat}: ${what}`);
  }

  #hold(check, value) {
    try {
      check(value);
    } catch (error) {
      this.#complain(error.message);
    }
  }

  #look() {
    for (const watcher of [...this.#watchers]) watcher();
  }

  // ---- frames in ----

  #receive(data, isBinary) {
    const text = data.toString("utf8");
    this.frames += 1;
    this.bytes += data.length;
    this.keep?.push(text);
    if (isBinary) this.#complain("a binary frame");
    const frame = JSON.parse(text);
    this.#hold(checkFrame, frame);
    if (frame.id !== undefined || frame.error) this.#answered(frame);
    else this.#notified(frame);
  }

  /** Answers keep the order of the requests on a connection. */
  #answered(frame) {
    const first = this.#pending.keys().next().value;
    const id = frame.id ?? undefined;
    if (id === undefined || !this.#pending.has(id)) {
      this.notes.push(frame);
      this.#look();
      return;
    }
    if (first !== id) this.#complain(`the answer to ${id} came before that to ${first}`);
    const { request, resolve, reject } = this.#pending.get(id);
    this.#pending.delete(id);
    if (frame.error) {
      reject(new Refused(request.method, frame.error));
      return;
    }
    if (
      request.method !== "time.sync" &&
      this.seq > frame.result.seq &&
      request.method === "picture.get"
    ) {
      this.#complain(`picture.get answered ${frame.result.seq}, the picture was ${this.seq}`);
    }
    this.#hold(checkCommand, request); // what is carried out is in the schema
    resolve(frame.result);
  }

  #notified({ method, params }) {
    if (!this.#welcomed && method !== "welcome" && method !== "bye")
      this.#complain(`${method} came before welcome`);
    if (method === "welcome") {
      this.#welcomed = true;
      this.welcome = params;
    } else if (method === "picture") {
      this.#saw(params.seq, params.picture);
    } else if (method === "patch") {
      if (!this.picture) this.#complain("a patch came before the picture");
      if (params.from !== this.seq) this.#complain(`a patch from ${params.from}, at ${this.seq}`);
      if (params.seq < params.from) this.#complain(`a patch back to ${params.seq}`);
      this.#saw(params.seq, merged(this.picture, params.patch));
    } else {
      this.notes.push({ method, params });
      this.#look();
    }
  }

  #saw(seq, picture) {
    this.seq = seq;
    this.picture = picture;
    const path = nullPath(picture);
    if (path) this.#complain(`null at ${path}`);
    this.#hold(checkPicture, picture);
    this.#look();
  }

  // ---- commands ----

  /** A request with the next id. `expect` is what this person sees, where it is needed. */
  request(method, params = {}) {
    this.#count += 1;
    const expect = NEEDS_EXPECT.test(method) && this.picture?.activity?.phase_id;
    const filled = expect && !("expect" in params) ? { ...params, expect } : params;
    return { jsonrpc: "2.0", id: `${this.page}:${this.#count}`, method, params: filled };
  }

  /** Send a request as it is, also one that was sent before; its result. */
  send(request) {
    return within(
      `an answer to ${request.method} of ${this.seat}`,
      new Promise((resolve, reject) => {
        if (!this.isOpen) {
          reject(new Unanswered(request, this.closed?.code));
          return;
        }
        this.sent += 1;
        this.#pending.set(request.id, { request, resolve, reject });
        this.#socket.send(JSON.stringify(request));
      }),
    );
  }

  /** Ask for something and give the result; too_fast is waited out, as a client should. */
  async call(method, params) {
    for (let wait = 150; ; wait *= 2) {
      try {
        return await this.send(this.request(method, params));
      } catch (error) {
        if (error.refusal !== "too_fast") throw error;
        await pause(wait);
      }
    }
  }

  /** The word with which this is refused. It must be. */
  async refused(method, params) {
    try {
      await this.call(method, params);
    } catch (error) {
      if (error instanceof Refused) return error.refusal;
      throw error;
    }
    throw new Error(`${this.seat}: ${method} was not refused`);
  }

  /** Send a frame that is no request. */
  raw(data, options) {
    this.#socket.send(data, options);
  }

  /** The error or result without an id that is known, after a raw frame. */
  async objection(ms) {
    const found = await eventually(
      "an answer to a raw frame, or the end of the socket",
      () => this.closed ?? this.notes.find((note) => note.error),
      ms,
    );
    this.notes = this.notes.filter((note) => note !== found);
    return found;
  }

  // ---- seeing ----

  /** Wait until the picture is so, and give what `look` gave. */
  async until(what, look, ms = PATIENCE_MS) {
    let watcher;
    const seen = new Promise((resolve, reject) => {
      watcher = () => {
        try {
          const found = this.picture && look(this.picture);
          if (found) resolve(found);
        } catch (error) {
          reject(error);
        }
      };
      this.#watchers.add(watcher);
      watcher();
    });
    try {
      return await within(`${what} (seen by ${this.seat})`, seen, ms);
    } catch (error) {
      error.message += `\n${summary(this.picture)}`;
      throw error;
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /**
   * Once this is answered, everything that was sent here before is here: answers keep their
   * order.
   */
  settle() {
    return this.call("time.sync", { t0: 1 });
  }

  may(method) {
    return this.picture?.you.may[method] === true;
  }

  /** The picture as it was patched must be the one that the server would draw now. */
  async compare() {
    for (let tries = 0; ; tries += 1) {
      const before = { seq: this.seq, text: canonical(this.picture), frames: this.frames };
      await this.call("picture.get");
      const alone = this.frames === before.frames + 2 && this.seq === before.seq;
      if (alone && canonical(this.picture) === before.text) return;
      if (alone && tries > 3) {
        throw new Error(`${this.seat}: ${difference(JSON.parse(before.text), this.picture)}`);
      }
      if (tries > 50) throw new Error(`${this.seat}: the picture never stood still`);
      await pause(50);
    }
  }
}

/** What matters of a picture when a test fails. */
export function summary(picture) {
  if (!picture) return "there is no picture";
  const { meeting, activity, clock, floor, you, prompt } = picture;
  const said = Object.values(activity?.said ?? {}).map(
    ({ by, kind, text }) => `${by} ${kind}: ${text}`,
  );
  return JSON.stringify(
    {
      meeting: meeting && { ...meeting, stages: undefined },
      activity: activity && { ...activity, said },
      clock,
      floor,
      prompt,
      may: Object.keys(you.may),
    },
    undefined,
    1,
  ).slice(0, 4000);
}
