/* The private question of a quiet moment. What is written stays with who wrote it. */

import { Write, SightLine } from "./inputs.tsx";
import { Own } from "./text.tsx";
import type { View } from "../state/view.ts";

const words = {
  label: "Your note",
  soon: "The quiet moment is over. You can still keep your note for a few seconds.",
  keep: "Keep this note",
  change: "Keep the change",
  pass: "I would rather not",
  kept: "Your note is kept.",
  passed: "You have passed. That is fine.",
};

export function Reflect({ view, minor = false }: { view: View; minor?: boolean }) {
  const { prompt } = view.p;
  if (!prompt) return null;
  const params = { prompt: prompt.id };
  return (
    <div class="reflect">
      <p class="prompt">
        <Own text={prompt.text} />
      </p>
      {prompt.answer !== undefined && (
        <>
          <p class="quiet">{words.kept}</p>
          <blockquote>
            <Own text={prompt.answer} />
          </blockquote>
          <SightLine input="prompt.answer" />
        </>
      )}
      {prompt.passed && <p class="quiet">{words.passed}</p>}
      {prompt.state === "open" && view.may("prompt.answer") && (
        <Write
          key={prompt.id}
          minor={minor}
          name={`prompt.${prompt.id}`}
          input="prompt.answer"
          label={words.label}
          send={(text) => ({
            label: prompt.answer === undefined ? words.keep : words.change,
            method: "prompt.answer",
            params: { ...params, text },
          })}
          second={
            view.may("prompt.pass") && prompt.answer === undefined && !prompt.passed
              ? [{ label: words.pass, method: "prompt.pass", params }]
              : []
          }
        />
      )}
    </div>
  );
}

/** The note beside a later phase: kept, or still to be kept while the prompt waits for who
 * writes. */
export function NoteCard({ view }: { view: View }) {
  const { prompt } = view.p;
  const open = prompt?.state === "open" && view.may("prompt.answer");
  if (!prompt || (!open && prompt.answer === undefined)) return null;
  return (
    <section class="card" aria-label={words.label}>
      {open && <p class="quiet">{words.soon}</p>}
      <Reflect view={view} minor />
    </section>
  );
}
