/* The presenter's turn: eight phases, each with its own words for the presenter and for the
 * others. */

import { useState } from "preact/hooks";
import { ActButton, Refusal, type Act } from "../parts/act.tsx";
import { Pick } from "../parts/inputs.tsx";
import { MakeCommitment, madeWords } from "../parts/promise.tsx";
import { NoteCard, Reflect } from "../parts/reflect.tsx";
import { Rich } from "../parts/text.tsx";
import { Thank } from "../parts/thank.tsx";
import { act } from "../state/room.ts";
import type { View } from "../state/view.ts";
import type { PresenterTurn, TurnPhase } from "../wire/picture.ts";
import type { Guide, Screen } from "./guide.ts";
import { HandBox, queueGuide, SayBox, type QueueWords } from "./queue.tsx";

const words = {
  phases: {
    present: "The story",
    clarify: "Facts",
    question: "Open questions",
    silence: "A quiet moment",
    offer: "Offers",
    respond: "What I heard",
    commit: "What I will do",
    process: "How we worked",
  } satisfies Record<TurnPhase, string>,
  ready: "Ready to move on",
  isReady: "You have said that you are ready to move on.",
  invite: "Invite one person to ask",
  who: "Whom would you like to hear?",
  inviteGo: "Invite",
  anyone: "Choose",
  guest: (name: string) => `${name} would like to hear your question.`,
  invited: (name: string) => `You have invited ${name}.`,
  stop: "Stop my turn",
  stopMore: "You may stop at any time. You need no reason, and it does not count against you.",
  brings: (name: string, issue: string) => `${name} brings: “${issue}”`,
  mine: (issue: string) => `You bring: “${issue}”`,
  heard: (asked: number, of: number) => `${asked} of ${of} have asked.`,
  present: {
    mine: "Tell the set about your question.",
    other: (name: string) => `Listen to ${name}'s story.`,
    hint: "What is going on? What have you tried? What would you like to know?",
  },
  clarify: {
    mine: "Answer short questions about the facts.",
    other: (name: string) => `Ask ${name} a short question about the facts.`,
    wait: (name: string) => `Listen. ${name} is asked about the facts.`,
  },
  question: {
    mine: "Listen to the questions. Answer what you can.",
    other: (name: string) => `Ask ${name} an open question.`,
    more: "A question that begins with what, how or who. Keep advice for later.",
    wait: "Listen to the questions.",
  },
  silence: {
    say: "A quiet moment, to think and to write.",
    none: "A quiet moment. Nobody speaks.",
  },
  offer: {
    mine: "Only listen now. You do not have to answer.",
    mineMore: "The set offers you what they have: an experience, a contact, something useful.",
    other: (name: string) => `Offer ${name} something of your own.`,
    more: "Begin with “I”: what I did, whom I know, what helped me.",
    wait: "Listen to the offers.",
  },
  respond: {
    mine: "Say what you take away.",
    hint: "What struck you? What has changed?",
    other: (name: string) => `Listen to what ${name} takes away.`,
  },
  commit: {
    mine: "What will you do now?",
    mineMore: "One to three things. You choose them; nobody else does.",
    other: (name: string) => `Listen to what ${name} will do.`,
    enough: "That is all",
  },
  process: {
    say: "How did we work together?",
    more: "Speak about how we worked, not about the problem.",
  },
};

const phaseOf = (view: View): TurnPhase => (view.activity?.phase ?? "present") as TurnPhase;

/** What the presenter may do beside speaking: move on, invite somebody, stop. */
function PresenterTools({ view, turn, main }: { view: View; turn: PresenterTurn; main: boolean }) {
  const [guest, setGuest] = useState("");
  const people = Object.keys(view.p.roster).filter(
    (seat) =>
      seat !== view.me &&
      view.p.roster[seat]?.role === "member" &&
      view.p.roster[seat]?.here === "here",
  );
  return (
    <>
      {view.may("turn.ready") && !turn.ready && (
        <div class="actions">
          <ActButton kind={main ? "main" : "second"} one={readyAct} />
        </div>
      )}
      <Refusal keys={["turn.ready", "turn.invite", "turn.stop"]} />
      {turn.ready && <p class="quiet">{words.isReady}</p>}
      {view.may("turn.invite") && (
        <details class="fold quiet-fold">
          <summary>{words.invite}</summary>
          <Pick
            label={words.who}
            none={words.anyone}
            value={guest}
            onPick={setGuest}
            options={people.map((seat) => ({ value: seat, text: view.plain(seat) }))}
          />
          <div class="actions">
            <button
              type="button"
              class="button second"
              aria-disabled={guest === ""}
              onClick={() => {
                if (guest) void act("turn.invite", { seat: guest });
              }}
            >
              {words.inviteGo}
            </button>
          </div>
        </details>
      )}
      {turn.invited && (
        <p class="quiet">
          <Rich text={words.invited(view.name(turn.invited))} />
        </p>
      )}
      {view.may("turn.stop") && (
        <details class="fold quiet-fold">
          <summary>{words.stop}</summary>
          <p class="quiet">{words.stopMore}</p>
          <ActButton one={{ label: words.stop, method: "turn.stop" }} />
        </details>
      )}
    </>
  );
}

