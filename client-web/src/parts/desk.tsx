/* The facilitator's strip: what comes next and why, the clock, the floor; the rest one press away.
 * Nobody sees it but who leads: the picture has `desk` for them only. Loaded when it is needed. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { act } from "../state/room.ts";
import type { View } from "../state/view.ts";
import { list } from "../words.ts";
import type { Method } from "../wire/picture.ts";
import { ActButton, Refusal, type Act } from "./act.tsx";
import { DeskMore } from "./desk_more.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icons.tsx";
import { Own, Rich } from "./text.tsx";

const words = {
  title: "To lead the meeting",
  next: (title: string) => `Next: ${title}`,
  only: "Only you see this",
  read: "Read out:",
  minute: "Add a minute",
  pause: "Pause",
  resume: "Go on",
  speaker: "Next speaker",
  more: "More",
  keys: "Keys",
  keysTitle: "Keys that save time",
  keysMore: "They do nothing while you are typing.",
  notHeard: (names: string) => `Not heard yet: ${names}`,
  helped: "Helped",
  stuck: (name: string) => `${name} is stuck`,
  takeBack: "Take back the meeting",
  offered: "Take the lead",
};

const MINUTE_MS = 60_000;

interface Key {
  key: string;
  label: string;
  one: Act;
}

/** A verb on every button: where the next thing is a step or a phase, the server gives its name
 * only. */
const nextLabel = (next: { method: Method; title: string }): string =>
  next.method === "stage.next" || next.method === "turn.next" ? words.next(next.title) : next.title;

function keysOf(view: View): Key[] {
  const next = view.p.desk?.next;
  const all: (Key | false | undefined)[] = [
    next && {
      key: "n",
      label: nextLabel(next),
      one: { label: nextLabel(next), method: next.method, key: "desk.next" },
    },
    view.may("clock.extend") && {
      key: "m",
      label: words.minute,
      one: { label: words.minute, method: "clock.extend", params: { ms: MINUTE_MS } },
    },
    view.may("clock.pause") && {
      key: "p",
      label: words.pause,
      one: { label: words.pause, method: "clock.pause" },
    },
    view.may("clock.resume") && {
      key: "p",
      label: words.resume,
      one: { label: words.resume, method: "clock.resume" },
    },
    view.may("floor.next") && {
      key: "s",
      label: words.speaker,
      one: { label: words.speaker, method: "floor.next" },
    },
  ];
  return all.filter((one): one is Key => Boolean(one));
}

/** One press of a key, unless a text is being written or a box is open. */
function useKeys(keys: Key[], showKeys: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const at = event.target;
      if (
        at instanceof HTMLElement &&
        at.closest("input, textarea, select, dialog, [contenteditable]")
      )
        return;
      if (event.key === "?") {
        showKeys();
        return;
      }
      const found = keys.find((one) => one.key === event.key.toLowerCase());
      if (!found) return;
      event.preventDefault();
      void act(found.one.method, found.one.params ?? {}, found.one.key ?? found.one.method);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

export function DeskStrip({ view }: { view: View }) {
  const open = useSignal<"more" | "keys" | undefined>(undefined);
  /* The browser tells of a closed box a moment later: another may be open by then. */
  const shut = (box: "more" | "keys"): void => {
    if (open.peek() === box) open.value = undefined;
  };
  const keys = keysOf(view);
  useKeys(keys, () => {
    open.value = "keys";
  });
  const { desk } = view.p;
  if (!desk) return null;
  const byMethod = (method: Method) =>
    keys.find((one) => one.one.method === method && one.one.key !== "desk.next");
  const tools = (["clock.extend", "clock.pause", "clock.resume", "floor.next"] as const).map(
    (method) => [byMethod(method), icons[method]] as const,
  );
  const next = keys.find((one) => one.one.key === "desk.next");
  return (
    <section class="desk" aria-labelledby="desk-title">
      <div class="desk-inside">
        <div class="desk-next">
          <h2 id="desk-title" class="eyebrow">
            <span class="unseen">{words.title}. </span>
            {words.only}
          </h2>
          {desk.line && (
            <p class="desk-line">
              {words.read}{" "}
              <q>
                <Rich text={desk.line} />
              </q>
            </p>
          )}
          <p class="desk-why">
            <Rich text={desk.next.why} />
          </p>
          {desk.not_heard.length > 0 && (
            <p class="desk-heard">
              <Rich text={words.notHeard(list(desk.not_heard.map(view.name)))} />
            </p>
          )}
          <Refusal
            keys={[
              "desk.next",
              "clock.extend",
              "clock.pause",
              "clock.resume",
              "floor.next",
              "lease.take",
              "lease.return",
            ]}
          />
        </div>
        <div class="desk-acts">
          {next && (
            <ActButton kind="main" one={{ ...next.one, icon: "next" }} shortcut={next.key} />
          )}
          {view.may("lease.take") && (
            <ActButton
              one={{
                label: view.p.you.role === "facilitator" ? words.takeBack : words.offered,
                method: "lease.take",
              }}
            />
          )}
          {tools.map(
            ([tool, icon]) => tool && <ActButton one={{ ...tool.one, icon }} shortcut={tool.key} />,
          )}
          <button
            type="button"
            class="button second"
            aria-haspopup="dialog"
            onClick={() => {
              open.value = "more";
            }}
          >
            <Icon is="more" />
            <span>{words.more}</span>
          </button>
          <button
            type="button"
            class="button quiet keys"
            aria-haspopup="dialog"
            aria-keyshortcuts="?"
            onClick={() => {
              open.value = "keys";
            }}
          >
            <span class="unseen">{words.keys}</span> <kbd aria-hidden="true">?</kbd>
          </button>
        </div>
        {Object.entries(desk.help).map(([seat, flag]) => (
          <div class="desk-help" key={seat}>
            <p>
              <strong>
                <Rich text={words.stuck(view.name(seat))} />
              </strong>{" "}
              {flag.text && <Own text={flag.text} />}
            </p>
            {view.may("help.clear") && (
              <ActButton
                one={{
                  label: words.helped,
                  method: "help.clear",
                  params: { seat },
                  key: `help.${seat}`,
                }}
              />
            )}
            <Refusal keys={[`help.${seat}`]} />
          </div>
        ))}
      </div>
      {open.value === "more" && <DeskMore view={view} onClose={() => shut("more")} />}
      {open.value === "keys" && (
        <Dialog title={words.keysTitle} onClose={() => shut("keys")}>
          <dl class="keys-list">
            {keys.map((one) => (
              <div>
                <dt>
                  <kbd>{one.key.toUpperCase()}</kbd>
                </dt>
                <dd>{one.label}</dd>
              </div>
            ))}
            <div>
              <dt>
                <kbd>?</kbd>
              </dt>
              <dd>{words.keysTitle}</dd>
            </div>
          </dl>
          <p class="quiet">{words.keysMore}</p>
        </Dialog>
      )}
    </section>
  );
}

const icons = {
  "clock.extend": "add",
  "clock.pause": "pause",
  "clock.resume": "play",
  "floor.next": "speak",
} as const;
