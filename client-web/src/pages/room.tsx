/* The room: one page for the whole meeting, from the waiting room to the close. */

import { useEffect } from "preact/hooks";
import { Banner } from "../parts/banner.tsx";
import { Circle } from "../parts/circle.tsx";
import { Devices } from "../parts/devices.tsx";
import { Now, Pinned } from "../parts/now.tsx";
import { Ring } from "../parts/ring.tsx";
import { Top } from "../parts/top.tsx";
import type { Guide } from "../screens/guide.ts";
import { slowNow } from "../state/clock.ts";
import { desk, late, loadDesk, loadLate, missing } from "../state/parts.ts";
import { link, myHand, picture, reconnect } from "../state/room.ts";
import { endOf, viewOf } from "../state/view.ts";
import { Alone } from "./alone.tsx";

const words = {
  coming: "Going in…",
  comingMore: "One moment, please.",
  slow: "This takes longer than usual. We keep trying.",
  notices: "Notices",
  rehearsal: "This is a rehearsal. Nothing here counts.",
  faster: "Time runs faster than usual.",
  observer: "You are an observer. Everyone can see that you are here.",
  skip: "Skip to what to do now",
  gone: {
    replaced: "You opened the meeting on other devices.",
    removed: "Goodbye: this device is signed out of the set",
    done: "This page is not connected.",
    signed_out: "We need your link again",
    old: "There is a newer version of this page. Please reload it.",
  },
  goneMore: "Please open the link that you were sent. What you typed is kept on this device.",
  removedMore:
    "Perhaps your link was renewed, you signed out in another window, or you have left the set. " +
    "If that is not right, ask your facilitator for a link.",
  again: "Try again",
  failed: "A part of this page cannot be loaded. We keep trying; reloading may help.",
};

export function RoomPage({ onSignOut }: { onSignOut: () => void }) {
  const p = picture.value;
  useEffect(loadLate, []);
  const state = link.value;
  /* Who is no longer of the set, or no longer signed in, is not left looking at it. */
  const out = state.is === "stopped" && (state.why === "removed" || state.why === "signed_out");
  if (!p || out) return <Waiting />;
  if (p.desk) loadDesk();
  const view = viewOf(p, myHand.value);
  const { After, Rest, WitnessAsks, guideOf } = late.value ?? {};
  const Desk = p.desk && desk.value?.DeskStrip;
  const guide: Guide = guideOf?.(view, endOf(p, slowNow.value)) ?? {
    say: missing.value ? words.failed : words.coming,
  };
  return (
    <>
      <a
        class="skip"
        href="#now"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("now")?.focus();
        }}
      >
        {words.skip}
      </a>
      <aside class="notices" aria-label={words.notices}>
        <Banner />
        {state.is === "open" && <Devices view={view} />}
        {p.set.rehearsal && (
          <p class="rehearsal">
            {words.rehearsal} {(p.set.pace ?? 1) > 1 && words.faster}
          </p>
        )}
        {p.you.role === "observer" && <p class="rehearsal">{words.observer}</p>}
      </aside>
      <Top view={view} onSignOut={onSignOut} />
      {After && p.meeting?.state === "ended" ? (
        <After view={view} />
      ) : (
        <div class="hall">
          <main class={p.desk ? "room with-desk" : "room"}>
            <div class="first">
              <Now view={view} guide={guide} />
              {guide.beside}
              {WitnessAsks && <WitnessAsks view={view} />}
            </div>
            <Ring view={view} />
            <div class="rest">{Rest && <Rest view={view} />}</div>
            <Circle view={view} />
          </main>
        </div>
      )}
      <Pinned guide={guide} />
      {Desk && <Desk view={view} />}
    </>
  );
}

function Waiting() {
  const state = link.value;
  if (state.is === "stopped") {
    return (
      <Alone
        title={words.gone[state.why]}
        more={state.why === "removed" ? words.removedMore : words.goneMore}
      >
        {state.why !== "removed" && state.why !== "signed_out" && (
          <button
            type="button"
            class="button main"
            onClick={() => (state.why === "old" ? location.reload() : reconnect())}
          >
            {words.again}
          </button>
        )}
      </Alone>
    );
  }
  return <Alone title={words.coming} more={state.is === "lost" ? words.slow : words.comingMore} />;
}
