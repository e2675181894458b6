/* Build the client: src/ -> dist/, hashed names, and every file also as .gz and .br.
 *
 * dist/assets/ may be cached for ever; index.html, sw.js and the manifest may not. */

import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { icon } from "./icons.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const statics = join(here, "static");
const packed = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt"]);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

/* The strip's style sheet comes with the strip, for those who lead. Its name is known before the
 * code. */
const desk = await esbuild.build({
  entryPoints: { desk: join(here, "src/styles/desk.css") },
  outdir: join(dist, "assets"),
  entryNames: "[name]-[hash]",
  minify: true,
  metafile: true,
});
const deskStyle = `/assets/${Object.keys(desk.metafile.outputs)[0].split("/").pop()}`;

const built = await esbuild.build({
  entryPoints: { app: join(here, "src/main.tsx") },
  outdir: join(dist, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  metafile: true,
  define: { DESK_STYLE: JSON.stringify(deskStyle) },
  logLevel: "warning",
});

const outputs = Object.entries(built.metafile.outputs);
const web = (path) => `/${path.slice(path.indexOf("assets/"))}`;
const [script, main] = outputs.find(([, one]) => one.entryPoint?.endsWith("main.tsx")) ?? [];
if (!script || !main?.cssBundle) throw new Error("the entry or its style sheet is missing");
const early = main.imports
  .filter((one) => one.kind === "import-statement")
  .map((one) => web(one.path));

const html = (await readFile(join(statics, "index.html"), "utf8"))
  .replace("%STYLE%", web(main.cssBundle))
  .replace("%SCRIPT%", web(script))
  .replace(
    "%EARLY%",
    early.map((path) => `<link rel="modulepreload" href="${path}">`).join("\n    "),
  );
await writeFile(join(dist, "index.html"), html);

const assets = (await readdir(join(dist, "assets"))).sort().map((name) => `/assets/${name}`);
const version = createHash("sha256")
  .update(html + assets.join())
  .digest("hex")
  .slice(0, 12);
const worker = (await readFile(join(statics, "sw.js"), "utf8"))
  .replace("%VERSION%", version)
  .replace("%SHELL%", JSON.stringify(["/", ...assets, "/icon.svg", "/manifest.webmanifest"]));
await writeFile(join(dist, "sw.js"), worker);

for (const name of await readdir(statics)) {
  if (name !== "index.html" && name !== "sw.js") await cp(join(statics, name), join(dist, name));
}

await writeFile(join(dist, "icon-192.png"), icon(192));
await writeFile(join(dist, "icon-512.png"), icon(512));
await writeFile(join(dist, "icon-maskable-512.png"), icon(512, true));

const files = [
  ...(await readdir(dist)),
  ...(await readdir(join(dist, "assets"))).map((name) => join("assets", name)),
];
for (const name of files) {
  if (!packed.has(extname(name))) continue;
  const bytes = await readFile(join(dist, name));
  await writeFile(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  await writeFile(
    join(dist, `${name}.br`),
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  );
}
