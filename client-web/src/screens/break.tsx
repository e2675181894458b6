/* The break: a time to be back, and nothing to do. */

import { clockTime } from "../words.ts";
import type { Screen } from "./guide.ts";

const words = {
  until: (time: string) => `Take a break. Please be back at ${time}.`,
  say: "Take a break.",
  more: "Stand up, look out of the window, have a drink. Your place is kept.",
};

export const pause: Screen = {
  kind: "break",
  guide: ({ p }) => ({
    say:
      p.clock.state === "running" && p.clock.ends_at !== undefined
        ? words.until(clockTime(p.clock.ends_at, p.set.zone))
        : words.say,
    more: words.more,
  }),
};
