// What is no proper command: it is refused with a word, or it ends at most the socket that it came
// on.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";
import { pause } from "./lib/wait.mjs";

const PARSE = -32700;
const REQUEST = -32600;
const METHOD = -32601;
const PARAMS = -32602;
const REFUSED = -32000;

const command = (fields) => JSON.stringify({ jsonrpc: "2.0", id: "page:1", ...fields });
const help = (params, more) => command({ method: "help.ask", params, ...more });
const deep = (levels) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const nested = (levels) => '{"text":'.repeat(levels) + '""' + "}".repeat(levels);

/** What is sent, the code of the answer, and the word of its refusal. */
const REFUSALS = [
  ["an empty message", "", PARSE, "bad_frame"],
  ["no JSON", "hello", PARSE, "bad_frame"],
  ["half of a JSON object", '{"jsonrpc":"2.0"', PARSE, "bad_frame"],
  ["something after the object", `${help({})} x`, PARSE, "bad_frame"],
  ["a number", "7", [PARSE, REQUEST], "bad_frame"],
  ["null", "null", [PARSE, REQUEST], "bad_frame"],
  [
    "a key twice",
    '{"jsonrpc":"2.0","id":"page:1","id":"page:2","method":"help.ask"}',
    PARSE,
    "bad_frame",
  ],
  [
    "a key twice in params",
    help("?").replace('"?"', '{"text":"a","text":"b"}'),
    PARSE,
    "bad_frame",
  ],
  [
    "deep arrays",
    `{"jsonrpc":"2.0","id":"page:1","method":"help.ask","params":${deep(2000)}}`,
    [PARSE, REQUEST],
    "bad_frame",
  ],
  [
    "deep objects",
    `{"jsonrpc":"2.0","id":"page:1","method":"help.ask","params":${nested(9)}}`,
    [PARSE, REQUEST],
    "bad_frame",
  ],
  [
    "an endless number",
    help("?").replace('"?"', '{"text":1e999}'),
    [PARSE, PARAMS],
    /bad_frame|bad_type/,
  ],
  [
    "a NUL character",
    help("?").replace('"?"', '{"text":"a\\u0000b"}'),
    [PARSE, PARAMS],
    /bad_frame|text_control/,
  ],
  [
    "half of a pair of surrogates",
    help("?").replace('"?"', '{"text":"\\ud83d"}'),
    [PARSE, PARAMS],
    /bad_frame|text_control/,
  ],
  ["a batch", `[${help({})}]`, [PARSE, REQUEST], "bad_frame"],
  ["an empty batch", "[]", [PARSE, REQUEST], "bad_frame"],
  ["a notification", '{"jsonrpc":"2.0","method":"help.ask","params":{}}', REQUEST, "bad_frame"],
  ["an answer", '{"jsonrpc":"2.0","id":"page:1","result":{}}', REQUEST, "bad_frame"],
  ["another version", help({}, { jsonrpc: "1.0" }), REQUEST, "bad_frame"],
  ["no version", '{"id":"page:1","method":"help.ask"}', REQUEST, "bad_frame"],
  ["no method", '{"jsonrpc":"2.0","id":"page:1"}', REQUEST, "bad_frame"],
  ["a method that is a number", command({ method: 7 }), REQUEST, "bad_frame"],
  ["an id that is a number", help({}, { id: 1 }), REQUEST, "bad_frame"],
  ["an id that is null", help({}, { id: null }), REQUEST, "bad_frame"],
  ["an id without a count", help({}, { id: "page" }), REQUEST, "bad_frame"],
  ["an id that counts from 0", help({}, { id: "page:0" }), REQUEST, "bad_frame"],
  ["an id with a sign", help({}, { id: "page:-1" }), REQUEST, "bad_frame"],
  ["an id with a leading zero", help({}, { id: "page:01" }), REQUEST, "bad_frame"],
  ["an id without a page", help({}, { id: ":1" }), REQUEST, "bad_frame"],
  ["an id of a page too long", help({}, { id: `${"p".repeat(33)}:1` }), REQUEST, "bad_frame"],
  ["an id of other letters", help({}, { id: "pä ge:1" }), REQUEST, "bad_frame"],
  [
    "params that are a list",
    command({ method: "help.ask", params: [] }),
    [REQUEST, PARAMS],
    /bad_frame|bad_type/,
  ],
  ["a field beside params", help({}, { seat: "f1" }), [REQUEST, PARAMS], "unknown_field"],
  ["an unknown method", command({ method: "set.delete", params: {} }), METHOD, "unknown_method"],
  ["a method with a long name", command({ method: "x".repeat(500) }), METHOD, "unknown_method"],
  ["a method of Object", command({ method: "__proto__" }), METHOD, "unknown_method"],
  ["an unknown field", help({ text: "a", by: "m2" }), PARAMS, "unknown_field"],
  ["who says it", help({ text: "a", seat: "m2" }), PARAMS, "unknown_field"],
  ["a text that is a number", help({ text: 7 }), PARAMS, "bad_type"],
  ["a text that is null", help({ text: null }), PARAMS, "bad_type"],
  ["a text that is a list", help({ text: ["a"] }), PARAMS, "bad_type"],
  [
    "a seat that is a number",
    command({ method: "help.clear", params: { seat: 1 } }),
    PARAMS,
    "bad_type",
  ],
  [
    "a seat that cannot be",
    command({ method: "help.clear", params: { seat: "m99" } }),
    PARAMS,
    "bad_value",
  ],
  [
    "a seat with a leading zero",
    command({ method: "help.clear", params: { seat: "m01" } }),
    PARAMS,
    "bad_value",
  ],
  [
    "a flag that is a word",
    command({ method: "presence.away", params: { on: "yes" } }),
    PARAMS,
    "bad_type",
  ],
  [
    "a kind that is not there",
    command({ method: "hand.raise", params: { kind: "shout" } }),
    PARAMS,
    "bad_value",
  ],
  [
    "a fraction",
    command({ method: "clock.extend", params: { ms: 1.5, expect: "p1" } }),
    PARAMS,
    /bad_type|bad_value/,
  ],
  [
    "a number out of range",
    command({ method: "clock.extend", params: { ms: 1e18, expect: "p1" } }),
    PARAMS,
    "bad_value",
  ],
  [
    "a span below zero",
    command({ method: "clock.extend", params: { ms: -5, expect: "p1" } }),
    PARAMS,
    "bad_value",
  ],
  [
    "a field that is missing",
    command({ method: "presence.away", params: {} }),
    PARAMS,
    "missing_field",
  ],
  [
    "no params where some are needed",
    command({ method: "presence.away" }),
    PARAMS,
    "missing_field",
  ],
  ["601 characters", help({ text: "ä".repeat(601) }), PARAMS, "text_too_long"],
  ["a control character", help({ text: "a\u0007b" }), PARAMS, "text_control"],
  ["a character that turns the line round", help({ text: "a\u202eb" }), PARAMS, "text_control"],
  ["an isolate of direction", help({ text: "a\u2066b" }), PARAMS, "text_control"],
  ["tag characters", help({ text: "a\u{e0041}b" }), PARAMS, "text_control"],
];

