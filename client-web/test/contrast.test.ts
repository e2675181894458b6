/* The contrast of every pair of colours that carries text or a shape, computed from tokens.css
 * for light and dark (WCAG 2.2: 4.5 for text, 3 for what is not text). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

declare const CLIENT: string;

const source = readFileSync(join(CLIENT, "src/styles/tokens.css"), "utf8");
const [light, dark] = source
  .split("@media (prefers-color-scheme: dark)")
  .map((part) =>
    Object.fromEntries(
      [...part.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [
        found[1] ?? "",
        found[2] ?? "",
      ]),
    ),
  );

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

const text: [ink: string, ground: string][] = [
  ...["paper", "card", "sunk", "leaf-wash", "clay-wash", "alarm-wash"].map(
    (ground): [string, string] => ["ink", ground],
  ),
  ...["paper", "card", "sunk", "leaf-wash", "clay-wash"].map((ground): [string, string] => [
    "soft",
    ground,
  ]),
  ...["paper", "card", "leaf-wash"].map((ground): [string, string] => ["leaf", ground]),
  ...["paper", "card", "clay-wash"].map((ground): [string, string] => ["clay", ground]),
  ["alarm", "card"],
  ["alarm", "alarm-wash"],
  ["on-leaf", "leaf"],
  ["on-leaf", "leaf-deep"],
  ["on-night", "night"],
  ["soft-night", "night"],
  ["on-glow", "glow"],
  ["on-glow", "on-night"],
];

const shapes: [shape: string, ground: string][] = [
  ["edge", "card"],
  ["edge", "paper"],
  ["leaf", "paper"],
  ["leaf", "sunk"],
  ["clay", "paper"],
  ["clay", "card"],
  ["focus", "paper"],
  ["focus", "card"],
  ["glow", "night"],
  ["soft-night", "night"],
];

for (const [scheme, tokens] of [
  ["light", light],
  ["dark", { ...light, ...dark }],
] as const) {
  test(`${scheme}: every text can be read`, () => {
    for (const [ink, ground] of text) {
      const ratio = contrast(tokens?.[ink] ?? "", tokens?.[ground] ?? "");
      assert.ok(ratio >= 4.5, `${ink} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });

  test(`${scheme}: every shape can be seen`, () => {
    for (const [shape, ground] of shapes) {
      const ratio = contrast(tokens?.[shape] ?? "", tokens?.[ground] ?? "");
      assert.ok(ratio >= 3, `${shape} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}
