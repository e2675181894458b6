/* One's name, as others see it. */

import { useState } from "preact/hooks";
import type { View } from "../state/view.ts";
import { limits } from "../wire/picture.ts";
import { perform, Refusal } from "./act.tsx";
import { Field, useDraft } from "./inputs.tsx";

const words = {
  name: "Your name, as others see it",
  change: "Change my name",
  changed: "Your name is changed.",
};

export function Rename({ view }: { view: View }) {
  const draft = useDraft("name", view.p.roster[view.me]?.name);
  const [said, setSaid] = useState("");
  const save = (): void => {
    const typed = draft.text;
    if (typed.trim() === "") return;
    void perform({
      label: words.change,
      method: "you.rename",
      params: { name: typed.trim() },
    }).then((outcome) => {
      if (!outcome.ok) return;
      draft.stored();
      setSaid(words.changed);
    });
  };
  return (
    <div class="write">
      <Field
        draft={draft}
        label={words.name}
        input="you.rename"
        limit={limits.name}
        onEnter={save}
      />
      <p class="done-note" role="status">
        {said}
      </p>
      <Refusal keys={["you.rename"]} />
      <button type="button" class="button second" onClick={save}>
        {words.change}
      </button>
    </div>
  );
}
