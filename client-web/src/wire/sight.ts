/* Who will see what is written, by input.
 *
 * Found by experiment (tests/unit/sight_test.c): one meeting is held twice with one
 * input worded otherwise; whose pictures differ? Do not edit. */

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

/** everyone: all who are in the set. granted: you, and everyone once the floor is given.
 * you: nobody else. desk: whoever runs the meeting. record: nobody in the meeting; it is
 * kept in the record. */
export type Sight = "everyone" | "granted" | "you" | "desk" | "record";

export const sight: Record<Input, Sight> = {
  "say": "everyone",
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
  "seat.remove": "record",
};
