import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../texts/t.js";
import { Button, IconButton } from "./button.js";
import { classes } from "./classes.js";

export interface DialogProps {
  readonly title: ComponentChildren;
  /** Asked to go: by Esc, the cross or a click beside it. Whoever shows the dialog stops showing it. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons below, the one to press last. */
  readonly actions?: ComponentChildren;
  readonly size?: "small" | "normal" | "large";
  /** Nothing but its buttons closes it. */
  readonly insistent?: boolean;
  readonly class?: string | undefined;
}

/**
 * A window over the page, there as long as it is rendered. The browser's own `<dialog>` keeps the focus inside, makes the
 * rest inert, and gives the focus back.
 */
export function Dialog({ title, onClose, children, actions, size = "normal", insistent = false, class: more }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      // What is removed from the page gives no focus back.
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const beside = useRef(false);
  return (
    <dialog ref={dialog} class={classes("dialog", `dialog-${size}`, more)} aria-labelledby={id}
      onCancel={(event) => {
        // A file chooser inside tells of its cancelling too.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        if (!insistent) onClose();
      }}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
      onPointerDown={(event) => { beside.current = event.target === dialog.current; }}
      onClick={(event) => { if (beside.current && event.target === dialog.current && !insistent) onClose(); }}>
      <div class="dialog-sheet">
        <header class="dialog-head">
          <h2 id={id} class="dialog-title">{title}</h2>
          {!insistent && <IconButton icon="close" size="small" label={t("common.close")} onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
        {actions !== undefined && <footer class="dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
  /** What the button that does it says: a verb. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A question with one answer that does something. */
export function Confirm({ title, children, confirm, danger = false, busy = false, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} size="small" onClose={onClose} actions={
      <>
        <Button kind="quiet" onClick={onClose} autofocus={danger}>{t("common.cancel")}</Button>
        <Button kind={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>{confirm}</Button>
      </>
    }>{children}</Dialog>
  );
}