describe("a message that is no proper command", () => {
  let server;
  let set;
  let other;
  let person;
  before(async () => {
    server = await Server.start(undefined, {
      config: "commands_per_second = 1000\ncommands_burst = 1000\n",
    });
    set = await server.createSet(marketTowns({ members: 4, stages: [STAGES.talk] }));
    other = await server.person(set, "f1").arrive();
  });
  after(() => server.end());
  beforeEach(async () => {
    person ??= await server.person(set, "m1").arrive();
    if (!person.isOpen) await person.connect();
  });
  afterEach(async () => {
    assert.ok(other.isOpen, "the others stay");
    await other.settle();
  });

  for (const [what, message, code, word] of REFUSALS) {
    test(`${what} is refused`, async () => {
      const before = other.seq;

      person.raw(message);
      const note = await person.objection();

      assert.ok(note.error, `the socket was closed: ${JSON.stringify(note)}`);
      assert.ok([code].flat().includes(note.error.code), `code ${note.error.code}`);
      assert.match(
        note.error.data.refusal,
        word instanceof RegExp ? word : new RegExp(`^${word}$`),
      );
      assert.equal(typeof note.error.message, "string");
      assert.equal(other.seq, before, "nothing happened");
      await person.settle();
    });
  }

  test("600 characters are a text, of any script", async () => {
    await other.call("meeting.open");
    await other.call("meeting.start");
    const kind = await person.until(
      "a hand may be raised",
      ({ you }) => Object.keys(you.hand_kinds)[0],
    );
    for (const text of [
      "🧸".repeat(600),
      "Zoë\nsecond line",
      "Dewi 🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
    ]) {
      await person.call("hand.raise", { kind, text });
      await person.until("one's own words", ({ you }) => you.hand_text === text);
      await person.call("hand.lower");
    }
    assert.equal(
      await person.refused("hand.raise", { kind, text: "🧸".repeat(601) }),
      "text_too_long",
    );
  });

  test("a message of more than 8 KiB ends the socket with 1009", async () => {
    person.raw(help({ text: "a".repeat(9000) }));
    assert.equal((await person.closing()).code, 1009);
  });

  test("a message of 16 MiB ends it before it is read", async () => {
    person.raw("a".repeat(16 * 1024 * 1024));
    const { code } = await person.closing();
    assert.ok([1009, 1006].includes(code), String(code));
  });

  test("a binary message ends it with 1003", async () => {
    person.raw(Buffer.from(help({})), { binary: true });
    assert.equal((await person.closing()).code, 1003);
  });

  test("bytes that are no UTF-8 end it, or are refused", async () => {
    person.raw(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false });
    const found = await person.objection();
    assert.ok(
      found.error?.data.refusal === "bad_frame" || [1003, 1007, 1008].includes(found.code),
    );
  });

  test("65 fragments of one message end it with 1008", async () => {
    for (let i = 0; i < 70; i += 1) person.socket.send(" ", { fin: false });
    assert.equal((await person.closing()).code, 1008);
  });

  /** Bytes on the wire as no library would write them. */
  const bytes = (...values) => person.socket._socket.write(Buffer.from(values));

  test("a frame without a mask ends it, or is refused as any other", async () => {
    bytes(0x81, 0x02, 0x7b, 0x7d);
    const found = await person.objection();
    assert.ok(found.error?.data.refusal === "bad_frame" || [1002, 1006].includes(found.code));
  });

  test("a frame that claims to be compressed ends it", async () => {
    bytes(0xc1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d);
    const { code } = await person.closing();
    assert.ok([1002, 1006].includes(code), String(code));
  });

  test("a frame that claims 2^63 bytes ends it", async () => {
    bytes(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const { code } = await person.closing();
    assert.ok([1002, 1006, 1009].includes(code), String(code));
  });

  test("nothing of it stands in the log", () => {
    assert.ok(!server.log.includes("second line"));
    assert.ok(!server.log.includes("aaaaaaaa"));
  });
});

