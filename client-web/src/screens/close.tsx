/* The close: one last word from each, and thanks. */

import { Thank } from "../parts/thank.tsx";
import type { Screen } from "./guide.ts";
import { roundGuide } from "./round.tsx";

const words = {
  turn: "It is your turn: how did we work together?",
  hint: "One thing about how we worked, and what you take with you.",
  done: "Everyone has had their say.",
  doneMore: "You can still thank somebody.",
  none: "We are about to close.",
};

export const close: Screen = {
  kind: "close",
  guide: (view) => {
    const round = view.activity?.close;
    const guide = round ? roundGuide(view, round, words) : { say: words.none };
    return guide.mine || !view.may("recognition.give")
      ? guide
      : { ...guide, body: <Thank view={view} open /> };
  },
};
