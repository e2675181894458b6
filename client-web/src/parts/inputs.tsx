/* Everything a person can write into: kept as it is typed, with a line that says who will see
 * it. */

import { useId, useRef, useState } from "preact/hooks";
import { now } from "../state/clock.ts";
import { drafts, picture, sending } from "../state/room.ts";
import { limits } from "../wire/picture.ts";
import { sight, type Input, type Sight } from "../wire/sight.ts";
import { ActButton, keyOf, perform, Refusal, useLabel, type Act } from "./act.tsx";
import { Icon, type Drawing } from "./icons.tsx";

const words = {
  saved: "Saved on this device.",
  unsaved: "This device will not keep what you type. Do not close the page.",
  left: (n: number) => `${n} letters left`,
  over: (n: number) => `${n} letters too many`,
  tooLong: "Please make it a little shorter first.",
  empty: "Please write something first.",
  sight: {
    everyone: "Everyone in this set will see this.",
    granted: "Only you see this until you have the floor. Then everyone does.",
    you: "Only you will see this.",
    desk: "Only the facilitator will see this.",
    record: "Kept in the record. Nobody in the meeting will see this.",
  } satisfies Record<Sight, string>,
};

const sightIcons: Record<Sight, Drawing> = {
  everyone: "eye",
  granted: "eye",
  you: "lock",
  desk: "lock",
  record: "lock",
};

/** Who will see it. `lead` says what, where that is not plain from the place. */
export function SightLine({ input, lead }: { input: Input; lead?: string }) {
  const who = sight[input];
  return (
    <p class="sight">
      <Icon is={sightIcons[who]} /> {lead} {words.sight[who]}
    </p>
  );
}

/** A text that survives a reload. `kept` says whether this device keeps it. */
export function useDraft(key: string, start = "") {
  const [text, setText] = useState(() => drafts.get(key) || start);
  const [kept, setKept] = useState<boolean | undefined>(undefined);
  const latest = useRef(text);
  const put = (next: string): void => {
    latest.current = next;
    setText(next);
    setKept(drafts.set(key, next, now.peek()));
  };
  /** Sent: forget it, unless the person has typed on. */
  const sent = (what: string): void => {
    if (latest.current !== what) return;
    latest.current = "";
    setText("");
    setKept(undefined);
    drafts.set(key, "", now.peek());
  };
  /** Sent, and shown still: only the kept copy goes. */
  const stored = (): void => {
    setKept(undefined);
    drafts.set(key, "", now.peek());
  };
  return { text, kept, put, sent, stored };
}

export type Draft = ReturnType<typeof useDraft>;

const count = (text: string): number => Array.from(text).length;

interface FieldProps {
  draft: Draft;
  label: string;
  hint?: string | undefined;
  input: Input;
  limit: number;
  rows?: number;
  onEnter?: () => void;
}

/** One labelled text box. More than one row makes it a box that grows with what is typed. */
export function Field({ draft, label, hint, input, limit, rows = 1, onEnter }: FieldProps) {
  const id = useId();
  const left = limit - count(draft.text);
  const shared = {
    id,
    value: draft.text,
    "aria-describedby": `${id}-about`,
    onInput: (event: { currentTarget: { value: string } }) => draft.put(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && <p class="hint">{hint}</p>}
      {rows > 1 ? (
        <textarea
          {...shared}
          rows={rows}
          dir="auto"
          autocomplete="off"
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onEnter?.();
          }}
        />
      ) : (
        <input
          {...shared}
          type="text"
          dir="auto"
          autocomplete="off"
          onKeyDown={(event) => {
            if (event.key === "Enter") onEnter?.();
          }}
        />
      )}
      <div class="about" id={`${id}-about`}>
        <SightLine input={input} />
        {draft.text !== "" && draft.kept === true && <p class="saved">{words.saved}</p>}
        {draft.kept === false && <p class="saved">{words.unsaved}</p>}
        {left < Math.min(60, limit / 4) && (
          <p class={left < 0 ? "count over" : "count"}>
            {left < 0 ? words.over(-left) : words.left(left)}
          </p>
        )}
      </div>
    </div>
  );
}

