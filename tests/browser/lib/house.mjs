// A server of its own for a test: a fresh data folder, a free port, a set made from a file.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../..");
const binary = process.env.PEERSET_BIN ?? join(root, "build/peerset");
const run = promisify(execFile);

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const answers = async (url) => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

/** A running server with one set. `change` may alter the set file, e.g. its pace. */
export class House {
  static async open(change = (file) => file) {
    const house = new House();
    house.folder = await mkdtemp(join(tmpdir(), "peerset-browser-"));
    house.data = join(house.folder, "data");
    house.port = await freePort();
    house.url = `http://localhost:${house.port}`;
    const file = JSON.parse(await readFile(join(root, "examples/market-towns.set.json"), "utf8"));
    const path = join(house.folder, "set.json");
    await writeFile(path, JSON.stringify(change({ ...file, rehearsal: true, pace: 1 })));
    const made = await run(binary, [
      "set",
      "create",
      "--data",
      house.data,
      "--from",
      path,
      "--url",
      house.url,
    ]);
    const { set, invites } = JSON.parse(made.stdout);
    house.set = set;
    house.people = Object.fromEntries(invites.map((one) => [one.seat, one]));
    await house.start();
    return house;
  }

  async start() {
    this.log = "";
    this.server = spawn(
      binary,
      [
        "serve",
        "--data",
        this.data,
        "--listen",
        `127.0.0.1:${this.port}`,
        "--url",
        this.url,
        "--client",
        join(root, "client-web/dist"),
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    this.server.stderr.on("data", (bytes) => {
      this.log += bytes;
    });
    for (let tries = 0; !(await answers(this.url)); tries++) {
      if (tries === 100 || this.server.exitCode !== null)
        throw new Error(`the server did not start:\n${this.log}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async kill(signal = "SIGKILL") {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const gone = once(this.server, "exit");
    this.server.kill(signal);
    await gone;
  }

  async close() {
    await this.kill("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }
}
