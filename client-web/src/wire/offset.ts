/* How far the clock of this device is from the set's time (domain.md, section 15).
 *
 * Of the last eight samples the one with the quickest round trip is believed: the shorter the
 * trip, the smaller the possible error. A sample slower than a second, or taken across a sleep,
 * says nothing. */

interface Sample {
  rtt: number;
  offset: number;
}

const SAMPLES_KEPT = 8;
const RTT_MS_MAX = 1000;

export class Offset {
  #samples: Sample[] = [];
  #guess = 0;

  /** A first rough idea, from a frame that says when it was sent. Used until there is a sample. */
  guess(serverAt: number, localNow: number): void {
    this.#guess = serverAt - localNow;
  }

  /** One answer of `time.sync`: asked at `t0`, answered with `serverAt`, here at `t1` (local
   * clock). */
  add(t0: number, serverAt: number, t1: number): boolean {
    const rtt = t1 - t0;
    if (rtt < 0 || rtt > RTT_MS_MAX) return false;
    this.#samples.push({ rtt, offset: serverAt - (t0 + rtt / 2) });
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
    return true;
  }

  /** After a sleep the old samples may be wrong: begin again from what was believed. */
  forget(): void {
    this.#guess = this.ms;
    this.#samples = [];
  }

  /** Milliseconds to add to the local clock to have the set's time. */
  get ms(): number {
    let best: Sample | undefined;
    for (const sample of this.#samples) if (!best || sample.rtt < best.rtt) best = sample;
    return best ? best.offset : this.#guess;
  }
}
