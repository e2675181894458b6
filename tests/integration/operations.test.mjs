// The operator's side: commands and their exit status, files and their modes, stopping, backup, a
// full disk.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { linesOf, peerset } from "./lib/cli.mjs";
import { ask } from "./lib/http.mjs";
import { Unanswered } from "./lib/person.mjs";
import { meet, usualHand } from "./lib/scene.mjs";
import { freePort, Server } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";
import { eventually, pause } from "./lib/wait.mjs";

const root = process.getuid() === 0;

describe("what is asked wrongly ends with one line and status 2", () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "peerset-cli-"));
    await writeFile(join(folder, "empty.json"), "");
    await writeFile(join(folder, "broken.json"), '{"name": "A set", ');
    await writeFile(join(folder, "list.json"), "[]");
    const good = marketTowns({ members: 3 });
    const variants = {
      "unknown.json": { ...good, colour: "red" },
      "nobody.json": { ...good, facilitators: [] },
      "twice.json": { ...good, members: [good.members[0], good.members[0]] },
      "many.json": {
        ...good,
        members: Array.from({ length: 12 }, (_, i) => ({
          ...good.members[0],
          seat: `m${i + 1}`,
          business: `B ${i}`,
        })),
      },
      "seat.json": { ...good, members: [{ ...good.members[0], seat: "x1" }] },
      "pace.json": { ...good, pace: 6 },
      "fast.json": { ...good, rehearsal: true, pace: 601 },
      "call.json": { ...good, call: "javascript:alert(1)" },
      "name.json": { ...good, name: "x".repeat(5000) },
      "sum.json": {
        ...good,
        template: undefined,
        meeting: { stages: [STAGES.talk], planned_ms: 60_000, bank_ms: 0 },
      },
      "kind.json": {
        ...good,
        template: undefined,
        meeting: {
          stages: [{ kind: "no such kind!", planned_ms: 60_000 }],
          planned_ms: 60_000,
          bank_ms: 0,
        },
      },
    };
    for (const [name, set] of Object.entries(variants))
      await writeFile(join(folder, name), JSON.stringify(set));
  });
  after(() => rm(folder, { recursive: true }));

  const data = () => ["--data", join(folder, "data")];
  const from = (name) => ["set", "create", ...data(), "--from", join(folder, name)];
  const cases = [
    ["an unknown command", () => ["dance"]],
    ["an unknown option", () => ["serve", ...data(), "--prot", "1"]],
    ["an option of another command", () => ["check", ...data(), "--listen", "127.0.0.1:1"]],
    ["an option without its value", () => ["serve", "--data"]],
    ["no data folder", () => ["serve"]],
    ["an address without a port", () => ["serve", ...data(), "--listen", "127.0.0.1"]],
    ["a port that is no number", () => ["serve", ...data(), "--listen", "127.0.0.1:http"]],
    ["a port out of range", () => ["serve", ...data(), "--listen", "127.0.0.1:65536"]],
    ["plain HTTP beyond loopback", () => ["serve", ...data(), "--listen", "0.0.0.0:8080"]],
    ["TLS without a certificate", () => ["serve", ...data(), "--listen-tls", "127.0.0.1:8443"]],
    [
      "a certificate that is not there",
      () => [
        "serve",
        ...data(),
        "--listen-tls",
        "127.0.0.1:8443",
        "--cert",
        "/none",
        "--key",
        "/none",
      ],
    ],
    ["a URL that is none", () => ["serve", ...data(), "--url", "peerset"]],
    ["a configuration that is not there", () => ["serve", ...data(), "--config", "/none"]],
    ["a set file that is not there", () => from("none.json")],
    ["a set file that is empty", () => from("empty.json")],
    ["a set file that is broken", () => from("broken.json")],
    ["a set file that is a list", () => from("list.json")],
    ["a set file with an unknown key", () => from("unknown.json")],
    ["a set without a facilitator", () => from("nobody.json")],
    ["a seat twice", () => from("twice.json")],
    ["twelve businesses", () => from("many.json")],
    ["a seat that cannot be", () => from("seat.json")],
    ["a pace without a rehearsal", () => from("pace.json")],
    ["a pace beyond 600", () => from("fast.json")],
    ["a call that is no https address", () => from("call.json")],
    ["a name that is too long", () => from("name.json")],
    ["stages longer than the meeting", () => from("sum.json")],
    ["a stage kind that cannot be", () => from("kind.json")],
    ["a set that is not there", () => ["export", ...data(), "--set", "nonesuch"]],
    [
      "a seat that is not there",
      () => ["invite", "renew", ...data(), "--set", "nonesuch", "--seat", "m1"],
    ],
  ];
  for (const [what, args] of cases) {
    test(what, async () => {
      const { code, out, err } = await peerset(args());
      assert.equal(code, 2, `${code}: ${err}`);
      assert.equal(linesOf(err).length, 1, err);
      assert.match(err, /^peerset/);
      assert.equal(out, "");
    });
  }

  test("an unknown key in the configuration", async () => {
    const file = join(folder, "peerset.conf");
    await writeFile(file, "colour = red\n");
    const { code, err } = await peerset(["serve", ...data(), "--config", file]);
    assert.equal(code, 2);
    assert.equal(linesOf(err).length, 1, err);
    assert.match(err, /line 1.*key/);
  });

  test("nothing at all shows what there is", async () => {
    const { code, err } = await peerset([]);
    assert.equal(code, 2);
    assert.match(err, /peerset serve/);
  });

  test("--help is no mistake", async () => {
    const { code, out, err } = await peerset(["--help"]);
    assert.equal(code, 0, err);
    assert.match(out, /peerset serve/);
    assert.equal(err, "");
  });
});

