// Faults of the world: a process that stands still, descriptors that run out, certificates that
// change, a record that is not what was stored. What they hit is small, and it is said.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { peerset } from "./lib/cli.mjs";
import { holder, meet, take, usualHand } from "./lib/scene.mjs";
import { Server, throwAwayCertificate } from "./lib/server.mjs";
import { marketTowns, STAGES } from "./lib/sets.mjs";
import { eventually, pause } from "./lib/wait.mjs";

test("a server that stood still loses nobody, and fires no burst of timers", async (t) => {
  const server = await Server.start(t);
  const { people } = await meet(server, ["talk", "close"], { pace: 2 });
  const { f1, m1, m2, m3 } = people;
  const kind = usualHand(m1);
  await take(m1, kind);
  await m2.call("hand.raise", { kind });
  await m3.call("hand.raise", { kind });

  server.child.kill("SIGSTOP");
  const asked = m1.call("floor.yield");
  await pause(5000);
  server.child.kill("SIGCONT");
  await asked;

  await f1.until("the next, and not the one after", holder("m2"));
  for (const person of Object.values(people)) assert.ok(person.isOpen, person.seat);
  assert.ok(Object.values(f1.picture.roster).filter(({ here }) => here === "here").length >= 6);
  await m2.call("floor.take");
  await f1.compare();
});

test("when descriptors run out those in the meeting stay", async (t) => {
  const server = await Server.start(t, { config: "sockets_no_session = 2000\n" });
  const { set, people } = await meet(server, ["talk", "close"]);
  execFileSync("prlimit", ["--pid", String(server.child.pid), "--nofile=80:80"]);
  const held = Array.from({ length: 120 }, () => connect(server.port, "127.0.0.1"));
  for (const socket of held) socket.on("error", () => {});
  await pause(300);
  const cpu = async () => {
    const fields = (await readFile(`/proc/${server.child.pid}/stat`, "utf8")).split(" ");
    return Number(fields[13]) + Number(fields[14]); // hundredths of a second
  };
  const before = await cpu();
  await pause(1000);
  const spent = (await cpu()) - before;

  await people.m1.call("presence.away", { on: true });
  await people.f1.until("life goes on", ({ roster }) => roster.m1.here === "away");
  assert.ok(spent < 50, `${spent} hundredths of a second in one: it spins`);
  assert.ok(server.log.split("\n").length < 60, "and writes no flood of lines");
  for (const socket of held) socket.destroy();
  const m5 = server.person(set, "m5");
  await eventually("somebody comes in", () => m5.join().catch(() => undefined), 20_000);
});

test("a new certificate is taken with SIGHUP, and a wrong one is not", async (t) => {
  const server = await Server.start(t, { tls: true });
  const set = await server.createSet(marketTowns({ members: 3, stages: [STAGES.talk] }));
  const m1 = await server.person(set, "m1", { tls: true }).arrive();
  const serial = () =>
    new Promise((resolve, reject) => {
      const socket = connectTls({
        port: server.tlsPort,
        host: "127.0.0.1",
        rejectUnauthorized: false,
      });
      socket.on("secureConnect", () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
      socket.on("error", reject);
    });
  const first = await serial();
  const other = join(server.folder, "other");
  await mkdir(other);
  const renewed = await throwAwayCertificate(other);

  await copyFile(renewed.cert, server.tlsFiles.cert); // the key is still the old one
  const lines = server.log.split("\n").length;
  server.child.kill("SIGHUP");
  await eventually(
    "it is said that the pair is wrong",
    () => server.log.split("\n").length > lines,
  );
  assert.equal(await serial(), first, "the old one stays");

  await copyFile(renewed.key, server.tlsFiles.key);
  server.child.kill("SIGHUP");
  await eventually("the new certificate", async () => (await serial()) !== first);
  await m1.settle();
  assert.ok(m1.isOpen);
});

/**
 * Flip one bit in the middle of something that was written, in the database of a server that
 * stopped.
 */
async function damage(server, word) {
  const script = `import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
c.close()
`;
  const file = join(server.data, "peerset.db");
  execFileSync("python3", ["-c", script, file]);
  const bytes = await readFile(file);
  const at = bytes.indexOf(word);
  assert.ok(at > 0, "the word is in the file");
  bytes[at + 2] ^= 1;
  await writeFile(file, bytes);
}

test("a damaged set is shut and named, and the others go on", async (t) => {
  const server = await Server.start(t);
  const good = await server.createSet(marketTowns({ members: 3, stages: [STAGES.talk] }));
  const bad = await server.createSet(marketTowns({ members: 3, stages: [STAGES.talk] }));
  const hurt = await server.person(bad, "m1").arrive();
  await hurt.call("you.rename", { name: "Wunderlich" });
  const fine = await server.person(good, "m1").arrive();
  await server.stop();
  await damage(server, "Wunderlich");
  await server.launch();

  await fine.connect();
  await fine.call("presence.away", { on: true });
  await hurt.connect().catch(() => {});
  const checked = await peerset(["check", "--data", server.data]);

  assert.equal(hurt.picture, undefined, "a set that cannot be trusted is not shown");
  assert.equal(checked.code, 1);
  assert.match(checked.out + checked.err, new RegExp(bad.id));
  assert.ok(!(checked.out + checked.err).includes("Wunderlich"));
  assert.ok(fine.isOpen);
  await fine.call("presence.away", { on: false });
});
