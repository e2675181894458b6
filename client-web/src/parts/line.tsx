/* Who speaks next: the queue, in the server's order, the same for everybody. */

import type { View } from "../state/view.ts";
import { handWords } from "../words.ts";
import { Own, Rich } from "./text.tsx";

const words = {
  title: "Who speaks next",
  you: "you",
  away: "connection lost, skipped for now",
};

export function Line({ view }: { view: View }) {
  const { floor, roster, desk } = view.p;
  if (floor.order.length === 0) return null;
  return (
    <section class="card line" aria-labelledby="line-title">
      <h2 id="line-title">{words.title}</h2>
      <ol>
        {floor.order.map((seat) => (
          <li key={seat}>
            <strong>
              <Own text={view.plain(seat)} />
            </strong>
            {seat === view.me && ` (${words.you})`}{" "}
            <span class="quiet">
              {handWords[floor.hands[seat]?.kind ?? "question"].up}
              {roster[seat]?.here === "dropped" && `, ${words.away}`}
            </span>
            {(desk || seat === view.me) && floor.hands[seat]?.reason && (
              <span class="why">
                <Rich text={floor.hands[seat]?.reason ?? ""} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
