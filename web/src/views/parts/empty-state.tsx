import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.js";

export interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** What to do about it. */
  readonly action?: ComponentChildren;
}

/** Where nothing is yet: what would be here, and how it gets here. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div class="empty">
      <span class="empty-icon"><Icon name={icon} size={28} /></span>
      <p class="empty-title">{title}</p>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {action !== undefined && <div class="empty-action">{action}</div>}
    </div>
  );
}
