/* To thank somebody, with a kind and a reason; and what has been valued so far. */

import { useState } from "preact/hooks";
import { slowNow } from "../state/clock.ts";
import { sending } from "../state/room.ts";
import { seatsOf, type View } from "../state/view.ts";
import { limits, type RecognitionKind } from "../wire/picture.ts";
import { recognitionWords } from "../words.ts";
import { ActButton, perform, Refusal } from "./act.tsx";
import { Field, Pick, useDraft } from "./inputs.tsx";
import { Own, Rich } from "./text.tsx";

const words = {
  title: "Thank somebody",
  who: "Whom do you want to thank?",
  choose: "Choose",
  what: "For what?",
  reason: "In your words",
  hint: "Say what it did for you.",
  give: "Thank them",
  all: "Please choose a person, a kind, and write a few words.",
  given: "Thank you. It is on the list.",
  valued: "What we valued today",
  line: (by: string, to: string, kind: string) => `${by} thanks ${to} for ${kind}`,
  back: "Take it back",
};

const BACK_MS = 600_000; /* the server decides; later the button would only be refused */

const kinds = Object.keys(recognitionWords) as RecognitionKind[];

function Form({ view }: { view: View }) {
  const id = `thank.${view.p.meeting?.number ?? 0}`;
  const to = useDraft(`${id}.to`);
  const kind = useDraft(`${id}.kind`);
  const reason = useDraft(`${id}.reason`);
  const [said, setSaid] = useState("");
  const busy = sending.value["recognition.give"] !== undefined;
  const people = seatsOf(view.p).filter(
    (seat) => seat !== view.me && view.p.roster[seat]?.role !== "observer",
  );
  const give = (): void => {
    if (busy) return;
    const typed = reason.text;
    if (!to.text || !kind.text || typed.trim() === "") {
      setSaid(words.all);
      return;
    }
    setSaid("");
    void perform({
      label: words.give,
      method: "recognition.give",
      params: { to: to.text, kind: kind.text, reason: typed.trim() },
    }).then((outcome) => {
      if (!outcome.ok) return;
      reason.sent(typed);
      to.put("");
      kind.put("");
      setSaid(words.given);
    });
  };
  return (
    <div class="write">
      <Pick
        label={words.who}
        none={words.choose}
        value={to.text}
        onPick={to.put}
        options={people.map((seat) => ({ value: seat, text: view.plain(seat) }))}
      />
      <Pick
        label={words.what}
        none={words.choose}
        value={kind.text}
        onPick={kind.put}
        options={kinds.map((one) => ({ value: one, text: recognitionWords[one] }))}
      />
      <Field
        draft={reason}
        label={words.reason}
        hint={words.hint}
        input="recognition.give"
        limit={limits.reason}
        onEnter={give}
      />
      <p class="done-note" role="status">
        {said}
      </p>
      <Refusal keys={["recognition.give"]} />
      <div class="actions">
        <button type="button" class="button second" aria-disabled={busy} onClick={give}>
          {words.give}
        </button>
      </div>
    </div>
  );
}

export function Thank({ view, open = false }: { view: View; open?: boolean }) {
  return (
    <details class="fold" open={open}>
      <summary>{words.title}</summary>
      <Form view={view} />
    </details>
  );
}

/** The list that all see: no totals, no ranking. */
export function Valued({ view }: { view: View }) {
  const rows = Object.entries(view.p.board.recognitions).sort(([, a], [, b]) => a.at - b.at);
  if (rows.length === 0) return null;
  return (
    <section class="card" aria-labelledby="valued">
      <h2 id="valued">{words.valued}</h2>
      <ul class="plain-list">
        {rows.map(([id, one]) => (
          <li>
            <p>
              <Rich
                text={words.line(
                  view.name(one.by),
                  view.name(one.to),
                  recognitionWords[one.kind] ?? one.kind,
                )}
              />
            </p>
            <blockquote>
              <Own text={one.reason} />
            </blockquote>
            {one.by === view.me &&
              view.may("recognition.take_back") &&
              slowNow.value - one.at < BACK_MS && (
                <ActButton
                  kind="quiet"
                  one={{
                    label: words.back,
                    method: "recognition.take_back",
                    params: { id },
                    key: `back.${id}`,
                  }}
                />
              )}
            <Refusal keys={[`back.${id}`]} />
          </li>
        ))}
      </ul>
    </section>
  );
}
