/* After the meeting: what was agreed, by whom, by when, what comes next and what was valued.
 * One page that prints well on one sheet. */

import { CommitmentLine } from "../parts/promise.tsx";
import { Rich, Own } from "../parts/text.tsx";
import type { View } from "../state/view.ts";
import { longDate, recognitionWords } from "../words.ts";

const words = {
  title: (n: number) => `Meeting ${n}: what we take with us`,
  agreed: "What was agreed",
  none: "Nothing was written down today.",
  before: "Still open from before",
  valued: "What we valued",
  line: (by: string, to: string, kind: string) => `${by} thanks ${to} for ${kind}`,
  next: "What comes next",
  ask: "At the next check-in we ask what came of this. Not done is a finding, not a failure.",
  turns: (names: string) => `Next in line for a turn: ${names}.`,
  yours: (n: number) => (n === 1 ? "One of these is yours." : `${n} of these are yours.`),
  here: "Who was there",
  print: "Print or save this page",
  stays: "This page stays here until the next meeting opens.",
};

export function After({ view }: { view: View }) {
  const { p } = view;
  const meeting = p.meeting?.number ?? 0;
  const all = Object.entries(p.commitments).sort(([, a], [, b]) => a.at - b.at);
  const today = all.filter(([, one]) => one.meeting === meeting);
  const earlier = all.filter(([, one]) => one.meeting !== meeting);
  const thanks = Object.values(p.board.recognitions).sort((a, b) => a.at - b.at);
  const mine = today.filter(([, one]) => one.owner === view.me).length;
  const date = p.meeting?.ended_at ?? p.meeting?.started_at;
  const reserve = p.rotation?.reserve;
  return (
    <main class="after" id="now" tabIndex={-1}>
      <article class="sheet">
        <p class="eyebrow">
          <Own text={p.set.name} />
          {date !== undefined && ` · ${longDate(date, p.set.zone)}`}
        </p>
        <h2 class="sheet-title">{words.title(meeting)}</h2>
        <section aria-labelledby="agreed">
          <h3 id="agreed">{words.agreed}</h3>
          {today.length === 0 ? (
            <p class="quiet">{words.none}</p>
          ) : (
            <ul class="plain-list">
              {today.map(([, one]) => (
                <CommitmentLine view={view} one={one} />
              ))}
            </ul>
          )}
          {mine > 0 && <p class="quiet">{words.yours(mine)}</p>}
        </section>
        {earlier.length > 0 && (
          <section aria-labelledby="earlier">
            <h3 id="earlier">{words.before}</h3>
            <ul class="plain-list">
              {earlier.map(([, one]) => (
                <CommitmentLine view={view} one={one} />
              ))}
            </ul>
          </section>
        )}
        <section aria-labelledby="comes">
          <h3 id="comes">{words.next}</h3>
          <p>{words.ask}</p>
          {reserve && (
            <p>
              <Rich text={words.turns(view.name(reserve))} />
            </p>
          )}
        </section>
        {thanks.length > 0 && (
          <section aria-labelledby="thanks">
            <h3 id="thanks">{words.valued}</h3>
            <ul class="plain-list">
              {thanks.map((one) => (
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
                </li>
              ))}
            </ul>
          </section>
        )}
      </article>
      <div class="actions screen-only">
        <button type="button" class="button main" onClick={() => print()}>
          {words.print}
        </button>
        <p class="quiet">{words.stays}</p>
      </div>
    </main>
  );
}
