// Repeatable chance: the seed is printed by whoever uses it, and given back by PEERSET_SEED.

export function seedOf(usual) {
  return Number(process.env.PEERSET_SEED ?? usual);
}

/** mulberry32: 0 to 1, the same for the same seed everywhere. */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** `count` different whole numbers from 0 to below `below`, in order. */
export function moments(random, count, below) {
  const chosen = new Set();
  while (chosen.size < Math.min(count, below)) chosen.add(Math.floor(random() * below));
  return [...chosen].sort((a, b) => a - b);
}
