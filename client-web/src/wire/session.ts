/* The door: an invite becomes a session, a session tells its seats, and ends. */

export interface Joined {
  seat: string;
  set: { id: string; name: string };
  role: string;
  name?: string;
}
export interface Held {
  seat: string;
  set: { id: string; name: string } | string;
  role: string;
  name?: string;
}

export type JoinOutcome =
  | { is: "joined"; joined: Joined }
  | { is: "unknown" }
  | { is: "wait"; seconds: number }
  | { is: "failed" };

const SESSION = "/api/v1/session";

/** Give the invite's token for a session. Only a person's click calls this: a GET consumes
 * nothing. */
export async function join(token: string): Promise<JoinOutcome> {
  try {
    const response = await fetch(SESSION, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ invite: token }),
    });
    if (response.ok) return { is: "joined", joined: (await response.json()) as Joined };
    if (response.status === 429) {
      return { is: "wait", seconds: Number(response.headers.get("retry-after")) || 60 };
    }
    return { is: response.status >= 500 ? "failed" : "unknown" };
  } catch {
    return { is: "failed" };
  }
}

/** The seats this browser holds; undefined when the server cannot be reached. */
export async function seats(): Promise<Held[] | undefined> {
  try {
    const response = await fetch(SESSION, {
      headers: { accept: "application/json" },
      cache: "no-store",
    });
    if (response.status === 401) return [];
    if (!response.ok) return undefined;
    return ((await response.json()) as { seats: Held[] }).seats;
  } catch {
    return undefined;
  }
}

/** End the session everywhere. False when the server could not be told. */
export async function signOut(): Promise<boolean> {
  try {
    return (await fetch(SESSION, { method: "DELETE" })).ok;
  } catch {
    return false;
  }
}
