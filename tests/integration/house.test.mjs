// The tools of the house as a person at a terminal meets them: certificates and script/server.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const START_MS = 240_000; // a first start may install and build

/** Run a command to its end: { code, out, err }. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { cwd: root, ...options }, (error, out, err) => {
      resolve({ code: error ? error.code : 0, out, err });
    });
  });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function lines(text) {
  return text.split("\n").filter(Boolean);
}

describe("development certificates", () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "peerset-certs-"));
  });
  after(() => rm(folder, { recursive: true }));
  const make = (...options) => run("certs/make", ["--out", folder, ...options]);
  const path = (name) => join(folder, name);

  test("are missing at first, and said to be", async () => {
    const { code, err } = await make("--check");
    assert.equal(code, 1);
    assert.match(err, /run certs\/make/);
  });

  test("are made for this machine, with keys that only the owner reads", async () => {
    assert.equal((await make()).code, 0);
    for (const name of ["dev-ca.key", "server.key"]) {
      assert.equal((await stat(path(name))).mode & 0o777, 0o600, name);
    }
    const { out } = await run("openssl", [
      "x509",
      "-in",
      path("server.pem"),
      "-noout",
      "-text",
      "-ext",
      "subjectAltName",
    ]);
    assert.match(out, /DNS:localhost/);
    assert.match(out, /IP Address:127\.0\.0\.1/);
    assert.match(out, /prime256v1/);
    assert.equal((await make("--check")).code, 0);
  });

  test("are left alone while they fit", async () => {
    const present = await readFile(path("server.pem"));
    assert.equal((await make()).code, 0);
    assert.deepEqual(await readFile(path("server.pem")), present);
  });

  test("are made again when their days are numbered, by the same authority", async () => {
    const authority = await readFile(path("dev-ca.pem"));
    const config = path("short.cnf");
    await writeFile(config, "subjectAltName = DNS:localhost\n");
    const request = path("short.csr");
    await run("openssl", [
      "req",
      "-new",
      "-key",
      path("server.key"),
      "-subj",
      "/CN=short",
      "-out",
      request,
    ]);
    await run("openssl", [
      "x509",
      "-req",
      "-in",
      request,
      "-days",
      "1",
      "-CA",
      path("dev-ca.pem"),
      "-CAkey",
      path("dev-ca.key"),
      "-extfile",
      config,
      "-set_serial",
      "7",
      "-out",
      path("server.pem"),
    ]);
    assert.equal((await make("--check")).code, 1);

    assert.equal((await make()).code, 0);

    assert.equal((await make("--check")).code, 0);
    assert.deepEqual(await readFile(path("dev-ca.pem")), authority);
  });

  test("cannot vouch for a public name", async () => {
    const config = path("bank.cnf");
    await writeFile(config, "subjectAltName = DNS:bank.example.com\n");
    const request = path("bank.csr");
    await run("openssl", [
      "req",
      "-new",
      "-key",
      path("server.key"),
      "-subj",
      "/CN=bank",
      "-out",
      request,
    ]);
    await run("openssl", [
      "x509",
      "-req",
      "-in",
      request,
      "-days",
      "9",
      "-CA",
      path("dev-ca.pem"),
      "-CAkey",
      path("dev-ca.key"),
      "-extfile",
      config,
      "-set_serial",
      "8",
      "-out",
      path("bank.pem"),
    ]);

    const { code, err } = await run("openssl", [
      "verify",
      "-CAfile",
      path("dev-ca.pem"),
      path("bank.pem"),
    ]);

    assert.notEqual(code, 0);
    assert.match(err, /permitted subtree violation/);
  });
});

describe("script/server refuses with one line", () => {
  const refusals = [
    ["an unknown option", ["--prot", "1"], /unknown option --prot/, 2],
    ["a port that is no number", ["--port", "80x"], /--port needs a number/, 2],
    ["a port out of range", ["--port", "70000"], /from 1 to 65535/, 2],
    ["the same port twice", ["--port", "8900", "--tls-port", "8900"], /are both 8900/, 2],
    ["a value that is missing", ["--data"], /--data needs a value/, 2],
    ["a set file that is not there", ["--set", "none.json"], /cannot read .*none\.json/, 1],
  ];
  for (const [what, options, expected, status] of refusals) {
    test(what, async () => {
      const { code, err } = await run("script/server", options);
      assert.equal(code, status);
      assert.equal(lines(err).length, 1, err);
      assert.match(err, expected);
    });
  }

  test("a port that is in use", async () => {
    const holder = createServer();
    await new Promise((resolve) => holder.listen(0, "127.0.0.1", resolve));
    const { port } = holder.address();
    const tls = String(await freePort());

    const { code, err } = await run("script/server", ["--port", String(port), "--tls-port", tls]);

    holder.close();
    assert.equal(code, 1);
    assert.equal(lines(err).length, 1, err);
    assert.match(err, new RegExp(`port ${port} is in use.*--port`));
  });

  test("a data folder that cannot be written", async () => {
    const { code, err } = await run("script/server", [
      "--port",
      String(await freePort()),
      "--tls-port",
      String(await freePort()),
      "--data",
      "/dev/null/data",
    ]);
    assert.equal(code, 1);
    assert.equal(lines(err).length, 1, err);
    assert.match(err, /cannot write to \/dev\/null\/data: .*--data/);
  });
});

describe("script/server from an empty folder", () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "peerset-server-"));
  });
  /** A test that fails must not leave a server behind: the runner would wait for it. */
  const started = [];
  after(async () => {
    for (const child of started) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  /** Start the script, wait for its last line and for the port, and give what it printed. */
  async function start(port, tlsPort) {
    const child = spawn(
      "script/server",
      ["--data", join(folder, "data"), "--port", String(port), "--tls-port", String(tlsPort)],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
    started.push(child);
    const printed = { out: "", err: "" };
    child.stdout.on("data", (bytes) => {
      printed.out += bytes;
    });
    child.stderr.on("data", (bytes) => {
      printed.err += bytes;
    });
    const ended = new Promise((resolve) =>
      child.on("exit", (code, signal) => {
        resolve({ code, signal });
      }),
    );
    const deadline = Date.now() + START_MS;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => null);
      if (answer?.ok) break;
      const late = Date.now() > deadline;
      if (late || child.exitCode !== null) {
        child.kill("SIGKILL");
        assert.fail(`script/server did not start:\n${printed.err}\n${printed.out}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { child, printed, ended };
  }

  test("prints a link for each person, stops cleanly, and starts again with the same", async () => {
    const port = await freePort();
    const tlsPort = await freePort();
    const first = await start(port, tlsPort);
    const links = first.printed.out.match(new RegExp(`http://localhost:${port}/#/join/\\S+`, "g"));
    assert.equal(new Set(links).size, 13, first.printed.out);
    assert.match(first.printed.out, /Priya .*member/);
    assert.match(first.printed.out, new RegExp(`https://\\S+:${tlsPort}/#/join/`));
    assert.match(first.printed.out, /dev-ca\.pem/);

    const token = links[0].split("#/join/")[1];
    const joined = await fetch(`http://localhost:${port}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `http://localhost:${port}` },
      body: JSON.stringify({ invite: token }),
    });
    assert.equal(joined.status, 200);

    first.child.kill("SIGINT");
    assert.deepEqual(await first.ended, { code: 0, signal: null }, first.printed.err);

    const second = await start(port, tlsPort);
    const again = second.printed.out.match(new RegExp(`http://localhost:${port}/#/join/\\S+`, "g"));
    second.child.kill("SIGTERM");
    assert.deepEqual(await second.ended, { code: 0, signal: null }, second.printed.err);
    assert.deepEqual(again, links);
  });
});
