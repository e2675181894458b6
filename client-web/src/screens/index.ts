/* One line for each kind of activity. */

import type { View } from "../state/view.ts";
import { stageWords } from "../words.ts";
import { agenda } from "./agenda.tsx";
import { check_in } from "./check_in.tsx";
import { close } from "./close.tsx";
import { pause } from "./break.tsx";
import type { Guide, Screen } from "./guide.ts";
import { restGuide } from "./meeting.tsx";
import { open } from "./open.tsx";
import { open_talk } from "./open_talk.tsx";
import { presenter_turn } from "./presenter_turn.tsx";

const screens: Screen[] = [open, check_in, agenda, presenter_turn, open_talk, pause, close];

const byKind = new Map(screens.map((one) => [one.kind, one]));

/** What this person should do now. `end` is when the meeting is expected to end. */
export function guideOf(view: View, end: number | undefined): Guide {
  const { activity } = view;
  if (!activity) return restGuide(view, end);
  /* A kind this page does not know is still a talk with a queue: never a blank page. */
  return (byKind.get(activity.kind) ?? open_talk).guide(view);
}

/** The name of the present phase, where the kind has phases with names. */
export const phaseOnly = (kind: string, phase: string): string | undefined =>
  byKind.get(kind)?.phase?.(phase);

/** The name of the present phase, or else of the kind. */
export const phaseName = (kind: string, phase: string): string =>
  phaseOnly(kind, phase) ?? stageWords[kind] ?? "";
