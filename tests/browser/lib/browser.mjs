// Real browsers, driven by puppeteer: Debian's small Chromium by CDP, Firefox by BiDi.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const find = (...paths) => paths.find((path) => path && existsSync(path));
export const chromiumPath = find(
  process.env.PEERSET_CHROMIUM,
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
);
export const firefoxPath = find(
  process.env.PEERSET_FIREFOX,
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
);
const axeSource = await readFile(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const slow = process.env.PEERSET_SLOW === "1" ? 4 : 1;
export const PATIENCE = 20_000 * slow;

export const launchChromium = () =>
  puppeteer.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

export const launchFirefox = () =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: firefoxPath,
    extraPrefsFirefox: { "ui.prefersReducedMotion": 1 },
  });

/** One person at one window: a context of its own, so a cookie jar of its own. */
export class Person {
  static async sit(browser, house, seat, viewport = { width: 390, height: 844 }) {
    const person = new Person();
    person.seat = seat;
    person.name = house.people[seat].name;
    person.context = await browser.createBrowserContext();
    person.page = await person.context.newPage();
    person.faults = [];
    person.page.on("pageerror", (error) => person.faults.push(String(error)));
    person.page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|Trusted/.test(message.text()))
        person.faults.push(message.text());
    });
    await person.page.setViewport(viewport);
    await person.page.goto(house.people[seat].link.replace(/^.*\/#/, `${house.url}/#`));
    return person;
  }

  /** The button with this word on it (begins with, or matches), once it is there. */
  async button(label) {
    const source =
      label instanceof RegExp
        ? label.source
        : `^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
    const handle = await this.page
      .waitForFunction(
        (pattern) => {
          const wanted = new RegExp(pattern);
          return [...document.querySelectorAll("button, summary, a.button")].find(
            (one) =>
              wanted.test(one.textContent) &&
              one.checkVisibility() &&
              one.getAttribute("aria-disabled") !== "true",
          );
        },
        { timeout: PATIENCE },
        source,
      )
      .catch(async () => {
        throw new Error(
          `${this.name} does not find the button ${label}; the page reads:\n${await this.text()}`,
        );
      });
    return handle.asElement();
  }

  async press(label) {
    const button = await this.button(label);
    await button.evaluate((one) => one.click());
  }

  text() {
    return this.page.evaluate(() => document.body.innerText);
  }

  async reads(words) {
    const source =
      words instanceof RegExp ? words.source : words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    await this.page
      .waitForFunction(
        (pattern) => new RegExp(pattern, "s").test(document.body.innerText),
        { timeout: PATIENCE },
        source,
      )
      .catch(async () => {
        throw new Error(
          `${this.name} does not read ${words}; the page reads:\n${await this.text()}`,
        );
      });
  }

  async write(words, selector = "textarea") {
    const box = await this.page.waitForSelector(selector, { visible: true, timeout: PATIENCE });
    await box.evaluate((one) => {
      one.focus();
      one.select?.();
    });
    await box.type(words);
  }

  /** axe over the whole page; returns the violations as readable lines. */
  async axe() {
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(() =>
      globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        resultTypes: ["violations"],
      }),
    );
    return found.violations.map(
      (one) =>
        `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`,
    );
  }

  /** No sideways scroll at this width. */
  async fits(width, height = 800) {
    await this.page.setViewport({ width, height });
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return this.page.evaluate(
      () => document.documentElement.scrollWidth <= document.documentElement.clientWidth,
    );
  }

  /** Kept only when PEERSET_SHOTS names a folder: for people who look. */
  async shot(name) {
    const folder = process.env.PEERSET_SHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
