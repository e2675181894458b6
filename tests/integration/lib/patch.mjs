// JSON merge patches (RFC 7396), as a client applies them: `null` removes, objects merge, the rest
// replaces.

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What `target` becomes with `patch`. `target` stays as it is. */
export function merged(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** Equal once keys are sorted, as protocol.md says of pictures. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** The path of the first `null` in a picture, or undefined: there is to be none. */
export function nullPath(value, path = "picture") {
  if (value === null) return path;
  if (typeof value !== "object") return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = nullPath(inner, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

/** Where two values first differ, in words; undefined: they are equal. */
export function difference(one, other, path = "picture") {
  if (canonical(one ?? "absent") === canonical(other ?? "absent")) return undefined;
  const both = [one, other].every((value) => typeof value === "object" && value !== null);
  if (!both) return `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) {
    const found = difference(one[key], other[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