describe("what the world refuses ends with one line and status 1", () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "peerset-world-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("a port that is in use", async () => {
    const holder = createServer();
    await new Promise((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address();
    const { code, err } = await peerset([
      "serve",
      "--data",
      join(folder, "a"),
      "--listen",
      `127.0.0.1:${port}`,
    ]);
    holder.close();
    assert.equal(code, 1, err);
    assert.match(linesOf(err).at(-1), new RegExp(String(port)));
  });

  test("a data folder that cannot be made", async () => {
    const { code, err } = await peerset([
      "serve",
      "--data",
      "/dev/null/data",
      "--listen",
      `127.0.0.1:${await freePort()}`,
    ]);
    assert.equal(code, 1, err);
    assert.equal(linesOf(err).length, 1, err);
  });

  test(
    "a data folder that cannot be written",
    { skip: root && "root may write everywhere" },
    async () => {
      const data = join(folder, "locked");
      await mkdir(data, { mode: 0o500 });
      const { code, err } = await peerset([
        "serve",
        "--data",
        data,
        "--listen",
        `127.0.0.1:${await freePort()}`,
      ]);
      assert.equal(code, 1, err);
      assert.equal(linesOf(err).length, 1, err);
    },
  );

  test("a folder that another server uses", async (t) => {
    const server = await Server.start(t);
    const { code, err } = await peerset([
      "serve",
      "--data",
      server.data,
      "--listen",
      `127.0.0.1:${await freePort()}`,
    ]);
    assert.equal(code, 1, err);
    assert.equal(linesOf(err).length, 1, err);
    assert.ok(
      (await ask(`${server.origin}/api/v1/session`, { headers: { origin: server.origin } }))
        .status === 200,
    );
  });

  test("a journal of a newer version, in words", async (t) => {
    const server = await Server.start(t);
    await server.createSet(marketTowns({ members: 3 }));
    await server.stop();
    const file = join(server.data, "peerset.db");
    sqlite(file, "PRAGMA user_version = 9999;");

    const served = await peerset([
      "serve",
      "--data",
      server.data,
      "--listen",
      `127.0.0.1:${server.port}`,
    ]);
    const checked = await peerset(["check", "--data", server.data]);

    for (const { code, err } of [served, checked]) {
      assert.equal(code, 1, err);
      assert.match(err, /newer/);
      assert.equal(linesOf(err).length, 1, err);
    }
    sqlite(file, "PRAGMA user_version = 1;");
  });
});

