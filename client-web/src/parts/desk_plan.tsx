/* The plan of the day, before it starts: which steps, in which order, how long. Sent as a whole. */

import { useState } from "preact/hooks";
import { act } from "../state/room.ts";
import type { View } from "../state/view.ts";
import { limits, stageKinds } from "../wire/picture.ts";
import { stageWords } from "../words.ts";
import { Refusal } from "./act.tsx";

const words = {
  title: "The plan of the meeting",
  change: "Change the plan",
  kind: (place: number) => `Step ${place}`,
  minutes: (place: number) => `Minutes of step ${place}`,
  up: "Earlier",
  out: "Take out",
  add: "Add a step",
  whole: "Minutes in all",
  spare: (n: number) =>
    n >= 0 ? `${n} minutes to spare, for what takes longer.` : `${-n} minutes too many.`,
  save: "Use this plan",
  saved: "This is the plan now.",
};

const MINUTE_MS = 60_000;

interface Row {
  kind: string;
  minutes: number;
}

export function PlanPart({ view }: { view: View }) {
  const { meeting, set } = view.p;
  /* A rehearsal runs faster than it is planned: the picture has the short lengths, the plan the
   * long. */
  const minutes = (ms: number): number => Math.round((ms * (set.pace ?? 1)) / MINUTE_MS);
  const [rows, setRows] = useState<Row[]>(() =>
    (meeting?.order ?? []).map((id) => ({
      kind: meeting?.stages[id]?.kind ?? "open_talk",
      minutes: minutes(meeting?.stages[id]?.planned_ms ?? 0),
    })),
  );
  const [whole, setWhole] = useState(() => minutes(meeting?.planned_ms ?? 0));
  const [said, setSaid] = useState("");
  if (!view.may("meeting.plan")) return null;
  const spare = whole - rows.reduce((sum, row) => sum + row.minutes, 0);
  const put = (place: number, change: Partial<Row>): void =>
    setRows(rows.map((row, at) => (at === place ? { ...row, ...change } : row)));
  const save = (): void => {
    setSaid("");
    void act("meeting.plan", {
      stages: rows.map((row) => ({ kind: row.kind, planned_ms: row.minutes * MINUTE_MS })),
      planned_ms: whole * MINUTE_MS,
    }).then((outcome) => outcome.ok && setSaid(words.saved));
  };
  return (
    <section>
      <h3>{words.title}</h3>
      <details class="fold">
        <summary>{words.change}</summary>
        <ol class="plan-rows">
          {rows.map((row, place) => (
            <li>
              <select
                aria-label={words.kind(place + 1)}
                value={row.kind}
                onChange={(event) => put(place, { kind: event.currentTarget.value })}
              >
                {stageKinds.map((kind) => (
                  <option value={kind}>{stageWords[kind] ?? kind}</option>
                ))}
              </select>
              <input
                type="number"
                inputMode="numeric"
                min="1"
                max="180"
                aria-label={words.minutes(place + 1)}
                value={row.minutes}
                onInput={(event) =>
                  put(place, {
                    minutes: Math.max(0, Math.round(Number(event.currentTarget.value))),
                  })
                }
              />
              <button
                type="button"
                class="button quiet"
                aria-disabled={place === 0}
                onClick={() => {
                  if (place > 0)
                    setRows([
                      ...rows.slice(0, place - 1),
                      row,
                      ...rows.slice(place - 1, place),
                      ...rows.slice(place + 1),
                    ]);
                }}
              >
                {words.up}
              </button>
              <button
                type="button"
                class="button quiet"
                onClick={() => setRows(rows.filter((_, at) => at !== place))}
              >
                {words.out}
              </button>
            </li>
          ))}
        </ol>
        {rows.length < limits.stages && (
          <button
            type="button"
            class="button second"
            onClick={() => setRows([...rows, { kind: "break", minutes: 5 }])}
          >
            {words.add}
          </button>
        )}
        <div class="field">
          <label for="plan-whole">{words.whole}</label>
          <input
            id="plan-whole"
            type="number"
            inputMode="numeric"
            min="1"
            max="600"
            value={whole}
            onInput={(event) =>
              setWhole(Math.max(0, Math.round(Number(event.currentTarget.value))))
            }
          />
        </div>
        <p class={spare < 0 ? "refusal" : "quiet"}>{words.spare(spare)}</p>
        <Refusal keys={["meeting.plan"]} />
        <div class="actions">
          <button type="button" class="button second" onClick={save}>
            {words.save}
          </button>
          <span role="status">{said}</span>
        </div>
      </details>
    </section>
  );
}
