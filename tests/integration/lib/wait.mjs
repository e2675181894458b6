// Waiting for something to be seen. No test sleeps for a fixed time where it can look.

/** Everything is slower under a sanitizer; counts stay what they are. */
export const SLOWNESS = process.env.PEERSET_SLOW === "1" ? 8 : 1;

export const PATIENCE_MS = 10_000 * SLOWNESS;

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Look until `look()` gives something true, and give that; or fail, saying what was waited for. */
export async function eventually(what, look, ms = PATIENCE_MS) {
  const deadline = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`in ${ms} ms there was never: ${what}`);
    await pause(10);
  }
}

/** A promise, or a failure that says what did not come. */
export function within(what, promise, ms = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`in ${ms} ms there was never: ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
