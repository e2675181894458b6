/* What the line to the server is doing, in words. The loss of it is the only alert there is. */

import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { after } from "../state/clock.ts";
import { link, place, reconnect, room, sending } from "../state/room.ts";
import type { LossReason, StopReason } from "../wire/connection.ts";
import { Rich } from "./text.tsx";

const words = {
  kept: "Your place is kept. You can go on typing.",
  lost: {
    network: "The connection is lost. We are trying again.",
    restarting: "The server is starting again. Nothing is lost.",
    slow: "Your connection could not keep up. We are joining you again.",
    policy: "The server closed the connection. We are trying again.",
  } satisfies Record<LossReason, string>,
  queued: (n: number) => (n === 1 ? "One thing waits to be sent." : `${n} things wait to be sent.`),
  retry: "Try now",
  back: "You are back. Nothing was lost.",
  stopped: {
    replaced: {
      say: "You opened the meeting on other devices.",
      more: "This one has been let go. What you typed is kept.",
      go: "Use this device",
    },
    removed: { say: "You are no longer in this set on this device.", more: "", go: undefined },
    done: {
      say: "This page is not connected any more.",
      more: "What you typed is kept.",
      go: "Connect again",
    },
    signed_out: { say: "We need your link again.", more: "", go: undefined },
    old: {
      say: "There is a newer version of this page.",
      more: "Reload the page when it suits you. What you typed is kept.",
      go: "Reload",
    },
  } satisfies Record<StopReason, { say: string; more: string; go: string | undefined }>,
};

const BACK_MS = 4_000;

export function Banner() {
  const returned = useSignal(false);
  const was = useRef(false);
  useSignalEffect(() => {
    const is = link.value.is;
    if (is === "lost") was.current = true;
    else if (is === "open" && was.current) {
      was.current = false;
      returned.value = true;
      after(BACK_MS, () => {
        returned.value = false;
      });
    }
  });
  const state = link.value;
  const waiting = Object.keys(sending.value).length;
  if (state.is === "lost") {
    return (
      <div class="banner lost" role="alert">
        <p>
          <strong>{words.lost[state.why]}</strong> {words.kept}{" "}
          {waiting > 0 && words.queued(waiting)}
        </p>
        <button type="button" class="button second" onClick={reconnect}>
          {words.retry}
        </button>
      </div>
    );
  }
  if (state.is === "stopped" && place.value && room.value) return <Stopped why={state.why} />;
  return returned.value ? (
    <div class="banner back">
      <p>
        <Rich text={words.back} />
      </p>
    </div>
  ) : null;
}

export function Stopped({ why }: { why: StopReason }) {
  const { say, more, go } = words.stopped[why];
  return (
    <div class="banner lost" role="alert">
      <p>
        <strong>{say}</strong> {more}
      </p>
      {go && (
        <button
          type="button"
          class="button second"
          onClick={() => (why === "old" ? location.reload() : reconnect())}
        >
          {go}
        </button>
      )}
    </div>
  );
}
