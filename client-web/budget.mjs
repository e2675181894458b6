/* What a phone must load before it can show anything, held to a budget. Fails when it is passed. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const JS_BYTES_MAX = 30_000; /* compressed: two seconds on a slow 3G line, with the style sheet */
const CSS_BYTES_MAX = 6_000;
const REQUESTS_MAX = 5;

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const html = await readFile(join(dist, "index.html"), "utf8");
const named = (pattern) => [...html.matchAll(pattern)].map((found) => found[1]);
const scripts = [
  ...named(/<script[^>]+src="([^"]+)"/g),
  ...named(/rel="modulepreload" href="([^"]+)"/g),
];
const styles = named(/rel="stylesheet" href="([^"]+)"/g);
const size = async (paths) => {
  let sum = 0;
  for (const path of paths) sum += gzipSync(await readFile(join(dist, path)), { level: 9 }).length;
  return sum;
};

const js = await size(scripts);
const css = await size(styles);
const requests = 1 + scripts.length + styles.length;
console.log(
  `first load: ${js} bytes of JS (at most ${JS_BYTES_MAX}), ` +
    `${css} of CSS (at most ${CSS_BYTES_MAX}), ${requests} requests (at most ${REQUESTS_MAX})`,
);
if (
  js > JS_BYTES_MAX ||
  css > CSS_BYTES_MAX ||
  requests > REQUESTS_MAX ||
  scripts.length === 0 ||
  styles.length === 0
) {
  console.error("budget: the first load is over its budget");
  process.exitCode = 1;
}
