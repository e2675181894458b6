/* The line to the server, against a world of our own: sockets, time and chance are handed in. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, type Link, type Outcome } from "../src/wire/connection.ts";
import type { Picture } from "../src/wire/picture.ts";

class World {
  at = 1_000;
  timers: { at: number; then: () => void }[] = [];
  sockets: {
    sent: { id: string; method: string; params: Record<string, unknown> }[];
    text: (text: string) => void;
    lost: (code: number) => void;
    closed: boolean;
  }[] = [];
  held: boolean | undefined = true;
  links: Link[] = [];
  pictures: Picture[] = [];
  offsets: number[] = [];
  connection = new Connection(
    {
      open: (_seat, text, lost) => {
        const socket = { sent: [] as World["sockets"][0]["sent"], text, lost, closed: false };
        this.sockets.push(socket);
        return {
          send: (frame) => socket.sent.push(JSON.parse(frame)),
          close: () => {
            socket.closed = true;
          },
        };
      },
      now: () => this.at,
      after: (ms, then) => {
        const timer = { at: this.at + ms, then };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((one) => one !== timer);
        };
      },
      chance: () => 1,
      holds: () => Promise.resolve(this.held),
    },
    {
      room: (_seq, _at, picture) => {
        this.pictures.push(picture);
      },
      link: (link) => {
        this.links.push(link);
      },
      offset: (ms) => {
        this.offsets.push(ms);
      },
    },
    "s.m1",
    "page",
  );

  get socket() {
    const last = this.sockets.at(-1);
    assert.ok(last);
    return last;
  }
  say(frame: object): void {
    this.socket.text(JSON.stringify({ jsonrpc: "2.0", ...frame }));
  }
  open(seq = 1, picture: object = { a: 1 }, protocol: number | string = 1): void {
    this.say({
      method: "welcome",
      params: { protocol, seat: "s.m1", limits: {}, server_at: this.at + 500 },
    });
    this.say({ method: "picture", params: { seq, at: this.at, picture } });
  }
  pass(ms: number): void {
    const until = this.at + ms;
    for (;;) {
      const [next] = this.timers.filter((one) => one.at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.at = next.at;
      next.then();
    }
    this.at = until;
  }
  asked(method: string) {
    return this.socket.sent.filter((one) => one.method === method);
  }
}

const settled = () => new Promise((done) => setImmediate(done));

test("a patch changes the picture, and one that does not follow asks for a whole one", () => {
  const world = new World();
  world.connection.connect();
  world.open(5, { a: 1, b: { c: 2 } });
  world.say({ method: "patch", params: { from: 5, seq: 7, at: 0, patch: { b: { c: 3 } } } });
  assert.deepEqual(world.pictures.at(-1), { a: 1, b: { c: 3 } });

  world.say({ method: "patch", params: { from: 8, seq: 9, at: 0, patch: { a: null } } });

  assert.equal(world.asked("picture.get").length, 1);
  world.say({ method: "patch", params: { from: 9, seq: 10, at: 0, patch: { a: null } } });
  assert.equal(world.asked("picture.get").length, 1, "not asked twice");
  assert.equal(world.pictures.length, 2);
  world.say({ method: "picture", params: { seq: 10, at: 0, picture: { z: 1 } } });
  world.say({ method: "patch", params: { from: 10, seq: 10, at: 0, patch: { y: 1 } } });
  assert.deepEqual(world.pictures.at(-1), { z: 1, y: 1 });
});

test("a command without an answer is sent again with the same id after a reconnect", async () => {
  const world = new World();
  world.connection.connect();
  world.open();
  const outcome = world.connection.call("hand.raise", { kind: "question" });
  const id = world.asked("hand.raise")[0]?.id ?? "";
  assert.match(id, /^page:\d+$/);
  world.socket.lost(1006);
  assert.deepEqual(world.links.at(-1), { is: "lost", why: "network" });

  world.pass(1_000);
  world.open(2);

  assert.deepEqual(
    world.asked("hand.raise").map((one) => one.id),
    [id],
  );
  world.say({ id, result: { seq: 3 } });
  assert.deepEqual(await outcome, { ok: true, answer: { seq: 3 } });
});

test("what is asked while the line is down waits and goes out in order", () => {
  const world = new World();
  world.connection.connect();
  world.open();
  world.connection.offline();
  void world.connection.call("say", { text: "one" });
  void world.connection.call("say", { text: "two" });
  world.connection.retryNow();
  assert.equal(world.asked("say").length, 0);

  world.open(2);

  assert.deepEqual(
    world.asked("say").map((one) => one.params["text"]),
    ["one", "two"],
  );
});

test("a refusal gives the server's sentence", async () => {
  const world = new World();
  world.connection.connect();
  world.open();
  const outcome: Promise<Outcome> = world.connection.call("say", { text: "x" });
  world.say({
    id: world.asked("say")[0]?.id,
    error: { code: -32000, message: "It is not your turn.", data: { refusal: "not_your_turn" } },
  });

  assert.deepEqual(await outcome, {
    ok: false,
    refusal: "not_your_turn",
    message: "It is not your turn.",
  });
});

test("a line that does not answer is found dead and opened again", async () => {
  const world = new World();
  world.connection.connect();
  world.open();
  assert.equal(world.asked("time.sync").length, 1);

  world.pass(5_001);

  assert.deepEqual(world.links.at(-1), { is: "lost", why: "network" });
  await settled();
});

test("the first answers give the offset, then the line is asked now and then", async () => {
  const world = new World();
  world.connection.connect();
  world.open();
  for (let n = 0; n < 4; n++) {
    const last = world.asked("time.sync").at(-1);
    world.at += 40;
    world.say({ id: last?.id, result: { t0: 0, server_at: world.at + 480 } });
    await settled();
    world.pass(400);
  }
  assert.equal(world.offsets.at(-1), 500);
  assert.equal(world.asked("time.sync").length, 4);

  world.pass(15_000);

  assert.equal(world.asked("time.sync").length, 5);
});

test("waits grow, are bounded, and end at once when the network is back", () => {
  const world = new World();
  world.connection.connect();
  const waits: number[] = [];
  for (let n = 0; n < 8; n++) {
    const before = world.at;
    world.socket.lost(1006);
    const timer = world.timers.find((one) => one.at > before);
    waits.push((timer?.at ?? 0) - before);
    world.pass(waits.at(-1) ?? 0);
  }
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);

  const count = world.sockets.length;
  world.socket.lost(1006);
  world.connection.retryNow();

  assert.equal(world.sockets.length, count + 1);
});

test("bye says when to come back", () => {
  const world = new World();
  world.connection.connect();
  world.open();
  world.say({ method: "bye", params: { reason: "restarting", retry_ms: 3_000 } });
  world.socket.lost(1012);
  assert.deepEqual(world.links.at(-1), { is: "lost", why: "restarting" });

  world.pass(2_999);
  assert.equal(world.sockets.length, 1);
  world.pass(1);

  assert.equal(world.sockets.length, 2);
});

test("close codes that mean no are not tried again", () => {
  for (const [code, why] of [
    [4001, "replaced"],
    [4003, "removed"],
    [1000, "done"],
  ] as const) {
    const world = new World();
    world.connection.connect();
    world.open();
    world.socket.lost(code);
    world.pass(60_000);

    assert.deepEqual(world.links.at(-1), { is: "stopped", why });
    assert.equal(world.sockets.length, 1);
  }
});

test("a session that ended is found out when the upgrade keeps failing", async () => {
  const world = new World();
  world.held = false;
  world.connection.connect();
  world.socket.lost(1006);
  world.pass(500);
  world.socket.lost(1006);
  await settled();

  assert.deepEqual(world.links.at(-1), { is: "stopped", why: "signed_out" });
  world.pass(60_000);
  assert.equal(world.sockets.length, 2);
});

test("another protocol asks for a reload instead of guessing", () => {
  const world = new World();
  world.connection.connect();
  world.open(1, {}, 2);

  assert.deepEqual(world.links.at(-1), { is: "stopped", why: "old" });
  assert.equal(world.pictures.length, 0);
});

test("a command that is too long never leaves", async () => {
  const world = new World();
  world.connection.connect();
  world.open();

  const outcome = await world.connection.call("say", { text: "x".repeat(9_000) });

  assert.equal(outcome.ok, false);
  assert.equal(world.asked("say").length, 0);
});
