/* Names and numbers as people read them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picture } from "../src/wire/picture.ts";
import { digits, initial, nameOf, ordinal, plainName, spell } from "../src/words.ts";

const picture = (roster: Picture["roster"]): Picture => ({ roster }) as unknown as Picture;
const person = (name: string, business?: string) => ({
  name,
  role: "member" as const,
  here: "here" as const,
  ...(business ? { business: { id: business, name: business } } : {}),
});

test("two people of one name are told apart by their business", () => {
  const p = picture({
    m1: person("Siân", "Bakery"),
    m2: person("Sia\u0302n", "Bookshop"),
    m3: person("Tomasz"),
  });

  assert.equal(plainName(p, "m1"), "Siân (Bakery)");
  assert.equal(plainName(p, "m2"), "Siân (Bookshop)");
  assert.equal(plainName(p, "m3"), "Tomasz");
});

test("two people of one name and one business are told apart by their seat", () => {
  const p = picture({ m1: person("Ali", "Forge"), m2: person("ali", "Forge") });

  assert.equal(plainName(p, "m1"), "Ali (m1)");
  assert.equal(plainName(p, "m2"), "ali (m2)");
});

test("a name cannot turn the line around", () => {
  const p = picture({ m1: person("\u202eevil\u2066") });

  assert.equal(nameOf(p, "m1"), "\u2068evil\u2069");
});

test("the first letter of a name is what people see as a letter", () => {
  assert.equal(initial("żaneta"), "Ż");
  assert.equal(initial("🧸 Zoë"), "🧸");
  assert.equal(initial("E\u0301va"), "É");
});

test("places and times are in words", () => {
  assert.deepEqual([1, 2, 3, 4, 11, 21].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "21st"]);
  assert.equal(digits(298_000), "4:58");
  assert.equal(digits(3_727_000), "1:02:07");
  assert.equal(digits(-5), "0:00");
  assert.equal(spell(30_000), "30 seconds");
  assert.equal(spell(90_000), "1 minute 30 seconds");
  assert.equal(spell(120_000), "2 minutes");
});