/** Change the database from outside. */
function sqlite(file, sql) {
  const script =
    "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()";
  execFileSync("python3", ["-c", script, file, sql]);
}

describe("a running server", () => {
  let server;
  let set;
  before(async () => {
    server = await Server.start();
    set = await server.createSet(
      marketTowns({ members: 4, pace: 20, stages: [STAGES.talk, STAGES.close] }),
    );
  });
  after(() => server.end());

  test("keeps its folder, its files and its control socket to itself", async () => {
    assert.equal((await stat(server.data)).mode & 0o777, 0o700);
    for (const name of await readdir(server.data)) {
      const { mode } = await stat(join(server.data, name));
      assert.equal(mode & 0o177, 0, `${name} has mode ${(mode & 0o777).toString(8)}`);
    }
    const socket = await stat(server.controlPath);
    assert.ok(socket.isSocket());
    assert.equal(socket.mode & 0o777, 0o600);
  });

  test("answers health and figures on the control socket, and not on the network", async () => {
    assert.equal((await server.control("/healthz")).status, 200);
    const { status, text } = await server.control("/metrics");
    assert.equal(status, 200);
    assert.match(text, /^# (HELP|TYPE) /m);
    assert.match(text, /^peerset_[a-z_]+ \d/m);
    for (const path of ["/metrics", "/healthz"]) {
      const open = await ask(`${server.origin}${path}`);
      assert.ok(open.status === 404 || !/^peerset_|^ok/m.test(open.text), path);
    }
  });

  test("is not asked for commands over the network", async () => {
    const body = JSON.stringify({ do: "set.list" });
    for (const path of ["/control", "/command", "/"]) {
      const { status } = await ask(`${server.origin}${path}`, {
        method: "POST",
        body,
        headers: { origin: server.origin },
      });
      assert.ok(status >= 400, `${path}: ${status}`);
    }
  });

  test("adds, renames and lists people while they are connected", async () => {
    const m1 = await server.person(set, "m1").arrive();
    const added = await server.command(
      "seat",
      "add",
      "--set",
      set.id,
      "--role",
      "member",
      "--name",
      "Ada",
      "--business",
      "Ada's Dairy",
    );
    const { seat, link } = added.invites?.[0] ?? added;
    assert.equal(seat, "m5");
    await m1.until(
      "Ada",
      ({ roster }) => roster.m5?.name === "Ada" && roster.m5.business.name === "Ada's Dairy",
    );
    const ada = server.person(set, "m1", { seat: "m5", token: link.split("/#/join/")[1] });
    await ada.arrive();
    await server.command("seat", "rename", "--set", set.id, "--seat", "m5", "--name", "Ada L.");
    await m1.until("her new name", ({ roster }) => roster.m5.name === "Ada L.");
    const listed = await server.command("set", "list");
    const row = listed.sets.find((each) => each.set === set.id);
    assert.equal(row.name, "Market Towns retail and tourism set");
    assert.ok(row.connected >= 2);
  });

  test("prints the same links again, and the same with nobody serving", async () => {
    const shown = await server.command("links", "--set", set.id, "--url", server.origin);
    const tokens = new Set(shown.invites.map(({ link }) => link.split("/#/join/")[1]));
    for (const { token } of Object.values(set.seats)) assert.ok(tokens.has(token));
    await server.stop();
    const offline = await server.command("links", "--set", set.id, "--url", server.origin);
    assert.deepEqual(offline, shown);
    await server.launch();
  });

  test("sends headers that keep the page to itself", async () => {
    const { headers } = await ask(`${server.origin}/`);
    assert.match(headers["content-security-policy"], /default-src 'none'/);
    assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "no-referrer");
  });

  test("serves nothing beside its pages", async () => {
    for (const path of [
      "/../peerset.db",
      "/..%2fpeerset.db",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/peerset.db",
      "/.git/config",
    ]) {
      const { status, text } = await ask(`${server.origin}${path}`);
      assert.ok(
        status === 404 || status === 400 || /<!doctype html>/i.test(text),
        `${path}: ${status}`,
      );
      assert.ok(!text.includes("root:") && !text.includes("SQLite format"), path);
    }
  });

  test("takes no body it did not ask for, and no huge one", async () => {
    const headers = { origin: server.origin, "content-type": "application/json" };
    const huge = JSON.stringify({ invite: "x".repeat(100_000) });
    const answer = await ask(`${server.origin}/api/v1/session`, {
      method: "POST",
      headers,
      body: huge,
    }).catch(() => ({ status: 413 }));
    assert.ok([400, 404, 413].includes(answer.status), String(answer.status));
    const plain = await ask(`${server.origin}/api/v1/session`, {
      method: "POST",
      headers: { origin: server.origin, "content-type": "text/plain" },
      body: JSON.stringify({ invite: set.seats.m1.token }),
    });
    assert.ok(plain.status >= 400, "a form of another site cannot join");
    for (const method of ["PUT", "PATCH", "TRACE"]) {
      const { status } = await ask(`${server.origin}/api/v1/session`, { method, headers }).catch(
        () => ({ status: 400 }),
      );
      assert.ok(status >= 400, method);
    }
  });
});

