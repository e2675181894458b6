/* The guide of every moment at which people ask for the floor with a hand: the same words wherever
 * there is a queue. The phase brings its own sentences. */

import { ActButton, Refusal, type Act } from "../parts/act.tsx";
import { Write } from "../parts/inputs.tsx";
import type { View } from "../state/view.ts";
import { handWords, ordinal } from "../words.ts";
import type { HandKind, Picture, SaidId, SaidKind, Seat } from "../wire/picture.ts";
import type { Guide } from "./guide.ts";

const words = {
  floor: "The floor is yours.",
  floorMore: "Begin when you are ready. Nobody will hurry you.",
  still: "Do you still want to speak?",
  stillMore: "If not, your hand goes to the end of the line. You keep your place in it.",
  begun: "I have begun",
  yes: "Yes, I am speaking",
  notNow: "Not now",
  speaking: "You have the floor.",
  read: "Everyone can read your words.",
  readMore: "Press “I have finished”, or add something.",
  finished: "I have finished",
  answer: "It is your turn to answer.",
  answerMore: "Take your time. You may also say that you do not know.",
  answered: "I have answered",
  listenAnswer: (name: string) => `Listen to ${name}'s answer.`,
  listen: (name: string) => `Listen to ${name}.`,
  next: "You are next. No need to do anything yet.",
  place: (place: string) => `Your hand is up. You are ${place} in line.`,
  up: "Your hand is up.",
  parked: "Your hand is kept for later: this part is not for that kind of hand.",
  raise: "Raise my hand",
  lower: "Lower my hand",
  yours: (text: string) => `You wrote: “${text}”`,
  optional: "You can write it down first, if you like.",
  labels: {
    check_in: "How are you, and how is your business?",
    story: "Your story",
    question: "Your question",
    answer: "Your answer",
    offer: "What you offer",
    response: "What you take away",
    process: "How we worked",
  } satisfies Record<SaidKind, string>,
  sends: {
    check_in: "Say it",
    story: "Say it",
    question: "Ask it",
    answer: "Answer",
    offer: "Offer it",
    response: "Say it",
    process: "Say it",
  } satisfies Record<SaidKind, string>,
};

export interface QueueWords {
  /** When nobody speaks and I may raise my hand. */
  ask: string;
  askMore?: string | undefined;
  /** What the box for a hand is called, where it is not a question or an offer. */
  label?: string;
  /** When nobody speaks and I may not. */
  wait: string;
  waitMore?: string | undefined;
}

const order: HandKind[] = ["question", "offer", "follow_up", "process"];

/** The hands I may raise, the one that belongs to this moment first. */
export const handsOf = (view: View): HandKind[] => order.filter((kind) => view.mayRaise(kind));

export const raise = (kind: HandKind, text = "", label: string = words.raise): Act => ({
  label,
  method: "hand.raise",
  icon: "hand",
  params: text === "" ? { kind } : { kind, text },
});

/** The box in which the present speaker writes; `empty` is the main button while nothing is
 * written. */
export function SayBox({
  view,
  empty,
  second,
  hint,
}: {
  view: View;
  empty?: Act | undefined;
  second?: Act[];
  hint?: string | undefined;
}) {
  const as = view.p.you.say_as;
  const { activity } = view;
  if (!as || !activity) return null;
  const to = as === "answer" ? lastQuestion(view.p) : undefined;
  const name = `say.${as}.${activity.id}`;
  const start =
    as === "question" || as === "offer" || as === "process" ? view.p.you.hand_text : undefined;
  return (
    <Write
      key={`${name}.${start ?? ""}`}
      name={name}
      input="say"
      label={words.labels[as]}
      hint={hint}
      start={start}
      send={(text) => ({
        label: words.sends[as],
        method: "say",
        params: to ? { text, to } : { text },
      })}
      empty={empty}
      {...(second ? { second } : {})}
    />
  );
}

/** The question that is being answered: the last one of who holds the floor. */
function lastQuestion(p: Picture): SaidId | undefined {
  let best: [SaidId, number] | undefined;
  for (const [id, said] of Object.entries(p.activity?.said ?? {})) {
    if (said.kind === "question" && said.by === p.floor.holder && (!best || said.at >= best[1]))
      best = [id, said.at];
  }
  return best?.[0];
}