const readyAct: Act = { label: words.ready, method: "turn.ready", icon: "next" };

/** The presenter speaks alone: present, respond. */
function telling(view: View, turn: PresenterTurn, say: string, hint: string, more?: string): Guide {
  const ready = view.may("turn.ready") && !turn.ready ? readyAct : undefined;
  const writes = view.p.you.say_as !== undefined;
  return {
    say,
    more,
    mine: true,
    body: (
      <>
        <SayBox view={view} hint={hint} empty={ready} />
        <PresenterTools
          view={writes ? without(view, "turn.ready") : view}
          turn={turn}
          main={!writes}
        />
      </>
    ),
  };
}

/** The others in a phase where hands may go up but are not granted yet. */
function listening(view: View, say: string, more?: string): Guide {
  if (!view.hand) return { say, more, body: <HandBox view={view} /> };
  const waiting = queueGuide(view, { ask: say, wait: say });
  return { say, more: waiting.say, second: waiting.second ?? [] };
}

function presenterGuide(view: View, turn: PresenterTurn, phase: TurnPhase): Guide {
  const issue = turn.issue ? words.mine(turn.issue) : undefined;
  const tools = <PresenterTools view={view} turn={turn} main={false} />;
  const queued = (phrases: QueueWords): Guide => {
    const guide = queueGuide(view, phrases);
    return {
      ...guide,
      body: (
        <>
          {guide.body}
          {tools}
        </>
      ),
    };
  };
  switch (phase) {
    case "present":
      return telling(view, turn, words.present.mine, words.present.hint, issue);
    case "clarify":
      return queued({ ask: words.clarify.mine, wait: words.clarify.mine });
    case "question":
      return queued({ ask: words.question.mine, wait: words.question.mine });
    case "silence":
      return {
        ...quiet(view),
        body: (
          <>
            <Reflect view={view} />
            {tools}
          </>
        ),
      };
    case "offer":
      return { say: words.offer.mine, more: words.offer.mineMore, body: tools };
    case "respond":
      return telling(view, turn, words.respond.mine, words.respond.hint);
    case "commit":
      return {
        say: words.commit.mine,
        mine: true,
        more: turn.made > 0 ? madeWords(turn.made) : words.commit.mineMore,
        body: view.may("commitment.make") ? (
          <>
            <MakeCommitment
              view={view}
              empty={
                view.may("turn.ready") && !turn.ready
                  ? { ...readyAct, label: words.commit.enough }
                  : undefined
              }
            />
            <PresenterTools view={without(view, "turn.ready")} turn={turn} main={false} />
          </>
        ) : (
          tools
        ),
      };
    case "process":
      return processGuide(view);
  }
}

/** The view without one right, where the main button already offers it. */
const without = (view: View, method: string): View => ({
  ...view,
  may: (one) => one !== method && view.may(one),
});

const quiet = (view: View): Guide => ({
  say: view.p.prompt ? words.silence.say : words.silence.none,
  body: <Reflect view={view} />,
});

function processGuide(view: View): Guide {
  const queue = queueGuide(view, {
    ask: words.process.say,
    askMore: words.process.more,
    wait: words.process.say,
    waitMore: words.process.more,
  });
  return {
    ...queue,
    body: (
      <>
        {queue.body ?? <SayBox view={view} />}
        {view.may("recognition.give") && (
          <Thank view={view} open={!view.p.you.say_as && !queue.body} />
        )}
      </>
    ),
  };
}

function memberGuide(view: View, turn: PresenterTurn, phase: TurnPhase): Guide {
  const name = view.name(view.activity?.presenter);
  const brings = turn.issue ? words.brings(name, turn.issue) : undefined;
  switch (phase) {
    case "present":
      return listening(view, words.present.other(name), brings);
    case "clarify":
      return queueGuide(view, {
        ask: words.clarify.other(name),
        askMore: brings,
        wait: words.clarify.wait(name),
      });
    case "question": {
      const guide = queueGuide(view, {
        ask: words.question.other(name),
        askMore: words.question.more,
        wait: words.question.wait,
        waitMore: words.heard(turn.asked, turn.of),
      });
      return turn.invited === view.me && view.p.floor.holder !== view.me
        ? { ...guide, more: words.guest(name) }
        : guide;
    }
    case "silence":
      return quiet(view);
    case "offer":
      return queueGuide(view, {
        ask: words.offer.other(name),
        askMore: words.offer.more,
        wait: words.offer.wait,
      });
    case "respond":
      return listening(view, words.respond.other(name));
    case "commit":
      return listening(view, words.commit.other(name));
    case "process":
      return processGuide(view);
  }
}

export const presenter_turn: Screen = {
  kind: "presenter_turn",
  guide: (view) => {
    const turn = view.activity?.presenter_turn ?? { number: 1, asked: 0, of: 0, made: 0 };
    const phase = phaseOf(view);
    const guide =
      view.activity?.presenter === view.me
        ? presenterGuide(view, turn, phase)
        : memberGuide(view, turn, phase);
    return phase === "silence" ? guide : { ...guide, beside: <NoteCard view={view} /> };
  },
  phase: (phase) => words.phases[phase as TurnPhase],
};
