/* The rest of what leads a meeting: the floor, the steps, the people, the lead. One box, four
 * headings. */

import { useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import { act } from "../state/room.ts";
import { seatsOf, type View } from "../state/view.ts";
import { limits, stageKinds, type Seat } from "../wire/picture.ts";
import { stageWords } from "../words.ts";
import { ActButton, perform, Refusal, type Act } from "./act.tsx";
import { Dialog } from "./dialog.tsx";
import { PlanPart } from "./desk_plan.tsx";
import { Field, Pick, useDraft } from "./inputs.tsx";
import { Own, Rich } from "./text.tsx";

const words = {
  title: "To lead the meeting",
  floor: "The floor",
  give: (name: string) => `Give the floor to ${name}`,
  queue: "Hands, in the order of the line",
  others: "Give the floor to somebody else",
  nobody: "No hand is up.",
  choose: "Choose",
  grant: "Give the floor",
  steps: "The steps",
  done: "done",
  present: "now",
  minutes: (n: number) => `${n} min`,
  removeStep: (title: string) => `Take out “${title}”`,
  skip: "Skip this step",
  reopen: "Go back to the step before",
  reopenMore:
    "This works for a few seconds after a step has ended. The present step begins again later.",
  endStep: "End this step now",
  insert: "Put in a step",
  kind: "Which kind?",
  length: "How many minutes?",
  where: "Before which step?",
  atEnd: "At the end",
  add: "Put it in",
  meeting: "The meeting",
  acts: {
    "meeting.open": "Open a meeting",
    "meeting.start": "Start the meeting",
    "meeting.close": "Begin to close",
    "meeting.end": "End the meeting",
    "meeting.reopen": "Open it again",
  },
  agenda: "The agenda",
  override: "Set another order",
  order: "Who presents",
  place: (n: number) => `Turn ${n}`,
  reason: "Why? Everyone will read this.",
  set: "Set this order",
  overrideNeeds: "Please choose at least one person and say why.",
  people: "The people",
  link: "New link",
  linkMore: "The old link stops working at once.",
  shown: (name: string) => `A new link for ${name}. It is shown only now.`,
  copy: "Copy the link",
  copied: "Copied.",
  notCopied: "Please mark the link and copy it yourself.",
  removePerson: "Remove",
  removeTitle: (name: string) => `Remove ${name} from the set`,
  removeReason: "Why? They can come back with a new link.",
  admit: "Let in again",
  removed: "removed",
  lead: "Who leads",
  offer: (name: string) => `Let ${name} lead for now`,
  back: "Give the lead back",
  here: { here: "here", away: "away", dropped: "connection lost", absent: "not here yet" },
};

function FloorPart({ view }: { view: View }) {
  const [other, setOther] = useState("");
  if (!view.may("floor.grant")) return null;
  const { floor } = view.p;
  const grant = (seat: Seat): Act => ({
    label: words.give(view.name(seat)),
    method: "floor.grant",
    params: { seat },
    key: `grant.${seat}`,
  });
  const others = seatsOf(view.p).filter(
    (seat) =>
      !floor.order.includes(seat) &&
      seat !== floor.holder &&
      view.p.roster[seat]?.role !== "observer",
  );
  return (
    <section>
      <h3>{words.floor}</h3>
      <h4>{words.queue}</h4>
      {floor.order.length === 0 && <p class="quiet">{words.nobody}</p>}
      <ol class="plain-list">
        {floor.order.map((seat) => (
          <li>
            <ActButton one={grant(seat)} />
            <p class="why">
              <Rich text={floor.hands[seat]?.reason ?? ""} />
            </p>
            <Refusal keys={[`grant.${seat}`]} />
          </li>
        ))}
      </ol>
      <div class="inline">
        <Pick
          label={words.others}
          none={words.choose}
          value={other}
          onPick={setOther}
          options={others.map((seat) => ({ value: seat, text: view.plain(seat) }))}
        />
        <button
          type="button"
          class="button second"
          aria-disabled={!other}
          onClick={() => {
            if (other) void act("floor.grant", { seat: other }, "grant.other");
          }}
        >
          {words.grant}
        </button>
      </div>
      <Refusal keys={["grant.other"]} />
    </section>
  );
}

function StepsPart({ view }: { view: View }) {
  const { meeting } = view.p;
  const acts: Act[] = [];
  if (view.may("stage.next")) acts.push({ label: words.endStep, method: "stage.next" });
  if (view.may("stage.skip")) acts.push({ label: words.skip, method: "stage.skip" });
  if (view.may("stage.reopen")) acts.push({ label: words.reopen, method: "stage.reopen" });
  if (!meeting || meeting.order.length === 0) return null;
  return (
    <section>
      <h3>{words.steps}</h3>
      <ol class="desk-steps">
        {meeting.order.map((id) => {
          const stage = meeting.stages[id];
          if (!stage) return null;
          const now = id === meeting.stage;
          return (
            <li
              class={now ? "present" : stage.done ? "past" : ""}
              aria-current={now ? "step" : undefined}
            >
              <span>
                <Own text={stage.title} />{" "}
                <span class="quiet">
                  {words.minutes(Math.round(stage.planned_ms / 60_000))}
                  {now ? `, ${words.present}` : stage.done ? `, ${words.done}` : ""}
                </span>
              </span>
              {!now && !stage.done && view.may("stage.remove") && (
                <ActButton
                  kind="quiet"
                  one={{
                    label: words.removeStep(stage.title),
                    method: "stage.remove",
                    params: { id },
                    key: `remove.${id}`,
                  }}
                />
              )}
              <Refusal keys={[`remove.${id}`]} />
            </li>
          );
        })}
      </ol>
      <div class="actions">
        {acts.map((one) => (
          <ActButton one={one} />
        ))}
      </div>
      <Refusal keys={["stage.next", "stage.skip", "stage.reopen"]} />
      {view.may("stage.reopen") && <p class="quiet">{words.reopenMore}</p>}
      {view.may("stage.insert") && <InsertStep view={view} />}
    </section>
  );
}

function InsertStep({ view }: { view: View }) {
  const [kind, setKind] = useState("break");
  const [minutes, setMinutes] = useState("5");
  const [at, setAt] = useState("");
  const { meeting } = view.p;
  if (!meeting) return null;
  const from = Math.max(0, meeting.order.indexOf(meeting.stage ?? "") + 1);
  const put = (): void => {
    const length = Math.round(Number(minutes) * 60_000);
    void act("stage.insert", {
      at: at === "" ? meeting.order.length : Number(at),
      kind,
      ...(length > 0 ? { planned_ms: length } : {}),
    });
  };
  return (
    <details class="fold">
      <summary>{words.insert}</summary>
      <Pick
        label={words.kind}
        none={words.choose}
        value={kind}
        onPick={setKind}
        options={stageKinds.map((one) => ({ value: one, text: stageWords[one] ?? one }))}
      />
      <div class="field">
        <label for="insert-minutes">{words.length}</label>
        <input
          id="insert-minutes"
          type="number"
          inputMode="numeric"
          min="1"
          max="180"
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.value)}
        />
      </div>
      <Pick
        label={words.where}
        none={words.atEnd}
        value={at}
        onPick={setAt}
        options={meeting.order
          .map((id, place) => ({ value: String(place), text: meeting.stages[id]?.title ?? id }))
          .slice(from)}
      />
      <Refusal keys={["stage.insert"]} />
      <button type="button" class="button second" aria-disabled={!kind} onClick={put}>
        {words.add}
      </button>
    </details>
  );
}

