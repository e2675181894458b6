// One HTTP request over a connection of its own, with exactly the headers that a test wants.
import http from "node:http";
import https from "node:https";
import { PATIENCE_MS } from "./wait.mjs";

/** { status, headers, text, json() }. `where` is a URL or { socketPath, path }. */
export function ask(where, { method = "GET", headers = {}, body, ca } = {}) {
  const bare = typeof where === "string" ? undefined : where;
  const url = bare ? undefined : new URL(where);
  const send = url?.protocol === "https:" ? https.request : http.request;
  const options = { method, headers: { ...headers }, agent: false, timeout: PATIENCE_MS, ca };
  if (body !== undefined) options.headers["content-length"] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const answered = (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(pieces).toString("utf8");
        const { statusCode: status, headers: given } = answer;
        resolve({ status, headers: given, text, json: () => JSON.parse(text) });
      });
    };
    const request = bare ? send({ ...options, ...bare }, answered) : send(url, options, answered);
    request.on("timeout", () => request.destroy(new Error(`no answer from ${url ?? bare.path}`)));
    request.on("error", reject);
    request.end(body);
  });
}
