/* A button that asks the server for something, and what became of it. */

import { useComputed } from "@preact/signals";
import { now } from "../state/clock.ts";
import { act, link, refused, sending, wishHand } from "../state/room.ts";
import type { HandKind, Method } from "../wire/picture.ts";
import { Icon, type Drawing } from "./icons.tsx";
import { Rich } from "./text.tsx";

const words = {
  sending: "Sending…",
  waiting: "Waiting to send",
};

const SLOW_MS = 1_000;

export interface Act {
  label: string;
  method: Method;
  params?: Record<string, unknown>;
  /** Names the control when one method has several. */
  key?: string;
  icon?: Drawing;
  /** A thing few will want: drawn without a frame. */
  quiet?: true;
}

export const keyOf = (one: Act): string =>
  one.method === "hand.raise" || one.method === "hand.lower" ? "hand" : (one.key ?? one.method);

/** Do it. One's own hand is shown before the server has answered. */
export const perform = (one: Act) => {
  if (one.method === "hand.raise") return wishHand(one.params as { kind: HandKind; text?: string });
  if (one.method === "hand.lower") return wishHand("down");
  return act(one.method, one.params ?? {}, keyOf(one));
};

/** The word on a button while its command is on its way: only after a second, a quick answer
 * needs none. */
export function useLabel(label: string, key: string) {
  return useComputed(() => {
    const since = sending.value[key];
    if (since === undefined || now.value - since < SLOW_MS) return label;
    return link.value.is === "open" ? words.sending : words.waiting;
  });
}

interface Look {
  kind?: "main" | "second" | "quiet";
  onDone?: () => void;
  shortcut?: string;
}

export function ActButton({
  one,
  kind = one.quiet ? "quiet" : "second",
  onDone,
  shortcut,
}: { one: Act } & Look) {
  const key = keyOf(one);
  const busy = sending.value[key] !== undefined;
  const label = useLabel(one.label, key);
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-disabled={busy}
      aria-keyshortcuts={shortcut}
      onClick={() => {
        if (!busy) void perform(one).then((outcome) => outcome.ok && onDone?.());
      }}
    >
      {one.icon && <Icon is={one.icon} />}
      <span>
        <Rich text={busy ? label.value : one.label} />
      </span>
    </button>
  );
}

/** Why it was refused, where it was asked. */
export function Refusal({ keys }: { keys: string[] }) {
  const said = keys.map((key) => refused.value[key]).filter((one) => one !== undefined);
  return (
    <>
      {said.map((one) => (
        <p class="refusal">{one}</p>
      ))}
    </>
  );
}