describe("words that were planted", () => {
  const CANARY = "kanarienvogel-7f3a";

  test("are in no log, figure, export, argument or environment", async (t) => {
    const server = await Server.start(t);
    const { set, people } = await meet(server, ["talk", "close"]);
    const { m1, m2 } = people;
    await m1.call("help.ask", { text: `${CANARY} help` });
    await m1.call("hand.raise", { kind: usualHand(m1), text: `${CANARY} hand` });
    await m1.until("the floor", ({ floor }) => floor.holder === "m1");
    await m1.call("floor.take");
    await m1.call("say", { text: `${CANARY} said` });
    await m2.call("you.rename", { name: `${CANARY} name` });
    await m1.refused("say", { text: `${CANARY} ${"x".repeat(600)}` });
    m1.raw(`{"${CANARY}": `);
    await m1.objection();
    await server.person(set, "m1").knock(CANARY);
    await ask(`${server.origin}/${CANARY}?${CANARY}`);
    const exported = await server.command("export", "--set", set.id);
    const places = {
      log: server.log,
      metrics: (await server.control("/metrics")).text,
      health: (await server.control("/healthz")).text,
      export: JSON.stringify(exported),
      argv: await readFile(`/proc/${server.child.pid}/cmdline`, "utf8"),
      environment: await readFile(`/proc/${server.child.pid}/environ`, "utf8"),
    };
    for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(CANARY), place);
    for (const { token } of Object.values(set.seats))
      assert.ok(!server.log.includes(token), "a token in the log");
    assert.ok(!server.log.includes(m1.cookie.split("=")[1]), "a cookie in the log");
    assert.ok(places.metrics.length > 100);
  });
});

describe("SIGTERM", () => {
  test("tells everybody to come back, and loses nothing that was answered", async (t) => {
    const server = await Server.start(t);
    const { people } = await meet(server, ["talk", "close"]);
    const everybody = Object.values(people);
    const answered = [];
    let going = true;
    const busy = [people.m1, people.m2].map(async (person) => {
      for (let on = true; going; on = !on) {
        try {
          answered.push(await person.send(person.request("presence.away", { on })));
        } catch (error) {
          if (error.refusal !== "too_fast") {
            assert.ok(error instanceof Unanswered || error.refusal === "not_saved", error.message);
            return;
          }
        }
        await pause(15);
      }
    });
    await pause(200);
    const ended = await server.stop("SIGTERM");
    going = false;
    await Promise.all(busy);

    assert.deepEqual(ended, { code: 0, signal: null });
    for (const person of everybody) {
      assert.equal((await person.closing()).code, 1012, person.seat);
      assert.ok(
        !person.notes.some((note) => note.method === "bye" && note.params.retry_ms > 60_000),
      );
    }
    await server.launch();
    await Promise.all(everybody.map((person) => person.connect()));
    const highest = Math.max(...answered.map(({ seq }) => seq));
    assert.ok(answered.length > 5);
    assert.ok(people.f1.seq >= highest, `${people.f1.seq} after ${highest}`);
    assert.equal(people.f1.picture.clock.paused_why, "restart");
  });
});