function MeetingPart({ view }: { view: View }) {
  const methods = (Object.keys(words.acts) as (keyof typeof words.acts)[]).filter((one) =>
    view.may(one),
  );
  if (methods.length === 0) return null;
  return (
    <section>
      <h3>{words.meeting}</h3>
      <div class="actions">
        {methods.map((method) => (
          <ActButton one={{ label: words.acts[method], method }} />
        ))}
      </div>
      <Refusal keys={methods} />
    </section>
  );
}

function Override({ view }: { view: View }) {
  const turns = Math.max(1, view.p.rotation?.today.length ?? 1);
  const [order, setOrder] = useState<string[]>([]);
  const reason = useDraft("override");
  const [problem, setProblem] = useState("");
  if (!view.may("agenda.override")) return null;
  const members = seatsOf(view.p).filter((seat) => view.p.roster[seat]?.role === "member");
  const put = (): void => {
    const chosen = order.filter(Boolean);
    const typed = reason.text;
    if (chosen.length === 0 || typed.trim() === "") {
      setProblem(words.overrideNeeds);
      return;
    }
    setProblem("");
    void perform({
      label: words.set,
      method: "agenda.override",
      params: { order: chosen, reason: typed.trim() },
    }).then((outcome) => outcome.ok && reason.sent(typed));
  };
  return (
    <section>
      <h3>{words.agenda}</h3>
      <details class="fold">
        <summary>{words.override}</summary>
        {Array.from({ length: turns }, (_, place) => (
          <Pick
            label={words.place(place + 1)}
            none={words.choose}
            value={order[place] ?? ""}
            options={members.map((seat) => ({ value: seat, text: view.plain(seat) }))}
            onPick={(seat) => {
              const next = [...order];
              next[place] = seat;
              setOrder(next);
            }}
          />
        ))}
        <Field draft={reason} label={words.reason} input="agenda.override" limit={limits.reason} />
        {problem && (
          <p class="refusal" role="status">
            {problem}
          </p>
        )}
        <Refusal keys={["agenda.override"]} />
        <button type="button" class="button second" onClick={put}>
          {words.set}
        </button>
      </details>
    </section>
  );
}

