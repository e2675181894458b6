// Who does not read, does not answer, or does not finish: they are let go, and the others do not
// notice.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { meet } from "./lib/scene.mjs";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";
import { eventually, PATIENCE_MS, SLOWNESS, within } from "./lib/wait.mjs";

/** The line of a figure, or 0. */
async function figure(server, name) {
  const { text } = await server.control("/metrics");
  const line = text
    .split("\n")
    .find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

async function memoryOf(server) {
  const text = await readFile(`/proc/${server.child.pid}/status`, "utf8");
  return Number(text.match(/VmRSS:\s+(\d+) kB/)[1]) * 1024;
}

const QUICK = "commands_per_second = 10000\ncommands_burst = 10000\n";

/** Let this person ask for pictures and read none, until the server's queue for them is full. */
async function fallBehind(server, person) {
  person.socket._socket.pause();
  await eventually("somebody is behind", async () => {
    for (let i = 0; i < 20; i += 1) {
      person.raw(`{"jsonrpc":"2.0","id":"greedy:${(greedy += 1)}","method":"picture.get"}`);
    }
    return (await figure(server, "peerset_behind_total")) > 0;
  });
}
let greedy = 0;

describe("a slow reader", () => {
  let server;
  let people;
  before(async () => {
    server = await Server.start(undefined, { config: QUICK });
    ({ people } = await meet(server, ["talk", "close"], { pace: 1 }));
  });
  after(() => server.end());

  test("edge_44_costs_little_disturbs_nobody_and_catches_up_with_one_picture", async (t) => {
    const { f1, m1, m2 } = people;
    const before = await memoryOf(server);
    await fallBehind(server, m2);
    const spans = [];
    for (let i = 0; i < 500; i += 1) {
      const began = performance.now();
      await m1.call("you.rename", { name: `Priya ${i} ${"x".repeat(40)}` });
      spans.push(performance.now() - began);
    }
    await f1.settle();
    spans.sort((a, b) => a - b);
    t.diagnostic(
      `a command: median ${spans[250].toFixed(1)} ms, longest ${spans.at(-1).toFixed(1)} ms`,
    );
    const grown = (await memoryOf(server)) - before;
    t.diagnostic(`memory: ${Math.round(grown / 1024)} KiB more`);
    assert.ok(f1.picture.roster.m1.name.startsWith("Priya 499"));
    assert.ok(grown < 16 * 1024 * 1024, `${grown} bytes`);

    m2.keep = [];
    m2.socket._socket.resume();
    await m2.until("it has caught up", ({ roster }) => roster.m1.name.startsWith("Priya 499"));
    const patches = m2.keep.filter((text) => text.includes('"method":"patch"')).length;
    assert.ok(patches < 100, `${patches} patches were kept for it`);
    await m2.compare();
  });

  test("that asks on and on and never reads is let go", async () => {
    const { m1, m3 } = people;
    const before = await figure(server, "peerset_closed_slow_total");
    m3.socket._socket.pause();
    await eventually("it is let go", async () => {
      for (let i = 0; i < 50; i += 1) {
        m3.raw(`{"jsonrpc":"2.0","id":"greedy:${(greedy += 1)}","method":"picture.get"}`);
      }
      return (await figure(server, "peerset_closed_slow_total")) > before;
    });
    await m1.until("m3 is gone", ({ roster }) => roster.m3.here === "dropped");
    m3.socket.terminate();
    await m3.connect();
    await m3.compare();
  });
});

describe("connections that lead nowhere", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(marketTowns({ members: 4, stages: [STAGES.talk] }));
  });
  after(() => server.end());

  /** A TCP connection that sends `text` and then nothing; resolves when the server ends it. */
  function hangAbout(text = "") {
    const socket = connect(server.port, "127.0.0.1");
    const began = performance.now();
    const ended = new Promise((resolve) => {
      socket.on("close", () => resolve(performance.now() - began));
      socket.on("error", () => {});
      socket.on("connect", () => socket.write(text));
      socket.resume();
    });
    return { socket, ended };
  }

  test("that say nothing, or half of it, are ended within seconds", async (t) => {
    const idle = Array.from({ length: 20 }, () => hangAbout());
    const half = Array.from({ length: 20 }, () => hangAbout("GET / HTTP/1.1\r\nHost: x\r\nX-A: "));
    const began = performance.now();
    await server.person(set, "m1").arrive();
    t.diagnostic(`a person came in after ${Math.round(performance.now() - began)} ms`);

    const spans = await within(
      "the end of all of them",
      Promise.all([...idle, ...half].map(({ ended }) => ended)),
      20_000 * SLOWNESS,
    );
    t.diagnostic(
      `ended after ${Math.round(Math.min(...spans))} to ${Math.round(Math.max(...spans))} ms`,
    );
    assert.ok(Math.max(...spans) < 15_000 * SLOWNESS);
  });

  test("more than 64 without a session from one address are not served", async () => {
    const m2 = await server.person(set, "m2").arrive();
    const held = Array.from({ length: 100 }, () => hangAbout());
    let ended = 0;
    for (const each of held) each.ended.then(() => (ended += 1));
    await eventually("36 of them are sent away", () => ended >= 36, PATIENCE_MS * 2);
    await m2.settle();
    for (const { socket } of held) socket.destroy();
    const m3 = server.person(set, "m3");
    await eventually(
      "the door is open again",
      () => m3.join().catch(() => undefined),
      PATIENCE_MS * 2,
    );
  });

  test("that send a header without end are ended", async () => {
    const { socket, ended } = hangAbout(
      `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(64 * 1024)}`,
    );
    await within("its end", ended, 20_000 * SLOWNESS);
    socket.destroy();
  });

  test("that speak nonsense, h2 or TLS on the plain port are ended", async () => {
    const head = (first, ...rest) => `${[first, "Host: x", ...rest].join("\r\n")}\r\n\r\n`;
    const post = "POST /api/v1/session HTTP/1.1";
    const greetings = [
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      Buffer.from("160301020001000", "hex"),
      Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 37) % 256)),
      head(
        "GET / HTTP/1.1",
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABk",
      ),
      head(post, "Content-Length: -1"),
      `${head(post, "Transfer-Encoding: chunked", "Content-Length: 5")}0\r\n\r\n`,
    ];
    for (const greeting of greetings) {
      const { socket, ended } = hangAbout(greeting);
      await within(`the end after ${String(greeting).slice(0, 20)}`, ended, 20_000 * SLOWNESS);
      socket.destroy();
    }
    await server.person(set, "m4").arrive();
  });
});

describe("silence", () => {
  test("edge_06_who_answers_pings_stays_and_who_does_not_is_dropped", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["talk", "close"], { pace: 1 });
    const { f1, m1, m2 } = people;
    m1.socket._autoPong = false;
    if (m1.socket._receiver) m1.socket._receiver.removeAllListeners("ping");
    const began = performance.now();

    await f1.until(
      "m1 is dropped",
      ({ roster }) => roster.m1.here === "dropped",
      45_000 * SLOWNESS,
    );

    t.diagnostic(`dropped after ${Math.round((performance.now() - began) / 1000)} s`);
    assert.ok(m2.isOpen, "who only listens is still here");
    assert.equal(f1.picture.roster.m2.here, "here");
  });
});
