/* What a person has typed and not yet sent, kept on this device by seat and input.
 *
 * The server holds no unsent text, so a reload, a lost connection or a refusal must not lose it
 * here. Bounded: the oldest drafts go first. */

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

const PREFIX = "peerset.draft.";
const DRAFTS_MAX = 60;
const AGE_MS_MAX = 30 * 24 * 3600 * 1000;

interface Kept {
  text: string;
  at: number;
}

const parse = (value: string | null): Kept | undefined => {
  try {
    const kept = JSON.parse(value ?? "null") as Partial<Kept> | null;
    return kept && typeof kept.text === "string" && typeof kept.at === "number"
      ? (kept as Kept)
      : undefined;
  } catch {
    return undefined;
  }
};

export class Drafts {
  #store: Store | undefined;
  #seat: string;

  constructor(store: Store | undefined, seat: string) {
    this.#store = store;
    this.#seat = seat;
  }

  #key(input: string): string {
    return `${PREFIX}${this.#seat}.${input}`;
  }

  get(input: string): string {
    try {
      return parse(this.#store?.getItem(this.#key(input)) ?? null)?.text ?? "";
    } catch {
      return "";
    }
  }

  /** False when this device would not keep it: then the person is told. */
  set(input: string, text: string, at: number): boolean {
    try {
      if (!this.#store) return false;
      if (text === "") this.#store.removeItem(this.#key(input));
      else this.#store.setItem(this.#key(input), JSON.stringify({ text, at } satisfies Kept));
      this.#prune(at);
      return true;
    } catch {
      return false;
    }
  }

  /** Forget every draft of this seat: signing out leaves nothing behind. */
  clear(): void {
    for (const key of this.#keys(`${PREFIX}${this.#seat}.`)) this.#store?.removeItem(key);
  }

  #keys(prefix: string): string[] {
    const keys: string[] = [];
    for (let i = 0; i < (this.#store?.length ?? 0); i++) {
      const key = this.#store?.key(i);
      if (key?.startsWith(prefix)) keys.push(key);
    }
    return keys;
  }

  #prune(at: number): void {
    const kept = this.#keys(PREFIX).map((key) => ({
      key,
      at: parse(this.#store?.getItem(key) ?? null)?.at ?? 0,
    }));
    kept.sort((a, b) => b.at - a.at);
    kept.forEach((one, place) => {
      if (place >= DRAFTS_MAX || at - one.at > AGE_MS_MAX) this.#store?.removeItem(one.key);
    });
  }
}
