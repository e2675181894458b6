/* One queue for everything that is said aloud to a screen reader.
 *
 * A polite live region loses the first of two messages that arrive together, so they are let out
 * one by one. A message with a topic takes the place of a waiting one of the same topic: what is
 * no longer true need not be said. */

import { signal } from "@preact/signals";

const GAP_MS = 1_500;
const WAITING_MAX = 8;
const LOG_MAX = 200;

export class Announcer {
  readonly spoken = signal("");
  readonly log: string[] = [];
  #waiting: { text: string; topic: string | undefined }[] = [];
  #resting = false;
  #after: (ms: number, then: () => void) => unknown;

  constructor(after: (ms: number, then: () => void) => unknown) {
    this.#after = after;
  }

  /** `soon`: before all that waits, for what the person must know now: that it is their turn. */
  say(text: string, topic?: string, soon = false): void {
    if (topic !== undefined) this.#waiting = this.#waiting.filter((one) => one.topic !== topic);
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift();
    if (soon) this.#waiting.unshift({ text, topic });
    else this.#waiting.push({ text, topic });
    if (!this.#resting) this.#next();
  }

  #next(): void {
    const one = this.#waiting.shift();
    this.#resting = one !== undefined;
    if (!one) return;
    /* The same words twice are not read twice, unless something differs. */
    this.spoken.value = one.text === this.spoken.peek() ? `${one.text}\u00a0` : one.text;
    this.log.push(one.text);
    if (this.log.length > LOG_MAX) this.log.shift();
    this.#after(GAP_MS, () => this.#next());
  }
}
