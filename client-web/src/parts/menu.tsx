/* Settings of this device, one's name, being away, help, and the way out. */

import { useSignal } from "@preact/signals";
import { Help } from "../pages/help.tsx";
import { choose, settings, type Settings } from "../state/settings.ts";
import type { View } from "../state/view.ts";
import { ActButton, Refusal } from "./act.tsx";
import { Dialog } from "./dialog.tsx";
import { Rename } from "./rename.tsx";

const words = {
  title: "Menu",
  device: "On this device",
  settings: {
    hideSeconds: "Hide the seconds on the clock",
    bigTimer: "Make the clock very large",
    sound: "Play a soft sound when it is my turn",
    readOut: "Tell my screen reader what people write",
  } satisfies Record<keyof Settings, string>,
  away: "I am away for a moment",
  back: "I am back",
  awayMore: "Others see the word “away”. Your place is kept.",
  help: "How this works",
  out: "Sign out on this device",
  outMore: "You can come back with your link at any time.",
};

function Switch({ name }: { name: keyof Settings }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={settings.value[name]}
        onChange={(event) => choose({ [name]: event.currentTarget.checked })}
      />
      <span>{words.settings[name]}</span>
    </label>
  );
}

export function Menu({
  view,
  onClose,
  onSignOut,
}: {
  view: View;
  onClose: () => void;
  onSignOut: () => void;
}) {
  const help = useSignal(false);
  const away = view.p.roster[view.me]?.here === "away";
  return (
    <Dialog title={help.value ? words.help : words.title} onClose={onClose}>
      {help.value ? (
        <Help />
      ) : (
        <div class="menu">
          {view.may("you.rename") && <Rename view={view} />}
          <h3>{words.device}</h3>
          {(Object.keys(words.settings) as (keyof Settings)[]).map((name) => (
            <Switch name={name} />
          ))}
          {view.may("presence.away") && (
            <div class="menu-row">
              <ActButton
                one={{
                  label: away ? words.back : words.away,
                  method: "presence.away",
                  params: { on: !away },
                }}
              />
              {!away && <p class="quiet">{words.awayMore}</p>}
              <Refusal keys={["presence.away"]} />
            </div>
          )}
          <div class="menu-row">
            <button
              type="button"
              class="button second"
              onClick={() => {
                help.value = true;
              }}
            >
              {words.help}
            </button>
          </div>
          <div class="menu-row">
            <button type="button" class="button second" onClick={onSignOut}>
              {words.out}
            </button>
            <p class="quiet">{words.outMore}</p>
          </div>
        </div>
      )}
    </Dialog>
  );
}
