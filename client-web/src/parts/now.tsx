/* "What to do now": one sentence, at most one main button, first in reading order. */

import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { View } from "../state/view.ts";
import type { Guide } from "../screens/guide.ts";
import { now } from "../state/clock.ts";
import { ActButton, keyOf, Refusal } from "./act.tsx";
import { Icon } from "./icons.tsx";
import { Rich } from "./text.tsx";

const words = {
  label: "What to do now",
  yours: "Your turn",
  back: "Back to what to do now",
  undo: "Undo",
  ended: "You have ended your turn.",
  endedDesk: "The last turn has ended.",
  paused: "The clock is paused. Nothing is lost.",
  why: {
    asked: "The clock is paused.",
    presenter: (name: string) => `${name}'s connection is interrupted. The clock is stopped.`,
    restart:
      "The server was away for a moment. Nothing is lost. The clock waits for the facilitator.",
  },
  dropped: "The facilitator's connection is interrupted. The clock carries on.",
  acting: (name: string) => `${name} is leading for now.`,
  actingMe: "You are leading for now.",
};

/** What all should know about the moment: a stopped clock, a lost facilitator. */
function Circumstances({ view }: { view: View }) {
  const { clock, meeting, activity } = view.p;
  const lines: string[] = [];
  if (clock.state === "paused") {
    lines.push(
      clock.paused_why === "presenter"
        ? words.why.presenter(view.name(activity?.presenter))
        : words.why[clock.paused_why ?? "asked"],
    );
  } else if (meeting?.interrupted) lines.push(words.why.restart);
  if (meeting?.acting)
    lines.push(
      meeting.acting === view.me ? words.actingMe : words.acting(view.name(meeting.acting)),
    );
  else if (meeting?.facilitator_dropped) lines.push(words.dropped);
  return (
    <>
      {lines.map((line) => (
        <p class="circumstance">
          <Rich text={line} />
        </p>
      ))}
    </>
  );
}

/** Ending one's turn can be taken back for a few seconds. */
function Undo({ view }: { view: View }) {
  const until = view.p.you.undo_until;
  const seconds = useComputed(() => Math.ceil(((until ?? 0) - now.value) / 1000));
  if (until === undefined || !view.may("floor.undo") || seconds.value <= 0) return null;
  return (
    <p class="undo">
      {view.p.desk ? words.endedDesk : words.ended}{" "}
      <ActButton kind="quiet" one={{ label: words.undo, method: "floor.undo" }} />
      <span class="quiet" aria-hidden="true">
        {seconds.value}
      </span>
      <Refusal keys={["floor.undo"]} />
    </p>
  );
}

/** Is the panel out of sight? Then its sentence stays, at the top. */
const outOfSight = signal(false);

export function Now({ view, guide }: { view: View; guide: Guide }) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => {
      outOfSight.value = entry !== undefined && !entry.isIntersecting;
    });
    if (panel.current) seen.observe(panel.current);
    return () => {
      seen.disconnect();
      outOfSight.value = false;
    };
  }, []);
  const second = guide.second ?? [];
  const acts = [...(guide.main ? [guide.main] : []), ...second];
  return (
    <section
      id="now"
      ref={panel}
      class={guide.mine ? "now mine" : "now"}
      aria-labelledby="now-say"
      tabIndex={-1}
    >
      <p class="eyebrow">
        {guide.mine && (
          <span class="flag">
            <Icon is="speak" /> {words.yours}
          </span>
        )}
        {words.label}
      </p>
      <h2 id="now-say">
        <Rich text={guide.say} />
      </h2>
      {guide.more && (
        <p class="now-more">
          <Rich text={guide.more} />
        </p>
      )}
      <Circumstances view={view} />
      {guide.body}
      {acts.length > 0 && (
        <>
          <Refusal keys={[...new Set(acts.map(keyOf))]} />
          <div class="actions">
            {guide.main && <ActButton kind="main" one={guide.main} />}
            {second.map((one) => (
              <ActButton one={one} />
            ))}
          </div>
        </>
      )}
      <Undo view={view} />
    </section>
  );
}

/** The sentence of the panel, while the panel itself is scrolled away: a way back to it. */
export function Pinned({ guide }: { guide: Guide }) {
  if (!outOfSight.value) return null;
  return (
    <a
      class={guide.mine ? "pinned mine" : "pinned"}
      href="#now"
      onClick={(event) => {
        event.preventDefault();
        const panel = document.getElementById("now");
        panel?.scrollIntoView({ block: "center" });
        panel?.focus({ preventScroll: true });
      }}
    >
      <span class="unseen">{words.back}: </span>
      <Rich text={guide.say} />
    </a>
  );
}
