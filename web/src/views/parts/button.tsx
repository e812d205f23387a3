import type { ComponentChildren, JSX, Ref } from "preact";
import { classes } from "./classes.js";
import { Icon, type IconName } from "./icon.js";
import { Spinner } from "./spinner.js";

type Native = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "size" | "icon" | "label" | "class" | "ref">;

export interface ButtonProps extends Native {
  /** `primary`: the one thing to do here. `danger`: what cannot be undone. `quiet`: no frame until pointed at. */
  readonly kind?: "primary" | "secondary" | "quiet" | "danger";
  readonly size?: "normal" | "small" | "large";
  readonly icon?: IconName | undefined;
  /** Under way: it takes no second click, and keeps its width. */
  readonly busy?: boolean | undefined;
  /** As wide as what it is in. */
  readonly wide?: boolean;
  readonly class?: string | undefined;
  readonly children: ComponentChildren;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function Button(
  { kind = "secondary", size = "normal", icon, busy = false, wide = false, class: more, children, buttonRef, disabled, ...rest }: ButtonProps,
) {
  return (
    <button type="button" {...rest} {...(buttonRef === undefined ? {} : { ref: buttonRef })}
      class={classes("button", `button-${kind}`, size !== "normal" && `button-${size}`, wide && "button-wide", more)}
      disabled={disabled} aria-disabled={busy || undefined} aria-busy={busy || undefined}
      {...(busy ? { onClick: (event: Event) => event.preventDefault() } : {})}>
      {busy ? <Spinner size={16} label={null} /> : icon !== undefined && <Icon name={icon} size={size === "small" ? 16 : 18} />}
      <span class="button-text">{children}</span>
    </button>
  );
}

export interface IconButtonProps extends Native {
  readonly icon: IconName;
  /** Its name, which also shows when it is pointed at. */
  readonly label: string;
  readonly size?: "normal" | "small" | "large";
  readonly kind?: "quiet" | "primary" | "secondary";
  readonly class?: string | undefined;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, size = "normal", kind = "quiet", class: more, buttonRef, ...rest }: IconButtonProps) {
  return (
    <button type="button" title={label} {...rest} {...(buttonRef === undefined ? {} : { ref: buttonRef })} aria-label={label}
      class={classes("button", "icon-button", `button-${kind}`, size !== "normal" && `button-${size}`, more)}>
      <Icon name={icon} size={size === "small" ? 18 : 20} />
    </button>
  );
}