interface WriteProps {
  /** Where the text is kept. Give the component the same value as `key`. */
  name: string;
  input: Input;
  label: string;
  hint?: string | undefined;
  limit?: number;
  start?: string | undefined;
  /** The main button when something is written. */
  send: (text: string) => Act;
  /** The main button when nothing is: at most one of the two is there. */
  empty?: Act | undefined;
  second?: Act[];
  /** Drawn less strongly, where the main button of the panel is another one. */
  minor?: boolean;
}

/** A text box with the one main button of the panel. */
export function Write({
  name,
  input,
  label,
  hint,
  limit = limits.say,
  start,
  send,
  empty,
  second = [],
  minor = false,
}: WriteProps) {
  useState(() => alreadySaid(drafts.get(name)) && drafts.set(name, "", now.peek()));
  const draft = useDraft(name, start && alreadySaid(start) ? "" : start);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const text = draft.text.trim();
  const one = text === "" ? empty : send(text);
  const key = one ? keyOf(one) : "none";
  const busy = sending.value[key] !== undefined;
  const shown = useLabel(one?.label ?? "", key);
  const go = (): void => {
    if (!one || busy) return;
    if (count(text) > limit) {
      setProblem(words.tooLong);
      return;
    }
    setProblem(undefined);
    const typed = draft.text;
    void perform(one).then((outcome) => outcome.ok && draft.sent(typed));
  };
  return (
    <div class="write">
      <Field
        draft={draft}
        label={label}
        hint={hint}
        input={input}
        limit={limit}
        rows={3}
        onEnter={go}
      />
      {problem && (
        <p class="refusal" role="status">
          {problem}
        </p>
      )}
      <Refusal keys={[...new Set([send(text), ...(empty ? [empty] : []), ...second].map(keyOf))]} />
      <div class="actions">
        {one && (
          <button
            type="button"
            class={minor ? "button second" : "button main"}
            aria-disabled={busy}
            onClick={go}
          >
            {one.icon && <Icon is={one.icon} />}
            <span>{busy ? shown.value : one.label}</span>
          </button>
        )}
        {second.map((other) => (
          <ActButton one={other} />
        ))}
      </div>
    </div>
  );
}

/** Was this very text said already? Then a reload came between sending it and forgetting it. */
function alreadySaid(text: string): boolean {
  if (text === "") return false;
  const p = picture.peek();
  return Object.values(p?.activity?.said ?? {}).some(
    (said) => said.by === p?.you.seat && said.text === text.trim(),
  );
}

interface ScaleProps {
  legend: string;
  draft: Draft;
  low: string;
  high: string;
  from?: number;
  to?: number;
  words?: string[];
}

/** A choice from a few numbers or words: plain radio buttons, drawn large. */
export function Scale({ legend, draft, low, high, from = 1, to = 5, words: names }: ScaleProps) {
  const name = useId();
  return (
    <fieldset class="scale">
      <legend>{legend}</legend>
      <div class="scale-row">
        {Array.from({ length: to - from + 1 }, (_, place) => {
          const value = String(from + place);
          return (
            <label class="scale-one">
              <input
                type="radio"
                name={name}
                value={value}
                checked={draft.text === value}
                onChange={() => draft.put(value)}
              />
              <span>{names?.[place] ?? value}</span>
            </label>
          );
        })}
      </div>
      {low && (
        <p class="scale-ends">
          <span>{low}</span>
          <span>{high}</span>
        </p>
      )}
    </fieldset>
  );
}

interface PickProps {
  label: string;
  value: string;
  none: string;
  options: { value: string; text: string }[];
  onPick: (value: string) => void;
}

export function Pick({ label, value, none, options, onPick }: PickProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        <option value="">{none}</option>
        {options.map((one) => (
          <option value={one.value}>{one.text}</option>
        ))}
      </select>
    </div>
  );
}
