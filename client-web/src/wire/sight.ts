/* Who will see what is written, by input.
 *
 * The line under every input comes from here and from nowhere else, so that it can be replaced
 * by the table found by experiment (protocol/sight) without touching a screen. */

export type Input =
  | "say"
  | "hand.raise"
  | "bid.place"
  | "prompt.answer"
  | "commitment.make"
  | "commitment.resolve"
  | "recognition.give"
  | "help.ask"
  | "turn.helped"
  | "you.rename"
  | "agenda.override"
  | "seat.remove";

/** everyone: all who are in the set. granted: everyone, once the floor is given. */
export type Sight = "everyone" | "granted" | "you" | "desk";

export const sight: Record<Input, Sight> = {
  say: "everyone",
  "hand.raise": "granted",
  "bid.place": "everyone",
  "prompt.answer": "you",
  "commitment.make": "everyone",
  "commitment.resolve": "you",
  "recognition.give": "everyone",
  "help.ask": "desk",
  "turn.helped": "you",
  "you.rename": "everyone",
  "agenda.override": "everyone",
  "seat.remove": "desk",
};
