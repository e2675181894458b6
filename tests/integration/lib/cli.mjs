// The binary at a terminal.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PATIENCE_MS } from "./wait.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
export const BINARY = process.env.PEERSET_BIN || join(ROOT, "build", "peerset");

/** Run the binary (or another program) to its end: { code, signal, out, err }. */
export function peerset(args, { program = BINARY, input, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args.map(String), {
      stdio: ["pipe", "pipe", "pipe"],
      ...options,
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS * 3);
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, out, err });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** What a command prints, which must succeed and be JSON. */
export async function answerOf(args, options) {
  const { code, out, err } = await peerset(args, options);
  if (code !== 0) throw new Error(`peerset ${args.join(" ")}: status ${code}\n${err}`);
  return JSON.parse(out);
}

export function linesOf(text) {
  return text.split("\n").filter(Boolean);
}
