/* Opened without an invite: back to one's seat, or a choice of several, or a word about the
 * link. */

import { useEffect, useState } from "preact/hooks";
import { after } from "../state/clock.ts";
import { seats, type Held } from "../wire/session.ts";
import { Alone } from "./alone.tsx";

const words = {
  looking: "One moment…",
  choose: "Which seat is yours?",
  chooseMore: "This device knows more than one.",
  none: "Please open your link",
  noneMore:
    "You join a meeting with the personal link that your facilitator sent you. " +
    "There is no account and no password.",
  unreachable: "The server cannot be reached just now",
  unreachableMore: "We keep trying. You need do nothing.",
  out: "You are signed out",
  outMore: "Your drafts are gone from this device. Come back with your link at any time.",
  seat: (set: string, who: string) => `${set}: ${who}`,
};

const RETRY_MS = 4_000;

const nameOf = (held: Held): string => (typeof held.set === "string" ? held.set : held.set.name);

export function SeatsPage({
  signedOut,
  onSeat,
}: {
  signedOut: boolean;
  onSeat: (seat: string, replace: boolean) => void;
}) {
  const [held, setHeld] = useState<Held[] | "looking" | "unreachable">(signedOut ? [] : "looking");
  useEffect(() => {
    if (signedOut) return undefined;
    let cancel: (() => void) | undefined;
    let gone = false;
    const look = async (): Promise<void> => {
      const found = await seats();
      if (gone) return;
      if (!found) {
        setHeld("unreachable");
        cancel = after(RETRY_MS, () => void look());
      } else if (found.length === 1 && found[0]) onSeat(found[0].seat, true);
      else setHeld(found);
    };
    void look();
    return () => {
      gone = true;
      cancel?.();
    };
  }, [signedOut]);
  if (held === "looking") return <Alone title={words.looking} />;
  if (held === "unreachable")
    return <Alone title={words.unreachable} more={words.unreachableMore} />;
  if (signedOut) return <Alone title={words.out} more={words.outMore} />;
  if (held.length === 0) return <Alone title={words.none} more={words.noneMore} />;
  return (
    <Alone title={words.choose} more={words.chooseMore}>
      <ul class="choices">
        {held.map((one) => (
          <li>
            <button
              type="button"
              class="button second large"
              onClick={() => onSeat(one.seat, false)}
            >
              <bdi dir="auto">
                {words.seat(
                  nameOf(one),
                  one.name ?? `${one.role} ${one.seat.split(".").pop() ?? ""}`,
                )}
              </bdi>
            </button>
          </li>
        ))}
      </ul>
    </Alone>
  );
}
