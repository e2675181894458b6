/* "I'm stuck": a private word to the facilitator. */

import { useState } from "preact/hooks";
import { picture, sending } from "../state/room.ts";
import { limits } from "../wire/picture.ts";
import { perform, Refusal } from "./act.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, useDraft } from "./inputs.tsx";

const words = {
  title: "I'm stuck",
  say: "Tell the facilitator that you need help. Nobody else will know.",
  label: "What is the matter?",
  hint: "You can leave this empty.",
  send: "Ask for help",
  sent: "The facilitator knows. You need do nothing more.",
  done: "Back to the meeting",
};

export function AskHelp({ onClose }: { onClose: () => void }) {
  const draft = useDraft("help");
  const [sent, setSent] = useState(picture.value?.you.asked_help === true);
  const busy = sending.value["help.ask"] !== undefined;
  const ask = (): void => {
    if (busy) return;
    const typed = draft.text;
    const params = typed.trim() === "" ? {} : { text: typed.trim() };
    void perform({ label: words.send, method: "help.ask", params }).then((outcome) => {
      if (!outcome.ok) return;
      draft.sent(typed);
      setSent(true);
    });
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      {sent ? (
        <>
          <p role="status">{words.sent}</p>
          <button type="button" class="button main" onClick={onClose}>
            {words.done}
          </button>
        </>
      ) : (
        <>
          <p>{words.say}</p>
          <Field
            draft={draft}
            label={words.label}
            hint={words.hint}
            input="help.ask"
            limit={limits.reason}
            rows={2}
            onEnter={ask}
          />
          <Refusal keys={["help.ask"]} />
          <button type="button" class="button main" aria-disabled={busy} onClick={ask}>
            {words.send}
          </button>
        </>
      )}
    </Dialog>
  );
}
