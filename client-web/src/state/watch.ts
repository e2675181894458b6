/* What is said aloud, when focus moves and what the title of the page is: all from comparing a
 * picture with the one before (domain.md, section 15). Nothing here is seen. */

import { effect } from "@preact/signals";
import { handWords } from "../words.ts";
import type { Picture } from "../wire/picture.ts";
import { after, now } from "./clock.ts";
import { late } from "./parts.ts";
import { announcer, link, picture, sending } from "./room.ts";
import { settings } from "./settings.ts";
import {
  leftOf,
  myTurn,
  nextInRound,
  roundOf,
  speakerOf,
  stepOf,
  viewOf,
  type View,
} from "./view.ts";
import { spell } from "../words.ts";

const words = {
  late: (at: number, of: number) => `You have joined at step ${at} of ${of}.`,
  step: (at: number, of: number, title: string) => `Step ${at} of ${of}: ${title}.`,
  phase: (name: string) => `Now: ${name}.`,
  turn: "It is your turn.",
  answer: "It is your turn to answer.",
  next: "You are next. No need to do anything yet.",
  speaks: (name: string) => `${name} has the floor.`,
  free: "You do not have the floor any more.",
  still: "Do you still want to speak?",
  hand: (name: string, what: string) => `${name} ${what}.`,
  paused: "The clock is paused.",
  running: "The clock is running.",
  added: (time: string) => `${time} added.`,
  half: (time: string) => `Half the time is over. ${time} left.`,
  left: (time: string) => `${time} left.`,
  over: "Time is up. Please finish your sentence.",
  dropped: "The facilitator's connection is interrupted. The clock carries on.",
  acting: (name: string) => `${name} is leading for now.`,
  help: (name: string) => `${name} asks you for help.`,
  prompt: (text: string) => `A private question for you: ${text}`,
  witness: (name: string) => `${name} asks you to be a witness.`,
  undo: "You can undo this for a few seconds.",
  began: "The meeting has begun.",
  ended: "The meeting is over.",
  back: "You are back. Nothing was lost.",
  titleTurn: (set: string) => `● It is your turn – ${set}`,
  title: (set: string) => `${set} – Peerset`,
  lost: (set: string) => `Trying again… – ${set}`,
};

const say = (text: string, topic?: string, soon?: boolean): void =>
  announcer.say(text, topic, soon);

function stepsAndPhases(was: Picture, is: View): void {
  const { p } = is;
  const step = stepOf(p);
  if (p.meeting?.state !== was.meeting?.state) {
    if (p.meeting?.state === "live" && was.meeting?.state === "lobby") say(words.began, "meeting");
    if (p.meeting?.state === "ended") say(words.ended, "meeting");
  }
  if (p.meeting?.stage !== was.meeting?.stage || p.meeting?.state !== was.meeting?.state) {
    focusStep(() => {
      if (step) say(words.step(step.at, step.of, step.title), "step");
    });
    return;
  }
  if (p.activity && p.activity.phase !== was.activity?.phase) {
    say(words.phase(late.peek()?.phaseName(p.activity.kind, p.activity.phase) ?? ""), "phase");
  }
}

/** Have I just ended it myself? Then I need not be told. */
const ownDoing = (): boolean =>
  Object.keys(sending.peek()).some((key) => /^(floor|round|turn|stage|meeting|desk)\./.test(key));

function turns(was: Picture, is: View): void {
  const { p, me } = is;
  const speaker = speakerOf(p);
  if (speaker !== speakerOf(was)) {
    if (speaker === me) {
      say(p.floor.part === "answer" ? words.answer : words.turn, "turn", true);
      chime();
    } else if (speaker) say(words.speaks(is.name(speaker)), "turn");
    else if (speakerOf(was) === me && !ownDoing()) say(words.free, "turn");
  }
  if (p.floor.still_want && !was.floor.still_want && p.floor.holder === me)
    say(words.still, "turn");
  const round = roundOf(p.activity);
  const before = roundOf(was.activity);
  const first = round ? nextInRound(round) : p.floor.order[0];
  const firstBefore = round ? before && nextInRound(before) : was.floor.order[0];
  if (first === me && firstBefore !== me && speaker !== me) say(words.next, "next");
  if (!p.desk && p.you.undo_until !== undefined && was.you.undo_until === undefined)
    say(words.undo, "undo");
}

function writing(was: Picture, is: View): void {
  const { p, me } = is;
  if (!settings.peek().readOut || p.set.call || p.activity?.id !== was.activity?.id) return;
  for (const [id, said] of Object.entries(p.activity?.said ?? {})) {
    if (said.by !== me && said.text !== undefined && !was.activity?.said[id])
      say(`${is.name(said.by)}: ${said.text}`);
  }
}

function clock(was: Picture, is: Picture): void {
  if (is.activity?.phase_id !== was.activity?.phase_id) return;
  if (is.clock.state !== was.clock.state) {
    if (is.clock.state === "paused") say(words.paused, "clock");
    else if (is.clock.state === "running") say(words.running, "clock");
  }
  const added = is.clock.extended_ms - was.clock.extended_ms;
  if (added > 0) say(words.added(spell(added)), "clock");
}

