/* The opening: who is here, what we will do, when we end. */

import type { Screen } from "./guide.ts";
import { queueGuide } from "./queue.tsx";

const words = {
  say: "Settle in. We are about to begin.",
  more: "Close what you do not need. What is said here stays here.",
  lead: "Welcome everyone, and say how today will go.",
};

export const open: Screen = {
  kind: "open",
  guide: (view) =>
    queueGuide(view, {
      ask: words.say,
      askMore: words.more,
      wait: view.p.desk ? words.lead : words.say,
      waitMore: words.more,
    }),
};
