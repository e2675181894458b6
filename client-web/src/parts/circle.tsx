/* The circle of seats: an ordered list in speaking order, drawn as a ring where there is room. */

import { circleOf, nextInRound, roundOf, speakerOf, type View } from "../state/view.ts";
import type { Seat } from "../wire/picture.ts";
import { initial, ordinal } from "../words.ts";
import { Icon } from "./icons.tsx";
import { all, Own } from "./text.tsx";

const words = {
  title: "The circle",
  you: "you",
  speaking: "speaking",
  answering: "answering",
  floor: "has the floor",
  asked: "asked",
  presents: "presents",
  next: "next",
  spoken: "has spoken",
  passed: "passed",
  hand: "hand up",
  handAt: (place: string) => `hand up, ${place}`,
  parked: "hand kept for later",
  away: "away",
  dropped: "connection lost",
  absent: "not here yet",
  facilitator: "facilitator",
  deputy: "co-facilitator",
  observer: "observer",
  leads: "leads for now",
  host: "leads today",
};

const SIDE = 0.4; /* of the radius: further out than this, there is no room under the disc */

interface Look {
  word?: string | undefined;
  mark: string;
  hand: boolean;
}

/** One word and one shape for a seat: what matters most comes first. */
function lookOf(view: View, seat: Seat): Look {
  const { p } = view;
  const person = p.roster[seat];
  const handKind = seat === view.me ? view.hand : p.floor.hands[seat]?.kind;
  const hand = handKind !== undefined;
  if (person?.here === "dropped") return { word: words.dropped, mark: "dropped", hand };
  if (person?.here === "absent") return { word: words.absent, mark: "absent", hand: false };
  if (person?.here === "away") return { word: words.away, mark: "away", hand };
  if (speakerOf(p) === seat) {
    const word =
      p.floor.part === "answer"
        ? words.answering
        : p.floor.taken || p.activity?.presenter === seat || roundOf(p.activity)
          ? words.speaking
          : words.floor;
    return { word, mark: "speaking", hand };
  }
  if (p.floor.holder === seat) return { word: words.asked, mark: "asked", hand };
  if (hand) {
    const place = p.floor.order.indexOf(seat);
    const parked = p.floor.hands[seat]?.parked;
    return {
      word: parked ? words.parked : place >= 0 ? words.handAt(ordinal(place + 1)) : words.hand,
      mark: "hand",
      hand,
    };
  }
  if (p.activity?.presenter === seat) return { word: words.presents, mark: "presenter", hand };
  const round = roundOf(p.activity);
  const state = round?.state[seat];
  if (round && nextInRound(round) === seat) return { word: words.next, mark: "next", hand };
  if (state === "done") return { word: words.spoken, mark: "spoken", hand };
  if (state === "passed") return { word: words.passed, mark: "", hand };
  return { mark: "", hand };
}

function roleOf(view: View, seat: Seat): string | undefined {
  const { meeting, roster } = view.p;
  if (meeting?.acting === seat) return words.leads;
  if (meeting?.steward === seat) return words.host;
  const role = roster[seat]?.role;
  return role === undefined || role === "member" ? undefined : words[role];
}

function SeatItem({
  view,
  seat,
  place,
  of,
}: {
  view: View;
  seat: Seat;
  place: number;
  of: number;
}) {
  const { word, mark, hand } = lookOf(view, seat);
  const person = view.p.roster[seat];
  const angle = (place / of) * 2 * Math.PI - Math.PI / 2;
  const role = roleOf(view, seat);
  const you = seat === view.me;
  const plain = view.plain(seat);
  return (
    <li
      class={all("seat", sideOf(angle), mark, you && "you", person?.role !== "member" && "staff")}
      aria-current={mark === "speaking" ? "true" : undefined}
      style={{ "--x": Math.cos(angle).toFixed(4), "--y": Math.sin(angle).toFixed(4) }}
    >
      <span class="disc" aria-hidden="true">
        {mark === "speaking" ? <Icon is="speak" /> : <span>{initial(plain)}</span>}
        {hand && mark !== "speaking" && (
          <span class="badge">
            <Icon is="hand" />
          </span>
        )}
      </span>
      <span class="seat-words">
        <span class="seat-name">
          <Own text={plain} />
        </span>
        {(person?.business?.name ?? role) && (
          <span class="seat-business">
            <Own text={role ?? person?.business?.name ?? ""} />
          </span>
        )}
        {(word || you) && (
          <span class="seat-word">{[you && words.you, word].filter(Boolean).join(", ")}</span>
        )}
      </span>
    </li>
  );
}

/** On which side of its disc a seat has its words, so that they stand outside the ring. */
function sideOf(angle: number): "left" | "middle" | "right" {
  const x = Math.cos(angle);
  return x > SIDE ? "right" : x < -SIDE ? "left" : "middle";
}

export function Circle({ view }: { view: View }) {
  const seats = circleOf(view.p);
  return (
    <section class="circle" aria-labelledby="circle-title">
      <h2 id="circle-title" class="unseen">
        {words.title}
      </h2>
      <ol class="seats">
        {seats.map((seat, place) => (
          <SeatItem key={seat} view={view} seat={seat} place={place} of={seats.length} />
        ))}
      </ol>
    </section>
  );
}
