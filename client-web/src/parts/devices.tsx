/* One person, several devices: which of them counts. */

import type { View } from "../state/view.ts";
import { ActButton, Refusal } from "./act.tsx";

const words = {
  say: "You are in the meeting on another device too. This one is a second screen.",
  here: "Use here",
};

export function Devices({ view }: { view: View }) {
  if (view.p.you.primary) return null;
  return (
    <div class="banner">
      <p>{words.say}</p>
      <ActButton one={{ label: words.here, method: "seat.here" }} />
      <Refusal keys={["seat.here"]} />
    </div>
  );
}
