import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../texts/t.js";
import { Button, IconButton } from "./button.js";
import { classes } from "./classes.js";
import { Icon } from "./icon.js";

export interface ToastProps {
  readonly kind: "info" | "good" | "warning" | "danger";
  readonly children: ComponentChildren;
  readonly action?: { readonly label: string; readonly onSelect: () => void } | undefined;
  readonly onClose: () => void;
  /** Milliseconds until it goes by itself; null: it stays. */
  readonly lasts: number | null;
}

const icons = { info: "info", good: "check", warning: "alert", danger: "error" } as const;

/** One thing that happened. It waits while it is pointed at or has the focus. */
export function Toast({ kind, children, action, onClose, lasts }: ToastProps) {
  const held = useRef(false);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (lasts === null) return;
    let left = lasts;
    const timer = setInterval(() => {
      if (held.current) return;
      left -= 250;
      if (left <= 0) close.current();
    }, 250);
    return () => clearInterval(timer);
  }, [lasts]);
  const hold = (value: boolean) => () => { held.current = value; };
  return (
    <div class={classes("toast", `toast-${kind}`)} onPointerEnter={hold(true)} onPointerLeave={hold(false)}
      onFocusIn={hold(true)} onFocusOut={hold(false)}>
      <Icon name={icons[kind]} size={20} />
      <p class="toast-text">{children}</p>
      {action !== undefined && <Button kind="quiet" size="small" class="toast-action" onClick={action.onSelect}>{action.label}</Button>}
      <IconButton icon="close" size="small" label={t("common.close")} onClick={onClose} />
    </div>
  );
}
