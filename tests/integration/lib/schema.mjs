// Every frame that a test sees is held against protocol/schema, and so is every picture that
// patches made, and every request that a person of a story sends. A schema that is missing is a
// failure.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { ROOT } from "./cli.mjs";

const folder = process.env.PEERSET_SCHEMA || join(ROOT, "protocol", "schema");
const ajv = new Ajv({ strict: false });
for (const name of readdirSync(folder).filter((each) => each.endsWith(".json"))) {
  ajv.addSchema(JSON.parse(readFileSync(join(folder, name), "utf8")), name);
}

function at(value, pointer) {
  return pointer
    .split("/")
    .slice(1)
    .reduce((inner, key) => inner?.[key], value);
}

/** The most telling of what ajv says: of alternatives, the one that went deepest. */
function telling(errors) {
  const own = errors.filter(({ keyword }) => keyword !== "oneOf" && keyword !== "anyOf");
  const depth = ({ instancePath }) => instancePath.split("/").length;
  return own.sort((a, b) => depth(b) - depth(a))[0] ?? errors[0];
}

function checker(name) {
  const validate = ajv.getSchema(name);
  if (!validate) throw new Error(`protocol/schema/${name} is missing`);
  return (value) => {
    if (validate(value)) return;
    const { instancePath, message, params } = telling(validate.errors);
    const found = JSON.stringify(at(value, instancePath))?.slice(0, 300);
    throw new Error(
      `${name}: ${instancePath || "/"} ${message} ${JSON.stringify(params)}: ${found}`,
    );
  };
}

/** One text message of the server. */
export const checkFrame = checker("frames.json");
/** A whole picture. */
export const checkPicture = checker("picture.json");
/** One request of a client. */
export const checkCommand = checker("commands.json");
