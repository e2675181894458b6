/* The parts of the page that are loaded after the first: for everybody, and for who leads. */

import { signal } from "@preact/signals";
import { after } from "./clock.ts";

export type Late = typeof import("../late.ts");
export type Desk = typeof import("../parts/desk.tsx");

export const late = signal<Late | undefined>(undefined);
export const desk = signal<Desk | undefined>(undefined);
/** A part could not be loaded: the page is older than the server, or there is no network. */
export const missing = signal(false);

const AGAIN_MS = 3_000;
const asked = new Set<string>();

function load<Part>(name: string, from: () => Promise<Part>, took: (part: Part) => void): void {
  if (asked.has(name)) return;
  asked.add(name);
  from().then(
    (part) => {
      missing.value = false;
      took(part);
    },
    () => {
      missing.value = true;
      after(AGAIN_MS, () => {
        asked.delete(name);
        load(name, from, took);
      });
    },
  );
}

export const loadLate = (): void =>
  load(
    "late",
    () => import("../late.ts"),
    (part) => {
      late.value = part;
    },
  );
export const loadDesk = (): void =>
  load(
    "desk",
    async () => {
      const [part] = await Promise.all([import("../parts/desk.tsx"), dress(DESK_STYLE)]);
      return part;
    },
    (part) => {
      desk.value = part;
    },
  );

declare const DESK_STYLE: string; /* its address, put in by build.mjs */

/** Add a style sheet to the page; done when it is there. */
function dress(href: string): Promise<void> {
  return new Promise((done, failed) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      failed(new Error(href));
    };
    document.head.append(link);
  });
}
