/* The ring of time: the one shared clock, large enough to read from across a room.
 *
 * What is shown never goes up by itself: within one phase and one extension it only falls. */

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { now } from "../state/clock.ts";
import { settings } from "../state/settings.ts";
import { leftOf, speakerOf, type View } from "../state/view.ts";
import { late } from "../state/parts.ts";
import { digits, spellMinutes, stageWords } from "../words.ts";
import { all, Rich } from "./text.tsx";

const words = {
  left: "left",
  last: "Last half minute",
  up: "Time is up. Please finish your sentence.",
  upShort: "Time is up",
  finish: "Please finish your sentence.",
  over: (time: string) => `+${time}`,
  paused: "Paused",
  extended: (n: number) => (n === 1 ? "1 minute added" : `${n} minutes added`),
  theirs: (name: string, time: string) => `${name}: ${time}`,
  wrap: (name: string) => `${name}: please come to an end`,
  here: (n: number) => (n === 1 ? "1 person here" : `${n} people here`),
  noClock: "No clock",
};

const LAST_MS = 30_000;

/** What is left, never going up within one phase and one extension. */
function useLeft(view: View) {
  const lowest = useRef({ key: "", left: Infinity });
  const { p } = view;
  const key = `${p.activity?.phase_id}.${p.clock.extended_ms}.${p.clock.state}`;
  return useComputed(() => {
    const left = leftOf(p, now.value);
    if (left === undefined) return undefined;
    if (lowest.current.key !== key) lowest.current = { key, left };
    lowest.current.left = Math.min(lowest.current.left, left);
    /* Whole seconds: a new number only once a second. */
    return Math.ceil(lowest.current.left / 1000) * 1000;
  });
}

const radius = 92;

function Arc({ share, inner }: { share: number; inner?: boolean }) {
  const r = inner ? 80 : radius;
  return (
    <circle
      class={inner ? "arc inner" : "arc"}
      cx="100"
      cy="100"
      r={r}
      pathLength={1}
      stroke-dasharray="1 1"
      stroke-dashoffset={1 - share}
      transform="rotate(-90 100 100)"
    />
  );
}

/** How much of one contribution is left, for the thin inner ring and its line. */
function Contribution({ view }: { view: View }) {
  const ends = view.p.floor.soft_ends_at;
  const left = useComputed(() => Math.ceil(((ends ?? 0) - now.value) / 1000) * 1000);
  if (ends === undefined || view.p.clock.state === "paused") return null;
  const name = view.name(speakerOf(view.p));
  return (
    <p class="contribution">
      <Rich
        text={
          left.value <= 0
            ? words.wrap(name)
            : words.theirs(
                name,
                settings.value.hideSeconds ? spellMinutes(left.value) : digits(left.value),
              )
        }
      />
    </p>
  );
}

export function Ring({ view }: { view: View }) {
  const { p } = view;
  const left = useLeft(view).value;
  const { hideSeconds, bigTimer } = settings.value;
  const whole = p.clock.planned_ms + p.clock.extended_ms;
  const phase = p.activity
    ? late.value?.phaseName(p.activity.kind, p.activity.phase)
    : (stageWords[p.meeting?.state ?? ""] ?? "");
  const over = left !== undefined && left <= 0;
  const last = left !== undefined && !over && left <= LAST_MS;
  const paused = p.clock.state === "paused";
  const share = left === undefined || whole <= 0 ? 0 : Math.min(1, Math.max(0, left / whole));
  const here = Object.values(p.roster).filter((one) => one.here === "here" && !one.removed).length;
  return (
    <div class="ring-place">
      <div
        class={all("ring", over && "over", last && "last", paused && "paused", bigTimer && "big")}
      >
        <svg viewBox="0 0 200 200" aria-hidden="true" focusable="false">
          <circle class="table" cx="100" cy="100" r="98" />
          <circle class="track" cx="100" cy="100" r={radius} />
          {left !== undefined && <Arc share={share} />}
        </svg>
        <div class="ring-words">
          {left === undefined ? (
            <p class="ring-quiet">{words.here(here)}</p>
          ) : (
            <p class={hideSeconds ? "digits soft" : "digits"} role="timer" aria-live="off">
              {over
                ? hideSeconds
                  ? words.upShort
                  : words.over(digits(-left))
                : hideSeconds
                  ? spellMinutes(left)
                  : digits(left)}
            </p>
          )}
          <p class="ring-phase">{phase}</p>
          {paused && <p class="ring-state">{words.paused}</p>}
          {!paused && over && <p class="ring-state">{hideSeconds ? words.finish : words.up}</p>}
          {!paused && last && <p class="ring-state">{words.last}</p>}
          {!paused && !over && !last && p.clock.extended_ms > 0 && (
            <p class="ring-note">
              {words.extended(Math.max(1, Math.round(p.clock.extended_ms / 60_000)))}
            </p>
          )}
          <Contribution view={view} />
        </div>
      </div>
    </div>
  );
}
