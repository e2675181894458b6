/* The top of the page: which set, which step, when it ends, and the ways to help and settings. */

import { useSignal } from "@preact/signals";
import { slowNow } from "../state/clock.ts";
import { endOf, stepOf, type View } from "../state/view.ts";
import { clockTime } from "../words.ts";
import { late } from "../state/parts.ts";
import { Icon, Mark } from "./icons.tsx";
import { Own } from "./text.tsx";

const words = {
  step: (at: number, of: number) => `Step ${at} of ${of}`,
  ends: (time: string) => `We end at about ${time}`,
  states: {
    planned: "Before the meeting",
    lobby: "Waiting room",
    live: "In the meeting",
    closing: "Closing",
    corridor: "After the meeting",
    ended: "The meeting is over",
  },
  none: "Between meetings",
  stuck: "I'm stuck",
  menu: "Menu",
  call: "The call is here",
  newTab: "opens in a new tab",
};

/** The meeting as a line of steps, each as wide as it is long. The words stand beside it. */
function Steps({ view }: { view: View }) {
  const { meeting } = view.p;
  if (!meeting || meeting.order.length === 0) return null;
  const at = meeting.order.indexOf(meeting.stage ?? "");
  return (
    <div class="steps" aria-hidden="true">
      {meeting.order.map((id, place) => (
        <span
          key={id}
          class={at < 0 ? "" : place < at ? "past" : place === at ? "present" : ""}
          style={{ "--wide": String(Math.max(1, (meeting.stages[id]?.planned_ms ?? 0) / 60_000)) }}
        />
      ))}
    </div>
  );
}

function safeCall(call: string | undefined): string | undefined {
  try {
    return call && new URL(call).protocol === "https:" ? call : undefined;
  } catch {
    return undefined;
  }
}

export function Top({ view, onSignOut }: { view: View; onSignOut: () => void }) {
  const open = useSignal<"menu" | "stuck" | undefined>(undefined);
  /* The browser tells of a closed box a moment later: another may be open by then. */
  const shut = (box: "menu" | "stuck"): void => {
    if (open.peek() === box) open.value = undefined;
  };
  const { p } = view;
  const step = stepOf(p);
  const end = p.meeting && p.meeting.state !== "ended" ? endOf(p, slowNow.value) : undefined;
  const phase = p.activity && late.value?.phaseOnly(p.activity.kind, p.activity.phase);
  const about = [
    step && words.step(step.at, step.of),
    step && phase,
    end !== undefined && words.ends(clockTime(end, p.set.zone)),
  ]
    .filter(Boolean)
    .join(" · ");
  const call = safeCall(p.set.call);
  const AskHelp = late.value?.AskHelp;
  const Menu = late.value?.Menu;
  return (
    <>
      <header class="top">
        <Mark />
        <div class="step">
          <h1 id="step" tabIndex={-1}>
            {step ? (
              <Own text={step.title} />
            ) : p.meeting ? (
              words.states[p.meeting.state]
            ) : (
              words.none
            )}
          </h1>
          <p class="step-of">
            <span class="set-name">
              <Own text={p.set.name} />
              {about !== "" && " · "}
            </span>
            {about}
          </p>
        </div>
        <div class="top-acts">
          {call && (
            <a class="button second" href={call} target="_blank" rel="noopener noreferrer">
              <Icon is="call" />
              <span>{words.call}</span> <span class="unseen">({words.newTab})</span>
            </a>
          )}
          {view.may("help.ask") && (
            <button
              type="button"
              class="button quiet"
              aria-haspopup="dialog"
              onClick={() => {
                open.value = "stuck";
              }}
            >
              <Icon is="help" />
              <span>{words.stuck}</span>
            </button>
          )}
          <button
            type="button"
            class="button quiet"
            aria-haspopup="dialog"
            onClick={() => {
              open.value = "menu";
            }}
          >
            <Icon is="more" />
            <span>{words.menu}</span>
          </button>
        </div>
        <Steps view={view} />
      </header>
      {AskHelp && open.value === "stuck" && <AskHelp onClose={() => shut("stuck")} />}
      {Menu && open.value === "menu" && (
        <Menu view={view} onSignOut={onSignOut} onClose={() => shut("menu")} />
      )}
    </>
  );
}
