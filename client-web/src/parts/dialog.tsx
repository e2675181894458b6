/* A box over the page: the browser's own, so that focus, Escape and what lies under it are
 * right. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

const words = { close: "Close" };

export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    box.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={box}
      class={wide ? "box wide" : "box"}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === box.current) box.current?.close();
      }}
    >
      <div class="box-inside">
        <div class="box-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="button quiet" onClick={() => box.current?.close()}>
            {words.close}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
