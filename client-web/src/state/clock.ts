/* The one shared clock. Nothing else in the client sets a timer.
 *
 * `now` is the set's time (domain.md, section 15): this device's clock plus the measured offset. */

import { computed, signal } from "@preact/signals";

const TICK_MS = 250;
const SLEPT_MS = 5_000; /* a gap this long between two ticks means that the device slept */

const local = signal(Date.now());
/** Milliseconds from this device's clock to the set's time. */
export const offset = signal(0);
/** The set's time, a few times a second. */
export const now = computed(() => local.value + offset.value);

/** The same in whole half minutes, for what need not be drawn again each second. */
export const slowNow = computed(() => now.value - (now.value % 30_000));

/** Call `then` once, in `ms`. The answer takes it back. */
export function after(ms: number, then: () => void): () => void {
  const timer = setTimeout(then, ms);
  return () => clearTimeout(timer);
}

/** Begin to tick. `woke` is called when time has jumped. */
export function start(woke: () => void): void {
  const beat = (): void => {
    const at = Date.now();
    const gap = at - local.peek();
    local.value = at;
    if (gap > SLEPT_MS && document.visibilityState === "visible") woke();
    after(TICK_MS, beat);
  };
  beat();
}