/** Who wrote the last thing that was said. */
export function lastWord(p: Picture): Seat | undefined {
  let last: { by: Seat; at: number } | undefined;
  for (const said of Object.values(p.activity?.said ?? {}))
    if (!last || said.at >= last.at) last = said;
  return last?.by;
}

/** Another kind of hand than the one of the moment: there for who looks for it. */
const raiseOther = (kind: HandKind): Act => ({
  ...raise(kind, "", handWords[kind].raise),
  quiet: true,
});

/** The box for a hand: writing is optional, raising is the main button. Who leads has another
 * one. */
export function HandBox({ view, label }: { view: View; label?: string | undefined }) {
  const [kind, ...others] = handsOf(view);
  if (!kind || !view.activity) return null;
  if (view.p.desk) {
    return (
      <details class="fold quiet-fold">
        <summary>{words.raise}</summary>
        <div class="actions">
          {[kind, ...others].map((one) => (
            <ActButton one={raiseOther(one)} />
          ))}
        </div>
        <Refusal keys={["hand"]} />
      </details>
    );
  }
  const more = others.map(raiseOther);
  return (
    <Write
      key={`hand.${kind}.${view.activity.id}`}
      name={`hand.${kind}.${view.activity.id}`}
      input="hand.raise"
      label={label ?? handWords[kind].label}
      hint={words.optional}
      send={(text) => raise(kind, text)}
      empty={raise(kind)}
      second={more}
    />
  );
}

const finish = (label: string): Act => ({ label, method: "floor.yield", icon: "tick" });

export function queueGuide(view: View, phrases: QueueWords): Guide {
  const { p, me } = view;
  const { floor } = p;
  if (floor.holder === me && floor.part !== "answer") return holding(view);
  if (floor.part === "answer" && p.activity?.presenter === me) {
    return {
      say: words.answer,
      more: words.answerMore,
      mine: true,
      body: (
        <SayBox view={view} empty={view.may("floor.yield") ? finish(words.answered) : undefined} />
      ),
    };
  }
  if (view.hand) return waiting(view);
  const listening =
    floor.part === "answer"
      ? words.listenAnswer(view.name(p.activity?.presenter))
      : floor.holder && words.listen(view.name(floor.holder));
  if (handsOf(view).length > 0) {
    return {
      say: listening ?? phrases.ask,
      more: listening ? phrases.ask : phrases.askMore,
      body: <HandBox view={view} label={phrases.label} />,
    };
  }
  return { say: listening ?? phrases.wait, more: listening ? undefined : phrases.waitMore };
}

function holding(view: View): Guide {
  const { floor } = view.p;
  const second = view.may("floor.yield")
    ? [{ label: words.notNow, method: "floor.yield" } as Act]
    : [];
  if (!floor.taken && view.may("floor.take")) {
    const take: Act = { label: floor.still_want ? words.yes : words.begun, method: "floor.take" };
    const written = view.p.you.say_as !== undefined;
    return {
      say: floor.still_want ? words.still : words.floor,
      more: floor.still_want ? words.stillMore : words.floorMore,
      mine: true,
      ...(written
        ? { body: <SayBox view={view} empty={take} second={second} /> }
        : { main: take, second }),
    };
  }
  const done = view.may("floor.yield") ? finish(words.finished) : undefined;
  const read = lastWord(view.p) === view.me;
  return {
    say: read ? words.read : words.speaking,
    more: read ? words.readMore : undefined,
    mine: true,
    ...(view.p.you.say_as ? { body: <SayBox view={view} empty={done} /> } : { main: done }),
  };
}

/** My hand is up: where I stand in line, and the way back. */
function waiting(view: View): Guide {
  const { p, me } = view;
  const place = p.floor.order.indexOf(me);
  const parked = p.floor.hands[me]?.parked;
  const speaker = p.floor.part === "answer" ? p.activity?.presenter : p.floor.holder;
  const text = p.you.hand_text;
  const say = parked
    ? words.parked
    : place === 0
      ? words.next
      : place > 0
        ? words.place(ordinal(place + 1))
        : words.up;
  return {
    say,
    more: text ? words.yours(text) : speaker ? words.listen(view.name(speaker)) : undefined,
    second: [
      { label: words.lower, method: "hand.lower", icon: "hand" },
      ...handsOf(view)
        .filter((kind) => kind !== view.hand && parked)
        .map(raiseOther),
    ],
  };
}
