/* Small drawings. Each stands beside its word, never instead of it. */

const drawings = {
  hand:
    "M7 11V5.5a1.5 1.5 0 0 1 3 0V10m0-5.5a1.5 1.5 0 0 1 3 0V10m0-4a1.5 1.5 0 0 1 3 0v5" +
    "m0-2.5a1.5 1.5 0 0 1 3 0V14a7 7 0 0 1-7 7h-.6a6 6 0 0 1-4.6-2.2L4 14.6" +
    "a1.6 1.6 0 0 1 2.4-2.1L8 14",
  speak: "M4 10v4m4-8v12m4-15v18m4-15v12m4-8v4",
  pause: "M8 5v14M16 5v14",
  play: "M8 5l11 7-11 7z",
  add: "M12 5v14M5 12h14",
  next: "M5 12h14m-6-6l6 6-6 6",
  more: "M5 7h14M5 12h14M5 17h14",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5 11h14v9H5z",
  eye:
    "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zm9.5-2.6" +
    "a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2",
  help:
    "M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1m0 3.2v.2M12 2.8" +
    "a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4",
  tick: "M4.5 12.5l5 5 10-11",
  heart: "M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z",
  call: "M4 7h10v10H4zM14 11l6-3.5v9L14 13",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7.5 8.5a7.5 7.5 0 0 1 15 0",
} as const;

export type Drawing = keyof typeof drawings;

export function Icon({ is }: { is: Drawing }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={drawings[is]} />
    </svg>
  );
}

/** The mark of Peerset: a circle of seats, one of them taken. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      {Array.from({ length: 8 }, (_, place) => {
        const angle = (place / 8) * 2 * Math.PI - Math.PI / 2;
        return (
          <circle
            cx={16 + 11.5 * Math.cos(angle)}
            cy={16 + 11.5 * Math.sin(angle)}
            r={place === 0 ? 4 : 2.6}
            class={place === 0 ? "mark-now" : "mark-seat"}
          />
        );
      })}
    </svg>
  );
}
