// Who comes in, and how they go: invites, sessions, origins, failed tries, removal, devices.
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect } from "node:tls";
import { after, before, describe, test } from "node:test";
import { ask } from "./lib/http.mjs";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";

const small = (more) => marketTowns({ members: 4, stages: [STAGES.open, STAGES.talk], ...more });

/** A token that looks right and is not: the last letter is another one. */
function forged(token) {
  const last = token.at(-1);
  return token.slice(0, -1) + (last === "A" ? "B" : "A");
}

describe("an invite", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(small());
  });
  after(() => server.end());

  test("becomes a session that says whose it is", async () => {
    const person = server.person(set, "m2");

    const answer = await person.knock();

    assert.equal(answer.status, 200);
    const body = answer.json();
    assert.equal(body.seat, `${set.id}.m2`);
    assert.deepEqual(body.set, { id: set.id, name: "Market Towns retail and tourism set" });
    assert.equal(body.role, "member");
    assert.equal(body.name, "Tomasz");
  });

  test("gives a cookie that scripts and other sites cannot use", async () => {
    const person = server.person(set, "m2");

    const { headers } = await person.knock();

    const cookie = headers["set-cookie"][0];
    assert.match(cookie, /^__Host-peerset=[A-Za-z0-9_-]{20,};/);
    for (const part of ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]) {
      assert.ok(cookie.includes(part), `${part} in ${cookie.replace(/=[^;]+/, "=…")}`);
    }
    assert.match(cookie, /Max-Age=15552000/);
    assert.equal(headers["cache-control"], "no-store");
  });

  test("may be used any number of times, and a GET of its link consumes nothing", async () => {
    const person = server.person(set, "m3");
    for (let i = 0; i < 20; i += 1) {
      const { status } = await ask(`${server.origin}/`, { headers: {} });
      assert.ok(status === 200 || status === 404);
    }
    for (let i = 0; i < 15; i += 1) assert.equal((await person.knock()).status, 200);
  });

  test("lets one browser hold two seats of a set", async () => {
    const first = server.person(set, "m1");
    await first.join();
    const second = server.person(set, "m4", { cookie: first.cookie });
    await second.join();

    const { seats } = (await second.session()).json();

    assert.equal(second.cookie, first.cookie);
    assert.deepEqual(seats.map(({ seat }) => seat).sort(), [`${set.id}.m1`, `${set.id}.m4`]);
    for (const held of seats) assert.equal(held.role, "member");
    await Promise.all([first.connect(), second.connect()]);
  });

  test("that is unknown, forged or malformed is refused in one wording", async () => {
    const person = server.person(set, "m1");
    const answers = [];
    for (const token of ["nonsense", forged(person.token), person.token.slice(1), ""]) {
      answers.push(await server.person(set, "m1").knock(token));
    }
    for (const { status, headers, text } of answers) {
      assert.equal(status, 404);
      assert.match(headers["content-type"], /^application\/problem\+json/);
      assert.equal(text, answers[0].text);
      assert.equal(headers["set-cookie"], undefined);
    }
  });

  test("that was renewed stops working at once, and its sockets are closed", async () => {
    const person = await server.person(set, "m2").arrive();
    const before = person.token;

    const renewed = await server.command("invite", "renew", "--set", set.id, "--seat", "m2");

    assert.equal((await person.closing()).code, 4003);
    assert.equal((await server.person(set, "m2").knock(before)).status, 404);
    assert.equal(await person.statusOfConnect(), 401);
    const { link } = renewed.invites?.[0] ?? renewed;
    const token = link.split("/#/join/")[1];
    assert.equal((await server.person(set, "m2").knock(token)).status, 200);
    set.seats.m2.token = token;
  });

  test("that was revoked opens nothing, in the same wording", async () => {
    const person = await server.person(set, "m3").arrive();

    await server.command("invite", "revoke", "--set", set.id, "--seat", "m3");

    assert.equal((await person.closing()).code, 4003);
    const answer = await server.person(set, "m3").knock();
    const unknown = await server.person(set, "m3").knock("nonsense");
    assert.equal(answer.status, 404);
    assert.equal(answer.text, unknown.text);
  });
});