function Person({
  view,
  seat,
  onLink,
}: {
  view: View;
  seat: Seat;
  onLink: (link: string) => void;
}) {
  const reason = useDraft(`remove.${seat}`);
  const person = view.p.roster[seat];
  const renew = (): void => {
    void act("invite.renew", { seat }, `renew.${seat}`).then((outcome) => {
      if (outcome.ok && outcome.answer.link) onLink(outcome.answer.link);
    });
  };
  if (!person) return null;
  return (
    <li class="person">
      <span>
        <strong>
          <Own text={view.plain(seat)} />
        </strong>{" "}
        <span class="quiet">{person.removed ? words.removed : words.here[person.here]}</span>
      </span>
      <div class="actions">
        {view.may("invite.renew") && !person.removed && (
          <button type="button" class="button quiet" onClick={renew}>
            {words.link} <span class="unseen">{view.plain(seat)}</span>
          </button>
        )}
        {view.may("seat.admit") && person.removed && (
          <ActButton
            kind="quiet"
            one={{
              label: words.admit,
              method: "seat.admit",
              params: { seat },
              key: `admit.${seat}`,
            }}
          />
        )}
        {view.may("seat.remove") && !person.removed && seat !== view.me && (
          <details class="fold inline-fold">
            <summary>
              <span>
                {words.removePerson} <span class="unseen">{view.plain(seat)}</span>
              </span>
            </summary>
            <p>
              <Rich text={words.removeTitle(view.name(seat))} />
            </p>
            <Field
              draft={reason}
              label={words.removeReason}
              input="seat.remove"
              limit={limits.reason}
            />
            <ActButton
              one={{
                label: words.removePerson,
                method: "seat.remove",
                params: { seat, reason: reason.text.trim() },
                key: `out.${seat}`,
              }}
              onDone={() => reason.put("")}
            />
          </details>
        )}
      </div>
      <Refusal keys={[`renew.${seat}`, `admit.${seat}`, `out.${seat}`]} />
    </li>
  );
}

/** A link is shown once, and only here. */
function LinkOnce({ view, seat, link }: { view: View; seat: Seat; link: string }) {
  const [said, setSaid] = useState("");
  const copy = (): void => {
    const write = navigator.clipboard?.writeText(link) ?? Promise.reject(new Error("none"));
    write.then(
      () => setSaid(words.copied),
      () => setSaid(words.notCopied),
    );
  };
  return (
    <div class="ask" role="status">
      <p>
        <Rich text={words.shown(view.name(seat))} /> {words.linkMore}
      </p>
      <input
        class="link"
        type="text"
        readOnly
        value={link}
        aria-label={words.shown(view.plain(seat))}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="actions">
        <button type="button" class="button second" onClick={copy}>
          {words.copy}
        </button>
        <span>{said}</span>
      </div>
    </div>
  );
}

function PeoplePart({ view }: { view: View }) {
  const shown = useSignal<{ seat: Seat; link: string } | undefined>(undefined);
  const removed = Object.keys(view.p.roster).filter((seat) => view.p.roster[seat]?.removed);
  if (!view.may("invite.renew") && !view.may("seat.remove") && !view.may("seat.admit")) return null;
  return (
    <section>
      <h3>{words.people}</h3>
      {shown.value && <LinkOnce key={shown.value.link} view={view} {...shown.value} />}
      <ul class="plain-list">
        {[...seatsOf(view.p), ...removed].map((seat) => (
          <Person
            key={seat}
            view={view}
            seat={seat}
            onLink={(link) => {
              shown.value = { seat, link };
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function LeadPart({ view }: { view: View }) {
  if (!view.may("lease.offer") && !view.may("lease.return")) return null;
  const others = seatsOf(view.p).filter(
    (seat) =>
      seat !== view.me &&
      view.p.roster[seat]?.role !== "observer" &&
      view.p.roster[seat]?.here === "here",
  );
  const deputies = others.filter((seat) => view.p.roster[seat]?.role !== "member");
  return (
    <section>
      <h3>{words.lead}</h3>
      <div class="actions">
        {view.may("lease.offer") &&
          (deputies.length > 0 ? deputies : others).map((seat) => (
            <ActButton
              one={{
                label: words.offer(view.name(seat)),
                method: "lease.offer",
                params: { seat },
                key: `offer.${seat}`,
              }}
            />
          ))}
        {view.may("lease.return") && (
          <ActButton one={{ label: words.back, method: "lease.return" }} />
        )}
      </div>
      <Refusal keys={["lease.return", ...others.map((seat) => `offer.${seat}`)]} />
    </section>
  );
}

export function DeskMore({ view, onClose }: { view: View; onClose: () => void }) {
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <div class="desk-more">
        <FloorPart view={view} />
        <StepsPart view={view} />
        <PlanPart view={view} />
        <Override view={view} />
        <MeetingPart view={view} />
        <LeadPart view={view} />
        <PeoplePart view={view} />
      </div>
    </Dialog>
  );
}
