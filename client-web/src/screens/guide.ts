/* What a screen gives: the one sentence of "What to do now", and what stands under it.
 *
 * A screen is a pure function: the picture in, a guide out. A new kind of activity is one file
 * here and one line in index.ts. */

import type { ComponentChildren } from "preact";
import type { Act } from "../parts/act.tsx";
import type { View } from "../state/view.ts";

export interface Guide {
  /** One sentence in plain English. Names inside are wrapped (words.ts). */
  say: string;
  /** A quieter second line. */
  more?: string | undefined;
  /** At most one main button. Left out where `body` brings its own. */
  main?: Act | undefined;
  body?: ComponentChildren;
  second?: Act[];
  /** A card of its own under the panel: to read, not to do. */
  beside?: ComponentChildren;
  /** It is this person's turn: the panel is drawn stronger and the title of the page says so. */
  mine?: boolean;
}

export interface Screen {
  kind: string;
  guide: (view: View) => Guide;
  /** The name of the present phase, for the ring and the announcements. */
  phase?: (phase: string) => string | undefined;
}