describe("a backup", () => {
  test("of a busy server is whole, is refused over a file, and can be served", async (t) => {
    const server = await Server.start(t);
    const { set, people } = await meet(server, ["talk", "close"]);
    const { m1 } = people;
    let going = true;
    const busy = (async () => {
      for (let on = true; going; on = !on) await m1.call("presence.away", { on });
    })();
    const copy = join(server.folder, "copy.db");
    const made = await peerset(["backup", "--data", server.data, "--to", copy]);
    going = false;
    await busy;
    assert.equal(made.code, 0, made.err);
    const again = await peerset(["backup", "--data", server.data, "--to", copy]);
    assert.notEqual(again.code, 0);
    assert.equal(linesOf(again.err).length, 1, again.err);
    assert.equal((await stat(copy)).mode & 0o077, 0);

    const restored = join(server.folder, "restored");
    await mkdir(restored, { mode: 0o700 });
    await copyFile(copy, join(restored, "peerset.db"));
    const checked = await peerset(["check", "--data", restored]);
    assert.equal(checked.code, 0, checked.err);
    assert.deepEqual(JSON.parse(checked.out).faults, []);

    const second = await Server.start(t, { data: restored });
    const person = second.person(set, "m1");
    await person.arrive();
    assert.equal(person.picture.meeting.number, 1);
  });
});

/** A small disk of its own: { folder, full(), room() }. Goes with the test, after its server. */
async function smallDisk(size) {
  const folder = await mkdtemp(join(tmpdir(), "peerset-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  const filler = join(folder, "filler");
  return {
    folder,
    full: () => execFileSync("sh", ["-c", `cat /dev/zero >> ${filler} 2>/dev/null || true`]),
    room: () => rm(filler),
    async end() {
      execFileSync("umount", ["-l", folder]);
      await rm(folder, { recursive: true });
    },
  };
}

describe("a full disk", { skip: !root && "needs root to mount" }, () => {
  let disk;
  let server;
  let people;
  before(async () => {
    disk = await smallDisk("4m");
    server = await Server.start(undefined, { data: join(disk.folder, "data") });
    ({ people } = await meet(server, ["talk", "close"]));
  });
  after(async () => {
    await server.end();
    await disk.end();
  });

  test("is said, and acknowledges nothing", async () => {
    const { f1, m1 } = people;
    disk.full();
    let name;
    let refusal;
    for (let i = 0; i < 400 && !refusal; i += 1) {
      name = f1.picture.roster.m1.name;
      const longer = { name: `Priya ${"x".repeat(40)} ${i}` };
      await m1.call("you.rename", longer).catch((error) => {
        refusal = error;
      });
      await f1.settle();
    }
    assert.equal(refusal?.refusal, "not_saved");
    assert.match(refusal.sentence, /not save/);
    assert.equal(f1.picture.roster.m1.name, name, "what is not saved did not happen");
    for (const person of Object.values(people)) assert.ok(person.isOpen, person.seat);
  });

  test("is got over when there is room again, without a restart", async () => {
    const { f1, m1, m2 } = people;
    await disk.room();
    await eventually("it saves again", () =>
      m1.call("you.rename", { name: "Priya" }).catch(() => undefined),
    );
    await m2.call("presence.away", { on: true });
    await f1.until(
      "the name",
      ({ roster }) => roster.m1.name === "Priya" && roster.m2.here === "away",
    );
    const checked = await server.command("check");
    assert.deepEqual(checked.faults, []);
  });

  test("has lost nothing that was answered, after a crash either", async () => {
    const { f1 } = people;
    const { seq } = f1;
    await server.kill();
    await server.launch();
    await f1.connect();
    assert.ok(f1.seq >= seq);
    assert.equal(f1.picture.roster.m1.name, "Priya");
  });
});
