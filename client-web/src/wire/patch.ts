/* A JSON Merge Patch (RFC 7396), without changing what it is given.
 *
 * What the patch does not touch keeps its identity, so that a signal computed from one part of the
 * picture is not disturbed by another. */

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `target` with `patch` applied: null removes, objects merge, all else replaces. */
export function merge(target: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Tree = Object.assign(Object.create(null) as Tree, isTree(target) ? target : {});
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(merged[key], value);
  }
  return { ...merged };
}
