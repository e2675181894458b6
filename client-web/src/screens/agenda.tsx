/* The agenda: who asks for a turn today, and who gets it, with the reason. */

import { useDraft, Field, Pick, Scale } from "../parts/inputs.tsx";
import { ActButton, Refusal, type Act } from "../parts/act.tsx";
import { perform } from "../parts/act.tsx";
import { Own, Rich } from "../parts/text.tsx";
import { useState } from "preact/hooks";
import { sending } from "../state/room.ts";
import { seatsOf, type View } from "../state/view.ts";
import { limits, type Agenda, type Seat } from "../wire/picture.ts";
import type { Screen } from "./guide.ts";

const words = {
  would: "Would you like a turn today?",
  wouldMore: "A turn is time for a real problem of yours, with the whole set to help.",
  asked: "You have asked for a turn.",
  askedMore: "You can still change your words, or take it back.",
  passed: "You have passed for today. You keep your place for next time.",
  settled: "The agenda is agreed.",
  wait: "We are agreeing who has a turn today.",
  issue: "The question you would bring",
  issueHint: "One line, such as “Do I close the second shop?”",
  urgency: "How soon do you need it?",
  soon: ["It can wait", "Soon", "Now"],
  ask: "Ask for a turn",
  change: "Change my words",
  pass: "Not today",
  bids: "Who asks for a turn",
  noBids: "Nobody has asked yet.",
  card: "Turns",
  today: "Who has a turn today",
  reserve: (name: string) => `If somebody cannot, ${name} is next.`,
  notToday: "not today",
  swapWith: (name: string) => `Swap with ${name}`,
  swapAsked: (name: string) => `${name} would like to swap turns with you.`,
  swapSent: (name: string) => `You have asked ${name} to swap.`,
  swap: "Swap my turn",
  swapFor: "Ask for a swap",
  swapMore: "Both of you must want it. It counts for today only.",
  swapWho: "With whom?",
  choose: "Choose",
  overridden: (why: string) => `The facilitator set this order: ${why}`,
  write: "Please write your question first.",
};

function BidForm({ view }: { view: View }) {
  const bid = view.activity?.agenda?.bids[view.me];
  const id = view.activity?.id ?? "";
  const issue = useDraft(`bid.issue.${id}`, bid?.issue);
  const urgency = useDraft(`bid.urgency.${id}`, bid?.urgency ? String(bid.urgency) : "2");
  const [problem, setProblem] = useState(false);
  const busy = sending.value["bid.place"] !== undefined;
  const place = (): void => {
    if (busy) return;
    setProblem(issue.text.trim() === "");
    if (issue.text.trim() === "") return;
    void perform({
      label: words.ask,
      method: "bid.place",
      params: { issue: issue.text.trim(), urgency: Number(urgency.text) },
    }).then((outcome) => {
      if (!outcome.ok) return;
      issue.stored();
      urgency.stored();
    });
  };
  return (
    <div class="write">
      <Field
        draft={issue}
        label={words.issue}
        hint={words.issueHint}
        input="bid.place"
        limit={limits.issue}
        onEnter={place}
      />
      <Scale legend={words.urgency} draft={urgency} low="" high="" to={3} words={words.soon} />
      {problem && (
        <p class="refusal" role="status">
          {words.write}
        </p>
      )}
      <Refusal keys={["bid.place", "bid.pass"]} />
      <div class="actions">
        <button type="button" class="button main" aria-disabled={busy} onClick={place}>
          {bid?.issue ? words.change : words.ask}
        </button>
        {view.may("bid.pass") && !bid?.passed && (
          <ActButton one={{ label: words.pass, method: "bid.pass" }} />
        )}
      </div>
    </div>
  );
}

