/* Open talk: hands and a queue, no phases. Also stands in for a kind that the server cannot run
 * yet. */

import { stageWords } from "../words.ts";
import type { Screen } from "./guide.ts";
import { queueGuide } from "./queue.tsx";

const words = {
  ask: "Talk together. Raise your hand to speak.",
  label: "What you want to say",
  wait: "Talk together.",
  instead: (title: string) =>
    `This step is “${title}”. It has no screen of its own: talk as usual.`,
};

export const open_talk: Screen = {
  kind: "open_talk",
  guide: (view) => {
    const kind = view.activity?.stands_in_for;
    const more = kind ? words.instead(stageWords[kind] ?? kind) : undefined;
    return queueGuide(view, {
      ask: words.ask,
      askMore: more,
      label: words.label,
      wait: words.wait,
      waitMore: more,
    });
  },
};
