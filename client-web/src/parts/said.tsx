/* What has been said, in writing, in this step: oldest first, each answer under its question. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { View } from "../state/view.ts";
import { clockTime } from "../words.ts";
import type { Said, SaidId, SaidKind } from "../wire/picture.ts";
import { ActButton, Refusal } from "./act.tsx";
import { Icon } from "./icons.tsx";
import { SightLine } from "./inputs.tsx";
import { Own } from "./text.tsx";

const words = {
  title: "What has been said",
  none: "Nothing is written yet.",
  spoke: "spoke",
  helped: "That helped",
  marks: "What you mark as helpful:",
  marked: "You marked this as helpful",
  kinds: {
    check_in: "",
    story: "",
    question: "asks",
    answer: "answers",
    offer: "offers",
    response: "takes away",
    process: "on how we worked",
  } satisfies Record<SaidKind, string>,
};

const helpful: SaidKind[] = ["question", "offer", "process"];
const NEAR_PX = 80; /* so near the end the log keeps to the end; further up the person is reading */

function Item({ view, id, said }: { view: View; id: SaidId; said: Said }) {
  const mayMark =
    view.may("turn.helped") && said.by !== view.me && helpful.includes(said.kind) && !said.helped;
  return (
    <li class={`said ${said.kind}${said.to ? " reply" : ""}${said.by === view.me ? " own" : ""}`}>
      <p class="said-by">
        <strong>
          <Own text={view.plain(said.by)} />
        </strong>{" "}
        <span>{words.kinds[said.kind]}</span>{" "}
        <time dateTime={new Date(said.at).toISOString()}>
          {clockTime(said.at, view.p.set.zone)}
        </time>
      </p>
      {said.text === undefined ? (
        <p class="quiet">{words.spoke}</p>
      ) : (
        <p class="said-text" dir="auto">
          {said.text}
        </p>
      )}
      {said.helped && (
        <p class="marked">
          <Icon is="lock" /> {words.marked}
        </p>
      )}
      {mayMark && (
        <ActButton
          kind="quiet"
          one={{
            label: words.helped,
            icon: "heart",
            method: "turn.helped",
            params: { said: id },
            key: `helped.${id}`,
          }}
        />
      )}
      <Refusal keys={[`helped.${id}`]} />
    </li>
  );
}

/** In the order of time, but an answer follows its question. */
function ordered(all: Record<SaidId, Said>): [SaidId, Said][] {
  const rows = Object.entries(all).sort(([a, x], [b, y]) => x.at - y.at || (a < b ? -1 : 1));
  const heads = rows.filter(([, said]) => !said.to || !all[said.to]);
  return heads.flatMap((head) => [head, ...rows.filter(([, said]) => said.to === head[0])]);
}

export function SaidLog({ view }: { view: View }) {
  const box = useRef<HTMLDivElement>(null);
  const rows = ordered(view.activity?.said ?? {});
  const count = rows.length;
  const was = useRef({ count: 0, near: true });
  useLayoutEffect(() => {
    const one = box.current;
    if (one && count !== was.current.count && was.current.near) one.scrollTop = one.scrollHeight;
    was.current.count = count;
  }, [count]);
  if (count === 0) return null;
  return (
    <section class="card log" aria-labelledby="log-title">
      <h2 id="log-title">{words.title}</h2>
      {view.may("turn.helped") && <SightLine input="turn.helped" lead={words.marks} />}
      <div
        class="log-box"
        ref={box}
        tabIndex={0}
        role="group"
        aria-labelledby="log-title"
        onScroll={(event) => {
          const one = event.currentTarget;
          was.current.near = one.scrollHeight - one.scrollTop - one.clientHeight < NEAR_PX;
        }}
      >
        <ol>
          {rows.map(([id, said]) => (
            <Item key={id} view={view} id={id} said={said} />
          ))}
        </ol>
      </div>
    </section>
  );
}