describe("too much at once", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(marketTowns({ members: 4, stages: [STAGES.open, STAGES.talk] }));
  });
  after(() => server.end());

  test("is refused with too_fast after a burst of thirty, and only for this person", async () => {
    const { m1, m2 } = await server.gather(set, ["m1", "m2"]);
    const sent = Array.from({ length: 60 }, (_, i) =>
      m1.send(m1.request("presence.away", { on: i % 2 === 0 })).then(
        () => "done",
        (error) => error.refusal,
      ),
    );

    const answers = await Promise.all(sent);

    const refused = answers.filter((answer) => answer === "too_fast").length;
    assert.ok(refused >= 20 && refused <= 31, `${refused} of 60 were too fast`);
    assert.ok(answers.slice(0, 30).every((answer) => answer === "done"));
    await m2.send(m2.request("presence.away", { on: true }));
    await m1.call("presence.away", { on: false });
  });

  test("of one person's devices counts together", async () => {
    const m3 = await server.person(set, "m3").arrive();
    const phone = await m3.device();
    const sent = [m3, phone].flatMap((device) =>
      Array.from({ length: 30 }, () =>
        device.send(device.request("time.sync", { t0: 1 })).then(
          () => "done",
          (error) => error.refusal,
        ),
      ),
    );
    const refused = (await Promise.all(sent)).filter((answer) => answer === "too_fast").length;
    assert.ok(refused >= 20, `${refused} of 60 were too fast`);
  });

  test("a flood ends the socket or is refused, and the others do not notice", async () => {
    const { m1, m4 } = await server.gather(set, ["m1", "m4"]);
    const began = performance.now();
    for (let i = 0; i < 3000 && m4.isOpen; i += 1) {
      m4.raw(`{"jsonrpc":"2.0","id":"flood:${i + 1}","method":"time.sync","params":{"t0":1}}`);
      if (i % 100 === 0) await pause(1);
    }
    await m1.settle();
    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds < 60, `m1 waited ${seconds} s`);
    m4.complaints.length = 0;
  });

  test("a flood of pings too", async () => {
    const { m1, m2 } = await server.gather(set, ["m1", "m2"]);
    for (let i = 0; i < 5000 && m2.isOpen; i += 1) m2.socket.ping(undefined, undefined, () => {});
    await m1.settle();
    assert.ok(m1.isOpen);
  });
});
