/* The check-in: each in turn says how they are, and what came of what they meant to do. */

import type { Screen } from "./guide.ts";
import { roundGuide } from "./round.tsx";

const words = {
  turn: "It is your turn to check in.",
  hint: "A few words are enough. You may also say what came of what you meant to do.",
  done: "Everyone has checked in.",
  doneMore: "We go on in a moment.",
  none: "We are about to check in.",
};

export const check_in: Screen = {
  kind: "check_in",
  guide: (view) => {
    const round = view.activity?.check_in;
    return round ? roundGuide(view, round, words) : { say: words.none };
  },
};
