/* What a person likes, kept on this device. Nothing here is sent. */

import { effect, signal } from "@preact/signals";

const KEY = "peerset.settings";

export interface Settings {
  hideSeconds: boolean;
  bigTimer: boolean;
  sound: boolean;
  readOut: boolean;
}

const usual: Settings = { hideSeconds: false, bigTimer: false, sound: false, readOut: true };

const read = (): Settings => {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>) };
  } catch {
    return usual;
  }
};

export const settings = signal<Settings>(read());

export function choose(change: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...change };
}

effect(() => {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.value));
  } catch {
    /* A device that keeps nothing still has them for this page. */
  }
});