function Bids({ view, agenda }: { view: View; agenda: Agenda }) {
  const rows = Object.entries(agenda.bids).sort(
    ([, a], [, b]) => (b.urgency ?? 0) - (a.urgency ?? 0),
  );
  return (
    <>
      <h2>{words.bids}</h2>
      {rows.length === 0 && <p class="quiet">{words.noBids}</p>}
      <ul class="plain-list">
        {rows.map(([seat, bid]) => (
          <li>
            <strong>
              <Own text={view.plain(seat)} />
            </strong>{" "}
            {bid.passed ? (
              <span class="quiet">{words.notToday}</span>
            ) : (
              <>
                <Own text={bid.issue ?? ""} />{" "}
                <span class="tag">{words.soon[(bid.urgency ?? 1) - 1]}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Today's turns and why; and the way to swap one's own with another. */
function Today({ view, agenda }: { view: View; agenda: Agenda }) {
  const { rotation } = view.p;
  const wish = (other: Seat): Act => ({
    label: words.swapWith(view.name(other)),
    method: "agenda.swap",
    params: { with: other },
    key: `agenda.swap.${other}`,
  });
  const [other, setOther] = useState("");
  if (!rotation) return null;
  const askers = Object.entries(agenda.swaps)
    .filter(([, swap]) => swap.with === view.me)
    .map(([seat]) => seat);
  const mine = agenda.swaps[view.me]?.with;
  /* Who presents may swap with anybody; the others only with who presents. */
  const presents = rotation.today.includes(view.me);
  const others = (
    presents
      ? seatsOf(view.p).filter((seat) => view.p.roster[seat]?.role === "member")
      : rotation.today
  ).filter((seat) => seat !== view.me);
  return (
    <>
      <h2>{words.today}</h2>
      <ol class="turns">
        {rotation.today.map((seat) => (
          <li>
            <Own text={view.plain(seat)} />
          </li>
        ))}
      </ol>
      <p class="why">
        <Rich text={rotation.why} />
      </p>
      {agenda.overridden && <p class="why">{words.overridden(agenda.overridden)}</p>}
      {rotation.reserve && (
        <p class="quiet">
          <Rich text={words.reserve(view.name(rotation.reserve))} />
        </p>
      )}
      {view.may("agenda.swap") &&
        askers.map((seat) => (
          <div class="ask">
            <p>
              <Rich text={words.swapAsked(view.name(seat))} />
            </p>
            <ActButton one={wish(seat)} />
            <Refusal keys={[`agenda.swap.${seat}`]} />
          </div>
        ))}
      {mine && (
        <p class="quiet">
          <Rich text={words.swapSent(view.name(mine))} />
        </p>
      )}
      {view.may("agenda.swap") && !mine && others.length > 0 && (
        <details class="fold">
          <summary>{presents ? words.swap : words.swapFor}</summary>
          <p class="quiet">{words.swapMore}</p>
          <Pick
            label={words.swapWho}
            none={words.choose}
            value={other}
            onPick={setOther}
            options={others.map((seat) => ({ value: seat, text: view.plain(seat) }))}
          />
          {other !== "" && (
            <div class="actions">
              <ActButton one={wish(other)} />
            </div>
          )}
          <Refusal keys={[`agenda.swap.${other}`]} />
        </details>
      )}
    </>
  );
}

export const agenda: Screen = {
  kind: "agenda",
  guide: (view) => {
    const part = view.activity?.agenda;
    if (!part) return { say: words.wait };
    const bid = part.bids[view.me];
    const may = view.may("bid.place");
    const say = view.p.rotation?.frozen
      ? words.settled
      : bid?.passed
        ? words.passed
        : bid?.issue
          ? words.asked
          : may
            ? words.would
            : words.wait;
    return {
      say,
      more: may
        ? bid?.issue
          ? words.askedMore
          : bid?.passed
            ? undefined
            : words.wouldMore
        : undefined,
      body: (
        <>
          {may && <BidForm key={view.activity?.id} view={view} />}
          {!may && view.may("bid.pass") && (
            <div class="actions">
              <ActButton one={{ label: words.pass, method: "bid.pass" }} />
            </div>
          )}
        </>
      ),
      beside: (
        <section class="card" aria-label={words.card}>
          <Today view={view} agenda={part} />
          <Bids view={view} agenda={part} />
        </section>
      ),
    };
  },
};