function people(was: Picture, is: View): void {
  const { p, me } = is;
  if (p.desk) {
    for (const [seat, hand] of Object.entries(p.floor.hands)) {
      if (!was.floor.hands[seat] && seat !== me)
        say(words.hand(is.name(seat), handWords[hand.kind].up), `hand.${seat}`);
    }
    for (const seat of Object.keys(p.desk.help))
      if (!was.desk?.help[seat]) say(words.help(is.name(seat)));
  } else if (p.meeting?.facilitator_dropped && !was.meeting?.facilitator_dropped)
    say(words.dropped, "lead");
  if (p.meeting?.acting && p.meeting.acting !== was.meeting?.acting)
    say(words.acting(is.name(p.meeting.acting)), "lead");
  if (p.prompt?.state === "open" && p.prompt.id !== was.prompt?.id)
    say(words.prompt(p.prompt.text), "prompt");
  for (const [id, one] of Object.entries(p.commitments)) {
    if (
      one.witness === me &&
      one.witness_says === "asked" &&
      was.commitments[id]?.witness_says !== "asked"
    )
      say(words.witness(is.name(one.owner)));
  }
}

/** Move focus to the heading of the step, but never out of a text that is being written or a box
 * that is open: then `otherwise`. Looked at when the new screen stands, for the text may be gone
 * with the old one. */
function focusStep(otherwise: () => void): void {
  after(0, () => {
    const heading = document.getElementById("step");
    if (
      !heading ||
      document.activeElement?.closest("input, textarea, select, dialog") ||
      document.querySelector("dialog[open]")
    )
      otherwise();
    else heading.focus({ preventScroll: true });
  });
}

/** A text box that went with its screen leaves the focus nowhere: then it goes to the panel. */
function mindFocus(): void {
  let field: Element | undefined;
  document.addEventListener("focusin", ({ target }) => {
    field = target instanceof Element && target.closest("#now") ? target : undefined;
  });
  effect(() => {
    void picture.value;
    after(0, () => {
      if (!field || field.isConnected) return;
      field = undefined;
      if (document.activeElement !== document.body || document.querySelector("dialog[open]"))
        return;
      document.getElementById("now")?.focus({ preventScroll: true });
    });
  });
}

let audio: AudioContext | undefined;

/** Two soft notes, only for those who asked for them. */
function chime(): void {
  if (!settings.peek().sound) return;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    [523.25, 659.25].forEach((pitch, place) => {
      const tone = audio?.createOscillator();
      const loud = audio?.createGain();
      if (!audio || !tone || !loud) return;
      const at = audio.currentTime + place * 0.18;
      tone.frequency.value = pitch;
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(0.12, at + 0.03);
      loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.7);
      tone.connect(loud).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.75);
    });
  } catch {
    /* No sound on this device; the words say the same. */
  }
}

/** The moments of a phase that are said: half, two minutes, half a minute, the end. No more. */
function watchTime(): void {
  let last: { key: string; left: number } | undefined;
  effect(() => {
    const p = picture.value;
    const at = now.value;
    if (!p || p.clock.state !== "running") {
      last = undefined;
      return;
    }
    const left = leftOf(p, at);
    if (left === undefined) return;
    const key = `${p.activity?.phase_id}.${p.clock.extended_ms}`;
    const before = last?.key === key ? last.left : undefined;
    last = { key, left };
    if (before === undefined) return;
    const whole = p.clock.planned_ms + p.clock.extended_ms;
    const passed = (mark: number): boolean => before > mark && left <= mark;
    if (passed(0)) say(words.over, "time");
    else if (passed(30_000)) say(words.left(spell(30_000)), "time");
    else if (passed(120_000)) say(words.left(spell(120_000)), "time");
    else if (whole > 60_000 && passed(whole / 2)) say(words.half(spell(left)), "time");
  });
}

let lock: { release(): Promise<void> } | undefined;

/** Keep the screen of a phone awake during the meeting, where the browser can. */
async function keepAwake(live: boolean): Promise<void> {
  try {
    if (live && !lock && document.visibilityState === "visible") {
      lock = await navigator.wakeLock?.request("screen");
    } else if (!live) {
      await lock?.release();
      lock = undefined;
    }
  } catch {
    lock = undefined;
  }
}

export function watch(): void {
  let was: Picture | undefined;
  effect(() => {
    const p = picture.value;
    const is = link.value.is;
    if (!p) {
      was = undefined;
      return;
    }
    document.title =
      is === "lost"
        ? words.lost(p.set.name)
        : myTurn(p) && p.meeting?.state !== "ended"
          ? words.titleTurn(p.set.name)
          : words.title(p.set.name);
    const before = was;
    was = p;
    if (before === p) return;
    void keepAwake(p.meeting?.state === "live" || p.meeting?.state === "closing");
    if (!before) {
      const step = stepOf(p);
      if (step && step.at > 1) say(words.late(step.at, step.of), "step");
      return;
    }
    const view = viewOf(p, p.floor.hands[p.you.seat]?.kind);
    stepsAndPhases(before, view);
    turns(before, view);
    writing(before, view);
    clock(before, p);
    people(before, view);
  });
  let lost = false;
  effect(() => {
    const is = link.value.is;
    if (is === "lost") lost = true;
    else if (is === "open" && lost) {
      lost = false;
      say(words.back, "link");
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    lock = undefined;
    void keepAwake(picture.peek()?.meeting?.state === "live");
  });
  mindFocus();
  watchTime();
}