describe("failed tries", () => {
  test("are slowed down after ten in a minute, and good ones never count", async (t) => {
    const server = await Server.start(t);
    const set = await server.createSet(small());
    const good = server.person(set, "m1");
    for (let i = 0; i < 15; i += 1) assert.equal((await good.knock()).status, 200);

    const statuses = [];
    let last;
    for (let i = 0; i < 12; i += 1) {
      last = await server.person(set, "m1").knock(forged(good.token));
      statuses.push(last.status);
      assert.equal((await good.knock()).status, 200, "a good one in between");
    }

    assert.deepEqual(statuses, [...Array(10).fill(404), 429, 429]);
    const wait = Number(last.headers["retry-after"]);
    assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    assert.equal((await good.knock()).status, 200, "one router, thirteen people");
  });
});

describe("an origin", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(small());
  });
  after(() => server.end());

  const wrong = (port) => [
    undefined,
    "null",
    "",
    "http://evil.example",
    `http://127.0.0.1.evil.example:${port}`,
    `http://evil.example/127.0.0.1:${port}`,
    `http://127.0.0.1:${port + 1}`,
    `http://127.0.0.1:${port}0`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port}/`,
    `http://x127.0.0.1:${port}`,
    `http://127.0.0.1:${port}@evil.example`,
  ];

  test("that is wrong opens no socket", async () => {
    const person = server.person(set, "m1");
    await person.join();
    for (const origin of wrong(server.port)) {
      const headers = { cookie: person.cookie };
      if (origin !== undefined) headers.origin = origin;
      const status = await upgradeStatus(server, `/ws?seat=${set.id}.m1`, headers);
      assert.equal(status, 403, `origin ${origin}`);
    }
    assert.equal(await upgradeStatus(server, `/ws?seat=${set.id}.m1`, person.headers()), 101);
  });

  test("that is wrong gets no session", async () => {
    for (const origin of wrong(server.port).slice(0, 9)) {
      const headers = { "content-type": "application/json" };
      if (origin !== undefined) headers.origin = origin;
      const body = JSON.stringify({ invite: set.seats.m1.token });
      const answer = await ask(`${server.origin}/api/v1/session`, {
        method: "POST",
        headers,
        body,
      });
      assert.equal(answer.status, 403, `origin ${origin}`);
      assert.equal(answer.headers["set-cookie"], undefined);
    }
  });

  test("is never let in by a header of the server", async () => {
    const answer = await ask(`${server.origin}/api/v1/session`, {
      headers: { origin: "http://evil.example" },
    });
    for (const name of Object.keys(answer.headers)) {
      assert.ok(!name.startsWith("access-control-"), name);
    }
  });
});

/** An upgrade with exactly these headers: { status, headers }. */
async function upgrade(server, path, headers) {
  const all = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-protocol": "peerset.v1",
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const asked = request(`${server.origin}${path}`, {
      agent: false,
      headers: Object.fromEntries(given),
    });
    asked.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve({ status: answer.statusCode, headers: answer.headers });
    });
    asked.on("response", (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, headers: answer.headers });
      asked.destroy();
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function upgradeStatus(server, path, headers) {
  const answer = await upgrade(server, path, headers);
  return answer.status;
}

