/* A page with one thing on it: joining, choosing, waiting, goodbye. */

import type { ComponentChildren } from "preact";
import { Mark } from "../parts/icons.tsx";
import { Rich } from "../parts/text.tsx";

export function Alone({
  title,
  more,
  children,
}: {
  title: string;
  more?: string | undefined;
  children?: ComponentChildren;
}) {
  return (
    <main class="alone">
      <div class="alone-card">
        <p class="alone-brand">
          <Mark /> Peerset
        </p>
        <h1 id="step" tabIndex={-1}>
          <Rich text={title} />
        </h1>
        {more && (
          <p class="alone-more">
            <Rich text={more} />
          </p>
        )}
        {children}
      </div>
    </main>
  );
}
