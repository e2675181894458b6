/* The guide of every round: each in turn, nothing to take, anybody may pass. */

import type { Act } from "../parts/act.tsx";
import { nextInRound, type View } from "../state/view.ts";
import { spell } from "../words.ts";
import type { Round } from "../wire/picture.ts";
import type { Guide } from "./guide.ts";
import { lastWord, SayBox } from "./queue.tsx";

const words = {
  next: "You are next. No need to do anything yet.",
  listen: (name: string) => `Listen to ${name}.`,
  comes: (name: string) => `${name} is next.`,
  passed: "You passed. You will be asked once more at the end.",
  before: (n: number) =>
    n === 1 ? "One person speaks before you." : `${n} people speak before you.`,
  read: "Thank you. Everyone can read your words.",
  readMore: "Press “I have finished”, or add something.",
  finished: "I have finished",
  pass: "Pass for now",
  each: (time: string) => `You have about ${time}.`,
};

export interface RoundWords {
  turn: string;
  hint?: string;
  done: string;
  doneMore: string;
}

export function roundGuide(view: View, round: Round, phrases: RoundWords): Guide {
  const { me } = view;
  const now = round.order.find((seat) => round.state[seat] === "now");
  if (now === me) {
    const finish: Act | undefined = view.may("round.done")
      ? { label: words.finished, method: "round.done", icon: "tick" }
      : undefined;
    const second: Act[] = view.may("round.pass")
      ? [{ label: words.pass, method: "round.pass" }]
      : [];
    const read = lastWord(view.p) === me;
    return {
      say: read ? words.read : phrases.turn,
      more: read ? words.readMore : words.each(spell(round.each_ms)),
      mine: true,
      ...(view.p.you.say_as
        ? { body: <SayBox view={view} empty={finish} second={second} hint={phrases.hint} /> }
        : { main: finish, second }),
    };
  }
  const mine = round.state[me];
  if (!now) {
    const anybody = round.order.some((seat) => round.state[seat] === "waiting");
    if (nextInRound(round) === me) return { say: words.next };
    return anybody
      ? { say: words.comes(view.name(nextInRound(round))) }
      : { say: phrases.done, more: phrases.doneMore };
  }
  if (mine === "waiting" && nextInRound(round) === me)
    return { say: words.next, more: words.listen(view.name(now)) };
  const waiting = round.order.filter((seat) => round.state[seat] === "waiting");
  const ahead = waiting.indexOf(me);
  return {
    say: words.listen(view.name(now)),
    more: mine === "passed" ? words.passed : ahead >= 0 ? words.before(ahead + 1) : undefined,
  };
}
