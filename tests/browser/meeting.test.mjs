// Twelve people in real browsers: a whole rehearsal, from the links to the page after it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { launchChromium, Person } from "./lib/browser.mjs";
import { House } from "./lib/house.mjs";

const script = JSON.parse(
  await readFile(new URL("../../examples/market-towns.meeting.json", import.meta.url), "utf8"),
);

describe("twelve people hold a meeting", { timeout: 240_000 }, () => {
  let house, browser, lead;
  const people = {};
  const seats = Array.from({ length: 11 }, (_, i) => `m${i + 1}`);
  const axeClean = async (person, where) =>
    assert.deepEqual(await person.axe(), [], `axe: ${person.name}, ${where}`);

  before(async () => {
    house = await House.open((file) => ({ ...file, pace: 2 }));
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  /** A look at a moment: axe, 320 px, and a picture for who wants to see. */
  async function look(person, where) {
    await axeClean(person, where);
    const { width, height } = person.page.viewport();
    assert.ok(await person.fits(320), `${where} fits 320 px for ${person.name}`);
    await person.page.setViewport({ width, height });
    await person.shot(`${where}-${person.seat}`);
  }

  test("each opens a link and presses one button", async () => {
    lead = people.f1 = await Person.sit(browser, house, "f1", { width: 1280, height: 800 });
    await look(lead, "join");
    await lead.press("Join the meeting");
    await lead.press("Open the next meeting");
    for (const seat of seats) {
      people[seat] = await Person.sit(browser, house, seat);
      await people[seat].press("Join the meeting");
      await people[seat].reads("You are in");
    }
    assert.equal(
      new URL(people.m1.page.url()).hash.includes("join"),
      false,
      "the token has left the address",
    );
    await lead.reads("12 people here");
    await look(people.m1, "lobby");
    await look(lead, "lobby");
  });

  test("the check-in goes round, one passes and is asked once more", async () => {
    await lead.press("Start the meeting");
    await lead.press("Next: Check-in");
    for (const seat of seats) {
      const person = people[seat];
      await person.reads("It is your turn to check in");
      if (seat === "m1") await look(person, "check-in");
      if (script.check_in[seat] === "pass") {
        await person.press("Pass for now");
        continue;
      }
      await person.write(script.check_in[seat]);
      await person.press("Say it");
      await person.press("I have finished");
    }
    await people.m9.reads("It is your turn to check in");
    await people.m9.press("Pass for now");
    await lead.reads("Two orders, one of them from my mum");
    await lead.reads("Everybody has had their say");
    await look(lead, "check-in");
  });

  test("the set agrees who presents, and the order is explained", async () => {
    await lead.press("Next: Who presents today");
    await people.m1.write(script.turn.issue, "input[type=text], textarea");
    await people.m1.press("Ask for a turn");
    await people.m7.write(script.bids[1].issue, "input[type=text], textarea");
    await people.m7.press("Ask for a turn");
    await people.m2.press("Not today");
    await people.m3.reads("Do I close the second shop?");
    await look(people.m3, "agenda");
    await look(lead, "agenda");
    await lead.press("Agree today");
    await lead.press("Next: Presenter turn");
  });

  test("the presenter tells, the set asks, the presenter answers", async () => {
    const presenter = people.m1;
    await presenter.reads("Tell the set about your question");
    await look(presenter, "present");
    await presenter.write(script.turn.present);
    await presenter.press("Say it");
    await presenter.press("Ready to move on");
    await askAndAnswer(script.turn.clarify[0]);
    await lead.press("Next: Open questions");
    await people.m5.reads("open question");
    await look(people.m5, "question");
    for (const question of script.turn.questions.slice(0, 2)) await askAndAnswer(question);
    await look(presenter, "question");
    await presenter.press(/helped/i);
    await presenter.shot("helped-m1");
  });

  async function askAndAnswer({ by, text, answer }) {
    const asker = people[by];
    const presenter = people.m1;
    await asker.write(text);
    await asker.press(/Raise my hand|[Aa]sk/);
    await asker.press("I have finished");
    await presenter.reads("It is your turn to answer");
    await presenter.write(answer);
    await presenter.press("Answer");
    await presenter.press("I have answered");
  }

  test("the silence is private", async () => {
    await lead.press("Next: Silence");
    const secret = script.reflection.answers.m2;
    await people.m2.reads("quiet moment");
    await people.m2.write(secret);
    await look(people.m2, "silence");
    await people.m2.press("Keep this note");
    await people.m2.reads("Your note is kept");
    for (const other of [people.m1, people.m3, lead]) {
      assert.equal(
        (await other.page.content()).includes(secret),
        false,
        `${other.name} does not have the note`,
      );
    }
  });

  test("the presenter only listens to the offers", async () => {
    await lead.press("Next: Experience and offers");
    await people.m1.reads("Only listen now");
    await look(people.m1, "offer");
    await people.m7.write(script.turn.offers[0].text);
    await people.m7.press(/Raise my hand|[Oo]ffer/);
    await people.m7.press("I have finished");
    await people.m1.reads("best talk we had in years");
    const page = await people.m1.text();
    assert.doesNotMatch(page, /Raise my hand|Offer it/, "nothing to say for the presenter");
  });

  test("the presenter responds and commits, with a witness", async () => {
    const presenter = people.m1;
    await lead.press("Next: The presenter responds");
    await presenter.reads("Say what you take away");
    await presenter.write(script.turn.respond);
    await presenter.press("Say it");
    await presenter.press("Ready to move on");
    await presenter.reads("What will you do now");
    await presenter.write(script.turn.commitments[0].text);
    await presenter.page.evaluate(() => {
      for (const group of document.querySelectorAll("fieldset"))
        group.querySelectorAll("input[type=radio]")[3]?.click();
    });
    const witness = await presenter.page.waitForSelector("select");
    await witness.select("m7");
    await look(presenter, "commit");
    await presenter.press("I will do this");
    await presenter.reads("You have made one commitment");
    await people.m7.press("Yes, I will");
    await presenter.reads("is the witness");
    await presenter.press("That is all");
    await lead.reads("How we worked");
    await look(people.m4, "process");
  });

  test("the meeting closes with thanks and ends with one page", async () => {
    for (const [step, next] of [
      [5, /Next: Tour/],
      [6, /Next: Commitments/],
      [7, /Next: Review and close/],
    ]) {
      await lead.press(next);
      await lead.reads(`Step ${step} of 7`);
    }
    const giver = people.m5;
    await giver.reads("Thank somebody");
    await look(giver, "close");
    await lead.press("End the meeting");
    await people.m3.reads("Show my sister the weekday figures");
    await look(people.m3, "after");
    await look(lead, "after");
    const pdf = await people.m3.page.pdf({ format: "A4", printBackground: false });
    const pages = Buffer.from(pdf)
      .toString("latin1")
      .match(/\/Type\s*\/Page[^s]/g).length;
    assert.equal(pages, 1, "the page after the meeting prints on one A4");
  });

  test("no page had a fault or broke its own strict policy", () => {
    for (const person of Object.values(people)) assert.deepEqual(person.faults, [], person.name);
  });
});
