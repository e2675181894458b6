// What goes wrong in real life: no mouse, no light, no network, no server, another browser.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { firefoxPath, launchChromium, launchFirefox, PATIENCE, Person } from "./lib/browser.mjs";
import { House } from "./lib/house.mjs";

describe("a small set through thick and thin", { timeout: 240_000 }, () => {
  let house, browser, lead, priya, tomasz;

  before(async () => {
    house = await House.open();
    browser = await launchChromium();
    lead = await Person.sit(browser, house, "f1", { width: 1280, height: 800 });
    await lead.press("Join the meeting");
    priya = await Person.sit(browser, house, "m1");
    tomasz = await Person.sit(browser, house, "m2");
    await tomasz.press("Join the meeting");
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  const focused = (person) =>
    person.page.evaluate(() =>
      document.activeElement?.matches("button, a, summary")
        ? document.activeElement.textContent.trim()
        : "",
    );

  /** Tab until the focus is on something that reads like this; then press the key. */
  async function reach(person, words, key = "Enter") {
    await person.page.bringToFront();
    await person.button(words);
    for (let steps = 0; steps < 80; steps++) {
      if ((await focused(person)).match(words)) {
        /* Nobody's finger is faster than the answer to what they pressed just before. */
        await new Promise((done) => setTimeout(done, 400));
        await person.page.keyboard.press(key);
        return;
      }
      await person.page.keyboard.press("Tab");
    }
    assert.fail(`${words} cannot be reached by keyboard; the page reads:\n${await person.text()}`);
  }

  test("by keyboard alone: join, speak in the round, finish", async () => {
    await reach(priya, /^Join the meeting/);
    await priya.reads(/here|no meeting/);
    await reach(lead, /Open the next meeting/);
    await reach(lead, /Start the meeting/);
    await reach(lead, /Next: Check-in/);
    await priya.reads("It is your turn to check in");
    await priya.page.bringToFront();
    for (let steps = 0; steps < 60; steps++) {
      if (await priya.page.evaluate(() => document.activeElement?.tagName === "TEXTAREA")) break;
      await priya.page.keyboard.press("Tab");
    }
    await priya.page.keyboard.type("Typed without a mouse.");
    await reach(priya, /^Say it/);
    await reach(priya, /^I have finished/);
    await tomasz.reads("Typed without a mouse");
  });

  test("what was typed survives a reload", async () => {
    await tomasz.reads("It is your turn to check in");
    await tomasz.write("Half a sentence");
    await tomasz.page.reload();
    await tomasz.page.waitForFunction(
      () => document.querySelector("textarea")?.value === "Half a sentence",
      { timeout: PATIENCE },
    );
  });

  test("without network: said in words, the text kept, sent when it is back", async () => {
    await tomasz.page.setOfflineMode(true);
    await tomasz.page.evaluate(() => dispatchEvent(new Event("offline")));
    await tomasz.reads(/place is kept|connection/);
    await tomasz.shot("offline-m2");
    assert.equal(await tomasz.page.$eval("textarea", (box) => box.value), "Half a sentence");
    await tomasz.page.setOfflineMode(false);
    await tomasz.page.evaluate(() => dispatchEvent(new Event("online")));
    await tomasz.press("Say it");
    await lead.reads("Half a sentence");
    await tomasz.press("I have finished");
  });

  test("the server is killed and comes back: nothing is lost, the clock has waited", async () => {
    await lead.press("Next: Who presents today");
    await priya.write("Should I hire my cousin?", "input[type=text], textarea");
    await house.kill("SIGKILL");
    await priya.reads(/place is kept|connection/);
    await priya.shot("killed-m1");
    await house.start();
    await lead.press("Let the clock go on");
    await priya.page.waitForFunction(
      () =>
        document.querySelector("input[type=text], textarea")?.value === "Should I hire my cousin?",
      { timeout: PATIENCE },
    );
    await priya.press("Ask for a turn");
    await tomasz.reads("Should I hire my cousin");
  });

  test("in the dark, in the light, at 320 px: readable", async () => {
    for (const scheme of ["dark", "light"]) {
      for (const person of [lead, priya]) {
        await person.page.emulateMediaFeatures([
          { name: "prefers-color-scheme", value: scheme },
          { name: "prefers-reduced-motion", value: "reduce" },
        ]);
        assert.deepEqual(await person.axe(), [], `axe: ${person.name}, ${scheme}`);
        await person.shot(`agenda-${scheme}-${person.seat}`);
        const { width, height } = person.page.viewport();
        assert.ok(await person.fits(320), `${person.name} at 320 px, ${scheme}`);
        await person.page.setViewport({ width, height });
      }
    }
  });

  test("a second window of the same person takes over, and the first can take back", async () => {
    const second = await Person.sit(browser, house, "m2", { width: 800, height: 700 });
    await second.press("Join the meeting");
    await tomasz.press("Use here");
    await second.reads("Use here");
    await second.context.close();
  });

  test("signing out ends the session on this device", async () => {
    await tomasz.press("Menu");
    await tomasz.press(/Sign out|Leave this device/);
    await tomasz.press(/Sign out|Yes|Leave/).catch(() => undefined);
    const seats = await tomasz.page.evaluate(
      async () => (await (await fetch("/api/v1/session")).json()).seats,
    );
    assert.deepEqual(seats, []);
  });

  test("no page had a fault or broke its own strict policy", () => {
    for (const person of [lead, priya, tomasz]) assert.deepEqual(person.faults, [], person.name);
  });
});

describe("the same in Firefox", { timeout: 120_000 }, () => {
  let house, browser;
  before(async () => {
    house = await House.open();
    assert.ok(firefoxPath, "Firefox is missing: script/bootstrap test installs it");
    browser = await launchFirefox();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  test("join, check in, read each other", async () => {
    const lead = await Person.sit(browser, house, "f1", { width: 1200, height: 800 });
    await lead.press("Join the meeting");
    const priya = await Person.sit(browser, house, "m1", { width: 400, height: 800 });
    await priya.press("Join the meeting");
    await lead.press("Open the next meeting");
    await lead.press("Start the meeting");
    await lead.press("Next: Check-in");
    await priya.reads("It is your turn to check in");
    await priya.page.bringToFront();
    await priya.write("Written in Firefox.");
    await priya.press("Say it");
    await priya.press("I have finished");
    await lead.reads("Written in Firefox");
    assert.deepEqual(await priya.axe(), []);
    assert.deepEqual(await lead.axe(), []);
    await priya.shot("firefox-m1");
    assert.deepEqual([...lead.faults, ...priya.faults], []);
  });
});
