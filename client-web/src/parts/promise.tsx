/* Commitments: to make one, to stand by one as a witness, and the list of them. */

import { useState } from "preact/hooks";
import { now } from "../state/clock.ts";
import { sending } from "../state/room.ts";
import { seatsOf, type View } from "../state/view.ts";
import { limits, type Commitment } from "../wire/picture.ts";
import { dueWords } from "../words.ts";
import { ActButton, perform, Refusal, type Act } from "./act.tsx";
import { Field, Pick, Scale, SightLine, useDraft } from "./inputs.tsx";
import { Own, Rich } from "./text.tsx";

const words = {
  what: "What will you do?",
  hint: "One thing you can really do, such as “Ring the agent about the break clause”.",
  when: "By when?",
  next: "By the next meeting",
  date: "By a date",
  pick: "The date",
  desire: "How much do you want to do it?",
  intention: "How sure are you that you will?",
  low: "a little",
  high: "very much",
  unsure: "not sure",
  sure: "very sure",
  numbers: "Your two answers:",
  smaller: "Could you make it a little smaller, so that you are sure you will do it?",
  witness: "Who could stand by you?",
  nobody: "Nobody for now",
  make: "I will do this",
  all: "Please write what you will do, and answer both questions.",
  noDate: "Please choose a date from today on.",
  made: (n: number) =>
    n === 1 ? "You have made one commitment." : `You have made ${n} commitments.`,
  title: "What we will do",
  asks: (name: string) => `${name} asks you to be a witness.`,
  asksMore: "A witness asks how it went. No more than that.",
  yes: "Yes, I will",
  no: "No, thank you",
  stands: (name: string) => `${name} is the witness`,
  asked: (name: string) => `${name} has been asked to be the witness`,
};

const today = (): string => new Date(now.peek()).toISOString().slice(0, 10);

/** The form. `empty` is what its main button is while nothing is written. */
export function MakeCommitment({ view, empty }: { view: View; empty?: Act | undefined }) {
  const base = `commit.${view.activity?.id ?? ""}`;
  const text = useDraft(`${base}.text`);
  const due = useDraft(`${base}.due`);
  const dated = useDraft(`${base}.dated`, "no");
  const desire = useDraft(`${base}.desire`);
  const intention = useDraft(`${base}.intention`);
  const witness = useDraft(`${base}.witness`);
  const [problem, setProblem] = useState("");
  const busy = sending.value["commitment.make"] !== undefined;
  const written = text.text.trim() !== "";
  const people = seatsOf(view.p).filter(
    (seat) => seat !== view.me && view.p.roster[seat]?.role === "member",
  );
  const make = (): void => {
    if (busy) return;
    if (!written || !desire.text || !intention.text) {
      setProblem(words.all);
      return;
    }
    if (dated.text === "yes" && (due.text === "" || due.text < today())) {
      setProblem(words.noDate);
      return;
    }
    setProblem("");
    const typed = text.text;
    const params = {
      text: typed.trim(),
      due: dated.text === "yes" ? due.text : "next_meeting",
      desire: Number(desire.text),
      intention: Number(intention.text),
      ...(witness.text ? { witness: witness.text } : {}),
    };
    void perform({ label: words.make, method: "commitment.make", params }).then((outcome) => {
      if (!outcome.ok) return;
      text.sent(typed);
      for (const one of [due, desire, intention, witness]) one.put("");
    });
  };
  return (
    <div class="write">
      <Field
        draft={text}
        label={words.what}
        hint={words.hint}
        input="commitment.make"
        limit={limits.commitment}
        rows={2}
      />
      {written && (
        <>
          <fieldset class="scale">
            <legend>{words.when}</legend>
            <div class="scale-row wide">
              {(
                [
                  ["no", words.next],
                  ["yes", words.date],
                ] as const
              ).map(([value, label]) => (
                <label class="scale-one">
                  <input
                    type="radio"
                    name="due"
                    checked={dated.text === value}
                    onChange={() => dated.put(value)}
                  />
                  <span>{label}</span>
                </label>
              ))}
            </div>
          </fieldset>
          {dated.text === "yes" && (
            <div class="field">
              <label for="due-date">{words.pick}</label>
              <input
                id="due-date"
                type="date"
                min={today()}
                value={due.text}
                onInput={(event) => due.put(event.currentTarget.value)}
              />
            </div>
          )}
          <Scale legend={words.desire} draft={desire} low={words.low} high={words.high} />
          <Scale legend={words.intention} draft={intention} low={words.unsure} high={words.sure} />
          <SightLine input="commitment.resolve" lead={words.numbers} />
          {Number(intention.text) > 0 && Number(intention.text) <= 2 && (
            <p class="hint">{words.smaller}</p>
          )}
          <Pick
            label={words.witness}
            none={words.nobody}
            value={witness.text}
            onPick={witness.put}
            options={people.map((seat) => ({ value: seat, text: view.plain(seat) }))}
          />
        </>
      )}
      {problem && (
        <p class="refusal" role="status">
          {problem}
        </p>
      )}
      <Refusal keys={["commitment.make"]} />
      <div class="actions">
        {written || !empty ? (
          <button type="button" class="button main" aria-disabled={busy} onClick={make}>
            {words.make}
          </button>
        ) : (
          <ActButton kind="main" one={empty} />
        )}
      </div>
    </div>
  );
}

/** A card for everyone who is asked to be a witness. */
export function WitnessAsks({ view }: { view: View }) {
  if (!view.may("commitment.witness")) return null;
  const asks = Object.entries(view.p.commitments).filter(
    ([, one]) => one.witness === view.me && one.witness_says === "asked",
  );
  return (
    <>
      {asks.map(([id, one]) => (
        <section class="card ask">
          <h2>
            <Rich text={words.asks(view.name(one.owner))} />
          </h2>
          <blockquote>
            <Own text={one.text} />
          </blockquote>
          <p class="quiet">{words.asksMore}</p>
          <div class="actions">
            <ActButton
              one={{
                label: words.yes,
                method: "commitment.witness",
                params: { id, yes: true },
                key: `witness.${id}`,
              }}
            />
            <ActButton
              kind="quiet"
              one={{
                label: words.no,
                method: "commitment.witness",
                params: { id, yes: false },
                key: `witness.${id}`,
              }}
            />
          </div>
          <Refusal keys={[`witness.${id}`]} />
        </section>
      ))}
    </>
  );
}

export function CommitmentLine({ view, one }: { view: View; one: Commitment }) {
  const witness =
    one.witness && one.witness_says !== "no"
      ? (one.witness_says === "yes" ? words.stands : words.asked)(view.name(one.witness))
      : undefined;
  return (
    <li>
      <strong>
        <Own text={view.plain(one.owner)} />
      </strong>
      <p>
        <Own text={one.text} />
      </p>
      <p class="quiet">
        <Rich text={[dueWords(one.due), witness].filter(Boolean).join(" · ")} />
      </p>
    </li>
  );
}

export function Commitments({ view }: { view: View }) {
  const rows = Object.entries(view.p.commitments).sort(([, a], [, b]) => a.at - b.at);
  if (rows.length === 0) return null;
  return (
    <section class="card" aria-labelledby="promises">
      <h2 id="promises">{words.title}</h2>
      <ul class="plain-list">
        {rows.map(([, one]) => (
          <CommitmentLine view={view} one={one} />
        ))}
      </ul>
    </section>
  );
}

export const madeWords = words.made;
