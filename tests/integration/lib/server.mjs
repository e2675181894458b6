// A server of one's own: a data folder, free loopback ports, and an end that is looked at.
import { spawn } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, answerOf, peerset } from "./cli.mjs";
import { ask } from "./http.mjs";
import { Person } from "./person.mjs";
import { eventually, PATIENCE_MS, within } from "./wait.mjs";

const running = new Set();
process.on("exit", () => {
  for (const server of running) {
    server.child?.kill("SIGKILL");
    if (server.ownsFolder) rmSync(server.folder, { recursive: true, force: true });
  }
});

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A certificate for this host and this hour: { cert, key } as paths. */
export async function throwAwayCertificate(folder) {
  const cert = join(folder, "cert.pem");
  const key = join(folder, "key.pem");
  const made = await peerset(
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "1",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ],
    { program: "openssl" },
  );
  if (made.code !== 0) throw new Error(made.err);
  chmodSync(key, 0o600);
  return { cert, key };
}

export class Server {
  people = new Set();
  log = "";
  #options;
  #expected = false;
  #ended;

  /**
   * Start one and end it with the test (or suite) `t`. Options: folder, data, tls, config (text),
   * args.
   */
  static async start(t, options = {}) {
    const server = new Server();
    server.#options = options;
    server.ownsFolder = !options.folder;
    server.folder = options.folder ?? (await mkdtemp(join(tmpdir(), "peerset-story-")));
    server.data = options.data ?? join(server.folder, "data");
    server.port = await freePort();
    server.origin = `http://127.0.0.1:${server.port}`;
    if (options.tls) {
      const { cert, key } = await throwAwayCertificate(server.folder);
      server.tlsPort = await freePort();
      server.tlsOrigin = `https://localhost:${server.tlsPort}`;
      server.tlsFiles = { cert, key };
      server.ca = await readFile(cert);
    }
    running.add(server);
    t?.after(() => server.end());
    await server.launch();
    return server;
  }

  /** The command line that it runs with. */
  async arguments() {
    const options = this.#options;
    const args = ["serve", "--data", this.data, "--listen", `127.0.0.1:${this.port}`];
    if (options.tls) {
      args.push("--listen-tls", `127.0.0.1:${this.tlsPort}`);
      args.push("--cert", this.tlsFiles.cert, "--key", this.tlsFiles.key);
    }
    if (options.config) {
      const file = join(this.folder, "peerset.conf");
      await writeFile(file, options.config);
      args.push("--config", file);
    }
    return [...args, ...(options.args ?? [])];
  }

  /** Start the process and wait until it answers. */
  async launch() {
    const args = await this.arguments();
    this.#expected = false;
    const child = spawn(BINARY, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...this.#options.env },
    });
    this.child = child;
    child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
    this.#ended = new Promise((resolve) => {
      child.on("close", (code, signal) => {
        this.exit = { code, signal };
        if (!this.#expected) this.crash = { code, signal };
        resolve(this.exit);
      });
    });
    await eventually(`a server on port ${this.port}`, async () => {
      if (this.crash) throw new Error(`the server ended by itself: ${this.#obituary()}`);
      return ask(`${this.origin}/api/v1/session`, { headers: { origin: this.origin } }).catch(
        () => undefined,
      );
    });
  }

  #obituary() {
    return `${JSON.stringify(this.crash)}\n${this.log.slice(-2000)}`;
  }

  /** Send it a signal and wait for its end: { code, signal }. */
  async stop(signal = "SIGTERM") {
    this.#expected = true;
    this.child.kill(signal);
    return within(`an end after ${signal}`, this.#ended, PATIENCE_MS * 2);
  }

  /** kill -9: no goodbye, nothing flushed. */
  kill() {
    return this.stop("SIGKILL");
  }

  /** For whoever waits for its end without having asked for it. */
  ended() {
    this.#expected = true;
    return within("the end of the server", this.#ended, PATIENCE_MS * 2);
  }

  /** A command of the operator on this data folder; what it prints as JSON. */
  command(...args) {
    return answerOf([...args, "--data", this.data, ...this.#controlArguments()]);
  }

  #controlArguments() {
    const args = this.#options.args ?? [];
    const at = args.indexOf("--control");
    return at < 0 ? [] : ["--control", args[at + 1]];
  }

  get controlPath() {
    return this.#controlArguments()[1] ?? join(this.data, "control.sock");
  }

  control(path) {
    return ask({ socketPath: this.controlPath, path });
  }

  /** Make a set of `description`: { id, seats: { m1: { seat, token, name, role } } }. */
  async createSet(description) {
    const file = join(this.folder, `set-${Math.random().toString(36).slice(2)}.json`);
    await writeFile(file, JSON.stringify(description));
    const made = await this.command("set", "create", "--from", file, "--url", this.origin);
    await rm(file);
    const seats = {};
    for (const { link, ...invite } of made.invites) {
      const [url, token] = link.split("/#/join/");
      if (url !== this.origin) throw new Error(`a link begins with ${url}`);
      seats[invite.seat] = { ...invite, token };
    }
    return { id: made.set, seats };
  }

  /** A person of a set, not yet joined. */
  person(set, seat, options = {}) {
    const person = new Person(this, { set: set.id, ...set.seats[seat], ...options });
    this.people.add(person);
    return person;
  }

  /** All of these seats, joined and connected: { m1: Person, … }. */
  async gather(set, seats) {
    const gathered = await Promise.all(seats.map((seat) => this.person(set, seat).arrive()));
    return Object.fromEntries(seats.map((seat, i) => [seat, gathered[i]]));
  }

  /**
   * Stop, forget the folder, and fail for what nobody looked at: a crash, a frame that was wrong.
   */
  async end() {
    running.delete(this);
    const alive = this.child.exitCode === null && this.child.signalCode === null;
    for (const person of this.people) person.leave();
    const exit = alive ? await this.stop("SIGTERM") : this.exit;
    if (this.ownsFolder) await rm(this.folder, { recursive: true, force: true });
    if (this.crash) throw new Error(`the server ended by itself: ${this.#obituary()}`);
    if (alive && exit.code !== 0) throw new Error(`SIGTERM: ${JSON.stringify(exit)}\n${this.log}`);
    const complaints = [...this.people].flatMap((person) => person.complaints);
    if (complaints.length > 0) throw new Error(complaints.slice(0, 5).join("\n"));
  }
}
