/* The way in: which page the address asks for.
 *
 *   #/join/TOKEN --button--> #/set/SET.SEAT --sign out--> #/
 *   #/ --one seat--> #/set/SET.SEAT */

import { signal } from "@preact/signals";
import { render } from "preact";
import { JoinPage } from "./pages/join.tsx";
import { RoomPage } from "./pages/room.tsx";
import { SeatsPage } from "./pages/seats.tsx";
import { announcer, begin, drafts, enter, leave } from "./state/room.ts";
import { loadLate } from "./state/parts.ts";
import { watch } from "./state/watch.ts";
import { signOut } from "./wire/session.ts";
import "./styles/app.css";

const SEAT_KEY = "peerset.seat";

type Route =
  | { page: "join"; token: string }
  | { page: "set"; seat: string }
  | { page: "seats"; signedOut: boolean };

function readRoute(): Route {
  const join = /^#\/join\/([A-Za-z0-9._~-]+)$/.exec(location.hash);
  if (join?.[1]) return { page: "join", token: join[1] };
  const set = /^#\/set\/([A-Za-z0-9_-]+\.[a-z]\d{1,2})$/.exec(location.hash);
  if (set?.[1]) return { page: "set", seat: set[1] };
  const kept = keptSeat();
  return kept ? { page: "set", seat: kept } : { page: "seats", signedOut: false };
}

/** Each window keeps its own seat, so that one browser may hold several. */
function keptSeat(): string | undefined {
  try {
    return sessionStorage.getItem(SEAT_KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function keepSeat(seat: string | undefined): void {
  try {
    if (seat) sessionStorage.setItem(SEAT_KEY, seat);
    else sessionStorage.removeItem(SEAT_KEY);
  } catch {
    /* The address has it too. */
  }
}

const route = signal<Route>(readRoute());

/** Go in. `replace`: the entry in the history that holds a token must not stay. */
function sit(seat: string): void {
  history.replaceState(null, "", `#/set/${seat}`);
  keepSeat(seat);
  route.value = { page: "set", seat };
  enter(seat);
}

async function stand(): Promise<void> {
  await signOut();
  drafts.clear();
  keepSeat(undefined);
  leave();
  history.replaceState(null, "", "#/");
  route.value = { page: "seats", signedOut: true };
}

function follow(): void {
  const next = readRoute();
  if (next.page === "set") sit(next.seat);
  else {
    leave();
    route.value = next;
  }
}

function Page() {
  const at = route.value;
  switch (at.page) {
    case "join":
      return <JoinPage key={at.token} token={at.token} onJoined={(joined) => sit(joined.seat)} />;
    case "set":
      return <RoomPage onSignOut={() => void stand()} />;
    case "seats":
      return <SeatsPage key={String(at.signedOut)} signedOut={at.signedOut} onSeat={sit} />;
  }
}

function App() {
  return (
    <>
      <Page />
      <div class="unseen" role="status" aria-live="polite" aria-atomic="true">
        {announcer.spoken}
      </div>
    </>
  );
}

/** The shell works without a network; the meeting does not, and says so. */
function keepShell(): void {
  const worker = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!worker) return;
  try {
    const types = (
      globalThis as {
        trustedTypes?: {
          createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
        };
      }
    ).trustedTypes;
    const url =
      types
        ?.createPolicy("peerset-sw", {
          createScriptURL: (asked: string) => {
            if (asked !== "/sw.js") throw new TypeError(asked);
            return asked;
          },
        })
        .createScriptURL("/sw.js") ?? "/sw.js";
    void worker.register(url).catch(() => undefined);
  } catch {
    /* Only the offline shell is missing. */
  }
}

begin();
watch();
loadLate();
addEventListener("hashchange", follow);
follow();
const root = document.getElementById("app");
if (root) render(<App />, root);
keepShell();

/* For the browser tests: what was said aloud, in order. */
Object.assign(globalThis, { peerset: { announced: announcer.log } });