describe("a socket", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(small());
  });
  after(() => server.end());

  test("needs a session that holds the seat", async () => {
    const person = server.person(set, "m1");
    await person.join();
    const statuses = {};
    const tries = {
      "no cookie": [`${set.id}.m1`, {}],
      "an invented cookie": [
        `${set.id}.m1`,
        { cookie: "__Host-peerset=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
      ],
      "another's seat": [`${set.id}.m2`, { cookie: person.cookie }],
      "a seat that is not there": [`${set.id}.m33`, { cookie: person.cookie }],
      "a set that is not there": ["zzzzzzzzzz.m1", { cookie: person.cookie }],
      "no seat": ["", { cookie: person.cookie }],
      nonsense: ["%00%ff..", { cookie: person.cookie }],
      "its own": [`${set.id}.m1`, { cookie: person.cookie }],
    };
    for (const [what, [seat, headers]] of Object.entries(tries)) {
      const all = { origin: server.origin, ...headers };
      statuses[what] = await upgradeStatus(server, `/ws?seat=${seat}`, all).catch(() => "hung up");
    }
    assert.deepEqual(statuses, {
      "no cookie": 401,
      "an invented cookie": 401,
      "another's seat": 401,
      "a seat that is not there": 401,
      "a set that is not there": 401,
      "no seat": 400,
      nonsense: "hung up",
      "its own": 101,
    });
  });

  test("speaks peerset.v1, and compresses nothing although it is offered", async () => {
    const person = server.person(set, "m1");
    await person.join();

    const { status, headers } = await upgrade(server, `/ws?seat=${set.id}.m1`, {
      ...person.headers(),
      "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
    });

    assert.equal(status, 101);
    assert.equal(headers["sec-websocket-protocol"], "peerset.v1");
    assert.equal(headers["sec-websocket-extensions"], undefined);
  });

  test("of another subprotocol, or of none, is not opened", async () => {
    const person = server.person(set, "m1");
    await person.join();
    for (const protocol of ["peerset.v9", undefined]) {
      const headers = { ...person.headers(), "sec-websocket-protocol": protocol };
      const status = await upgradeStatus(server, `/ws?seat=${set.id}.m1`, headers).catch(
        () => "hung up",
      );
      assert.notEqual(status, 101, `subprotocol ${protocol}`);
    }
  });

  test("is welcomed with the limits, and the whole picture comes first", async () => {
    const person = server.person(set, "m1");
    await person.join();
    person.keep = [];
    await person.connect();

    const [welcome, picture] = person.keep.map((text) => JSON.parse(text));

    assert.equal(welcome.method, "welcome");
    assert.equal(welcome.params.seat, `${set.id}.m1`);
    assert.equal(typeof welcome.params.limits, "object");
    assert.ok(Math.abs(welcome.params.server_at - Date.now()) < 60_000);
    assert.equal(picture.method, "picture");
    assert.equal(picture.params.picture.you.seat, "m1");
    assert.equal(picture.params.picture.you.primary, true);
  });
});

describe("signing out", () => {
  test("ends every socket of the session, and the session", async (t) => {
    const server = await Server.start(t);
    const set = await server.createSet(small());
    const here = await server.person(set, "m1").arrive();
    const window = server.person(set, "m1", { cookie: here.cookie });
    await window.connect();
    const other = await server.person(set, "m2").arrive();

    const answer = await here.session("DELETE");

    assert.equal(answer.status, 204);
    assert.equal((await here.closing()).code, 4003);
    assert.equal((await window.closing()).code, 4003);
    assert.deepEqual((await here.session()).json(), { seats: [] });
    assert.equal(await here.statusOfConnect(), 401);
    assert.ok(other.isOpen);
    assert.equal((await server.person(set, "m1").knock()).status, 200, "the invite is still good");
  });

  test("without a session is fine too", async (t) => {
    const server = await Server.start(t);
    const set = await server.createSet(small());
    const stranger = server.person(set, "m1");
    assert.equal((await stranger.session("DELETE")).status, 204);
    assert.deepEqual((await stranger.session()).json(), { seats: [] });
  });

  test("lasts over a restart, and so does being signed in", async (t) => {
    const server = await Server.start(t);
    const set = await server.createSet(small());
    const stays = await server.person(set, "m1").arrive();
    const goes = await server.person(set, "m2").arrive();
    await goes.session("DELETE");

    await server.kill();
    await server.launch();

    await stays.connect();
    assert.equal(await goes.statusOfConnect(), 401);
  });
});

