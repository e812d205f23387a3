import type { ComponentChildren } from "preact";
import { classes } from "./classes.js";
import { Icon, type IconName } from "./icon.js";

export interface BannerProps {
  readonly kind: "info" | "good" | "warning" | "danger";
  readonly title?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly icon?: IconName;
  /** It appeared just now and must be heard at once. */
  readonly urgent?: boolean;
  readonly class?: string;
}

const icons = { info: "info", good: "check", warning: "alert", danger: "shieldAlert" } as const;

/** Something to know about what is below it, as long as it is true. */
export function Banner({ kind, title, children, actions, icon = icons[kind], urgent = false, class: more }: BannerProps) {
  return (
    <div class={classes("banner", `banner-${kind}`, more)} {...(urgent ? { role: "alert" } : {})}>
      <Icon name={icon} size={20} />
      <div class="banner-text">
        {title !== undefined && <p class="banner-title">{title}</p>}
        {children !== undefined && <div class="banner-body">{children}</div>}
      </div>
      {actions !== undefined && <div class="banner-actions">{actions}</div>}
    </div>
  );
}
