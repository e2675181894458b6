/* Words that more than one file needs: names, times, numbers and the kinds of things.
 *
 * A name inside a sentence is wrapped in the invisible marks U+2068 and U+2069, which keep a
 * name of another script from turning the sentence around; <Rich> shows it as <bdi>. */

import type { Commitment, HandKind, Picture, RecognitionKind, Seat } from "./wire/picture.ts";

export const FSI = "\u2068";
export const PDI = "\u2069";

const locale = "en-GB";

const words = {
  nobody: "nobody",
  someone: "somebody",
  next_meeting: "by the next meeting",
  by: (date: string) => `by ${date}`,
  seconds: (n: number) => (n === 1 ? "1 second" : `${n} seconds`),
  minutes: (n: number) => (n === 1 ? "1 minute" : `${n} minutes`),
  lessThanMinute: "less than a minute",
};

/** Marks of direction inside a name could turn the line around; they are not part of the name. */
const clean = (name: string): string =>
  name
    .normalize("NFC")
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "")
    .trim();

const shown = new WeakMap<Picture["roster"], Record<Seat, string>>();

/** The names as shown: two people of one name are told apart by their business, or else by their
 * seat. */
function names(roster: Picture["roster"]): Record<Seat, string> {
  const known = shown.get(roster);
  if (known) return known;
  const fold = (text: string): string => clean(text).toLocaleLowerCase(locale);
  const seats = Object.entries(roster);
  const count = (text: string): number =>
    seats.filter(([, one]) => fold(one.name) === fold(text)).length;
  const result: Record<Seat, string> = {};
  for (const [seat, one] of seats) {
    const name = clean(one.name) || seat;
    if (count(one.name) < 2) result[seat] = name;
    else {
      const business = one.business?.name;
      const alone =
        business &&
        seats.every(
          ([other, two]) =>
            other === seat || fold(two.name) !== fold(one.name) || two.business?.name !== business,
        );
      result[seat] = `${name} (${alone ? clean(business) : seat})`;
    }
  }
  shown.set(roster, result);
  return result;
}

/** The name as plain text, for a place of its own. */
export const plainName = (p: Picture, seat: Seat | undefined): string =>
  seat === undefined ? words.nobody : (names(p.roster)[seat] ?? words.someone);

/** The name, wrapped, for inside a sentence. */
export const nameOf = (p: Picture, seat: Seat | undefined): string =>
  `${FSI}${plainName(p, seat)}${PDI}`;

const listing = new Intl.ListFormat(locale, { style: "long", type: "conjunction" });
export const list = (items: string[]): string => listing.format(items);

const plural = new Intl.PluralRules(locale, { type: "ordinal" });
const endings: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };
/** 1st, 2nd, 3rd. */
export const ordinal = (n: number): string => `${n}${endings[plural.select(n)] ?? "th"}`;

/** Digits for a clock: 4:58, 1:02:07. */
export function digits(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  const seconds = String(all % 60).padStart(2, "0");
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** A length in words: "2 minutes", "30 seconds". */
export function spell(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return words.seconds(seconds);
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0 || minutes >= 5
    ? words.minutes(Math.round(seconds / 60))
    : `${words.minutes(minutes)} ${words.seconds(seconds % 60)}`;
}

/** A length in whole minutes, for those who would rather not see seconds. */
export const spellMinutes = (ms: number): string =>
  ms < 60_000 ? words.lessThanMinute : words.minutes(Math.round(ms / 60_000));

/** 12:04, where the set is. */
export function clockTime(at: number, zone: string): string {
  try {
    return new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    }).format(at);
  } catch {
    return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(at);
  }
}

/** Tuesday 4 March 2025, where the set is. */
export function longDate(at: number, zone?: string): string {
  const format: Intl.DateTimeFormatOptions = {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  };
  try {
    return new Intl.DateTimeFormat(locale, zone ? { ...format, timeZone: zone } : format).format(
      at,
    );
  } catch {
    return new Intl.DateTimeFormat(locale, format).format(at);
  }
}

export function dueWords(due: Commitment["due"]): string {
  if (due === "next_meeting") return words.next_meeting;
  return words.by(
    new Intl.DateTimeFormat(locale, {
      day: "numeric",
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    }).format(new Date(`${due}T00:00:00Z`)),
  );
}

/** The first letter of a name as people see letters, for the disc of a seat. */
export function initial(name: string): string {
  const text = clean(name);
  if (typeof Intl.Segmenter === "function") {
    for (const one of new Intl.Segmenter(locale, { granularity: "grapheme" }).segment(text))
      return one.segment.toLocaleUpperCase(locale);
  }
  return (Array.from(text)[0] ?? "·").toLocaleUpperCase(locale);
}

export const handWords: Record<HandKind, { raise: string; up: string; label: string }> = {
  question: { raise: "Ask a question", up: "has a question", label: "Your question" },
  follow_up: { raise: "Ask a follow-up", up: "has a follow-up", label: "Your follow-up question" },
  offer: { raise: "Offer something", up: "has something to offer", label: "What you can offer" },
  process: {
    raise: "A word on how we work",
    up: "has a point about how we work",
    label: "Your point",
  },
};

export const stageWords: Record<string, string> = {
  open: "Welcome",
  check_in: "Check-in",
  agenda: "Who presents today",
  presenter_turn: "Presenter turn",
  open_talk: "Open talk",
  break: "Break",
  close: "Review and close",
  tour: "Tour of a business",
  commitments: "Commitments",
  process_review: "How we worked",
  corridor: "Corridor",
};

export const recognitionWords: Record<RecognitionKind, string> = {
  opening_question: "a question that opened something",
  deep_listening: "listening well",
  held_silence: "leaving room to think",
  honest_challenge: "saying the honest thing",
  kept_time: "keeping time",
  helped_with_tech: "helping someone with the screen",
  hosted_meeting: "leading the meeting",
  hosted_tour: "showing us their business",
  kept_commitment: "doing what they said",
  learned_from_not_done: "learning from what was not done",
  insight_used: "an idea I will use",
  practice_shared: "sharing how they do it",
  resource_shared: "sharing something useful",
  contact_helped: "a contact who can help",
  tour_insight: "something I saw on the tour",
};