describe("a person who is removed", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(small());
  });
  after(() => server.end());

  test("is gone at once from every device, and their link is worth nothing", async () => {
    const { f1, m1, m4 } = await server.gather(set, ["f1", "m1", "m4"]);
    const phone = await m4.device();

    await f1.call("seat.remove", { seat: "m4", reason: "Has left the programme." });

    assert.equal((await m4.closing(1000)).code, 4003);
    assert.equal((await phone.closing(1000)).code, 4003);
    assert.equal(await m4.statusOfConnect(), 401);
    assert.equal((await server.person(set, "m4").knock()).status, 404);
    await m1.until("m4 is shown as removed", ({ roster }) => roster.m4?.removed === true);
  });

  test("may be admitted again, with a new link shown once to the facilitator", async () => {
    const { f1, m1 } = await server.gather(set, ["f1", "m1"]);

    const result = await f1.call("seat.admit", { seat: "m4" });
    const renewed = result.link ? result : await f1.call("invite.renew", { seat: "m4" });

    assert.match(renewed.link, new RegExp(`^${server.origin}/#/join/`));
    const token = renewed.link.split("/#/join/")[1];
    const back = server.person(set, "m4", { token });
    await back.arrive();
    await m1.until("m4 is back", ({ roster }) => !roster.m4.removed && roster.m4.here === "here");
  });

  test("cannot be removed by a member, nor the last facilitator by anybody", async () => {
    const { f1, m1 } = await server.gather(set, ["f1", "m1"]);
    assert.equal(await m1.refused("seat.remove", { seat: "m2", reason: "No." }), "not_your_role");
    const word = await f1.refused("seat.remove", { seat: "f1", reason: "No." });
    assert.match(word, /^(last_facilitator|yourself)$/);
  });

  test("is removed over the operator's command line just so", async () => {
    const { f1, m2 } = await server.gather(set, ["f1", "m2"]);

    await server.command("seat", "remove", "--set", set.id, "--seat", "m2");

    assert.equal((await m2.closing(1000)).code, 4003);
    await f1.until("m2 is shown as removed", ({ roster }) => roster.m2?.removed === true);
  });
});

describe("a renewed invite in the meeting", () => {
  test("is shown to the facilitator alone, once", async (t) => {
    const server = await Server.start(t);
    const set = await server.createSet(small());
    const { f1, m1, m2 } = await server.gather(set, ["f1", "m1", "m2"]);
    m2.keep = [];
    f1.keep = [];

    const request = f1.request("invite.renew", { seat: "m1" });
    const { link } = await f1.send(request);

    assert.equal((await m1.closing()).code, 4003);
    const token = link.split("/#/join/")[1];
    assert.ok(!m2.keep.some((text) => text.includes(token)));
    assert.equal(f1.keep.filter((text) => text.includes(token)).length, 1);
    assert.ok(!server.log.includes(token));
    const again = await f1.send(request);
    assert.ok(!again.link || again.link === link);
    await server.person(set, "m1", { token }).arrive();
  });
});

describe("TLS", () => {
  test("is served beside plain HTTP, as HTTP/1.1, with a whole way in", async (t) => {
    const server = await Server.start(t, { tls: true });
    const set = await server.createSet(small());
    const socket = connect({
      port: server.tlsPort,
      host: "127.0.0.1",
      servername: "localhost",
      ca: server.ca,
      ALPNProtocols: ["h2", "http/1.1"],
    });
    await new Promise((resolve, reject) => {
      socket.on("secureConnect", resolve);
      socket.on("error", reject);
    });
    const { alpnProtocol } = socket;
    const version = socket.getProtocol();
    socket.destroy();
    assert.equal(alpnProtocol, "http/1.1");
    assert.equal(version, "TLSv1.3");

    const person = server.person(set, "m1", { tls: true });
    await person.arrive();
    const plain = await server.person(set, "m2").arrive();
    await plain.until("m1 is here", ({ roster }) => roster.m1.here === "here");
  });

  test("refuses what is too old, and suites without forward secrecy", async (t) => {
    const server = await Server.start(t, { tls: true });
    const handshake = (options) =>
      new Promise((resolve) => {
        const socket = connect({
          port: server.tlsPort,
          host: "127.0.0.1",
          servername: "localhost",
          ca: server.ca,
          ...options,
        });
        socket.on("secureConnect", () => {
          resolve(socket.getCipher().name);
          socket.destroy();
        });
        socket.on("error", (error) => resolve(error.code));
      });
    const old = await handshake({
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "ALL:@SECLEVEL=0",
    });
    const cbc = await handshake({
      maxVersion: "TLSv1.2",
      ciphers: "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA",
    });
    const fine = await handshake({ maxVersion: "TLSv1.2" });
    assert.match(String(old), /^(ERR|ECONN|EPROTO)/);
    assert.match(String(cbc), /^(ERR|ECONN|EPROTO)/);
    assert.match(String(fine), /^ECDHE-.*(GCM|CHACHA)/);
  });
});
