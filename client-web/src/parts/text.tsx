/* Text with names in it. */

import { FSI, PDI } from "../words.ts";

/** A sentence whose names are wrapped in FSI and PDI: each name keeps to its own direction. */
export function Rich({ text }: { text: string }) {
  return (
    <>
      {text.split(FSI).map((piece, place) => {
        const end = place === 0 ? -1 : piece.indexOf(PDI);
        return end < 0
          ? piece
          : [<bdi dir="auto">{piece.slice(0, end)}</bdi>, piece.slice(end + 1)];
      })}
    </>
  );
}

/** The classes that hold. */
export const all = (...classes: (string | false | undefined)[]): string =>
  classes.filter(Boolean).join(" ");

/** A name, or anything a person wrote, in a place of its own. */
export function Own({ text }: { text: string }) {
  return <bdi dir="auto">{text}</bdi>;
}
