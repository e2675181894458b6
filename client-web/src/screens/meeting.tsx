/* The guides of the moments that are no activity: before the meeting, after it, and between
 * meetings. */

import { Rename } from "../parts/rename.tsx";
import { Rich } from "../parts/text.tsx";
import { clockTime, stageWords } from "../words.ts";
import type { View } from "../state/view.ts";
import type { Guide } from "./guide.ts";

const words = {
  none: "There is no meeting now.",
  noneMore: "When the facilitator opens one, it appears here by itself.",
  leadNone: "Open the meeting when you are ready.",
  leadNoneMore: "People can gather then. It begins only when you start it.",
  lobby: "You are in. Please wait for the start.",
  lobbyMore: "While you wait: what would you like to take home from today?",
  lead: "Start when enough people are here.",
  here: (n: number, of: number) => `${n} of ${of} are here.`,
  corridor: "The meeting is over. Stay for a chat, if you like.",
  between: "One moment. The next step is about to begin.",
  name: (name: string) => `Others see you as ${name}. Change it`,
  steps: "What we will do",
  ends: (time: string) => `If we began now, we would end at about ${time}.`,
};

/** The plan of the day, for those who wait. */
function Plan({ view }: { view: View }) {
  const { meeting } = view.p;
  if (!meeting || meeting.order.length === 0) return null;
  return (
    <>
      <h3>{words.steps}</h3>
      <ol class="plan">
        {meeting.order.map((id) => {
          const stage = meeting.stages[id];
          return (
            stage && (
              <li>
                <span>{stage.title || stageWords[stage.kind]}</span>{" "}
                <span class="quiet">{Math.round(stage.planned_ms / 60_000)} min</span>
              </li>
            )
          );
        })}
      </ol>
    </>
  );
}

export function restGuide(view: View, end: number | undefined): Guide {
  const { meeting } = view.p;
  switch (meeting?.state) {
    case "planned":
    case "lobby": {
      const people = Object.values(view.p.roster).filter(
        (one) => !one.removed && one.role !== "observer",
      );
      const here = people.filter((one) => one.here === "here").length;
      return {
        say: view.p.desk ? words.lead : words.lobby,
        more: view.p.desk ? words.here(here, people.length) : words.lobbyMore,
        body: (
          <>
            {view.may("you.rename") && (
              <details class="fold">
                <summary>
                  <span>
                    <Rich text={words.name(view.name(view.me))} />
                  </span>
                </summary>
                <Rename view={view} />
              </details>
            )}
            <Plan view={view} />
            {end !== undefined && (
              <p class="quiet">{words.ends(clockTime(end, view.p.set.zone))}</p>
            )}
          </>
        ),
      };
    }
    case "corridor":
      return { say: words.corridor };
    case "live":
    case "closing":
      return { say: words.between };
    case "ended":
    case undefined:
      return view.p.desk
        ? { say: words.leadNone, more: words.leadNoneMore }
        : { say: words.none, more: words.noneMore };
  }
}
