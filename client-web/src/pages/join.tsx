/* The door: one link, one button. The token leaves the address as soon as it has done its work. */

import { useState } from "preact/hooks";
import { join, type Joined } from "../wire/session.ts";
import { Alone } from "./alone.tsx";

const words = {
  title: "You are invited to a meeting",
  more: "Small-business owners, helping each other with good questions.",
  server: (host: string) =>
    `This meeting is held on ${host}. Your set sees your name and what you write; ` +
    "whoever pays for the programme never does.",
  button: "Join the meeting",
  busy: "Joining…",
  device: "No account and no password: this device will know you next time.",
  unknown:
    "This link does not work. It may be old, or a part of it may be missing. " +
    "Ask your facilitator for a new one.",
  wait: (seconds: number) =>
    `Too many tries from your network. Please wait ${seconds} seconds and try again.`,
  failed: "The server cannot be reached just now. Your link is fine. Please try again in a moment.",
};

export function JoinPage({
  token,
  onJoined,
}: {
  token: string;
  onJoined: (joined: Joined) => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const go = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem("");
    const outcome = await join(token);
    setBusy(false);
    switch (outcome.is) {
      case "joined":
        onJoined(outcome.joined);
        return;
      case "unknown":
        setProblem(words.unknown);
        return;
      case "wait":
        setProblem(words.wait(outcome.seconds));
        return;
      case "failed":
        setProblem(words.failed);
    }
  };
  return (
    <Alone title={words.title} more={words.more}>
      {problem && (
        <p class="refusal" role="alert">
          {problem}
        </p>
      )}
      <button
        type="button"
        class="button main large"
        aria-disabled={busy}
        onClick={() => void go()}
      >
        {busy ? words.busy : words.button}
      </button>
      <p class="quiet">{words.server(location.host)}</p>
      <p class="quiet">{words.device}</p>
    </Alone>
  );
}
