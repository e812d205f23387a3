/** What is unread, where it shows without the page: in its title, its icon, and on the installed app. */
import type { Counts } from "../state";

const ICON = "/icon.svg";

export class Badge {
  private readonly page: Document;
  private shown = -1;

  constructor(page: Document) {
    this.page = page;
  }

  /** @param title of the page without a count; @param onApp whether this tab speaks for the installed app */
  show({ unread }: Counts, title: string, onApp: boolean): void {
    const text = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
    if (this.page.title !== text) this.page.title = text;
    if (unread === this.shown) return;
    this.shown = unread;
    void this.drawIcon(unread);
    if (onApp && "setAppBadge" in navigator) {
      (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => undefined);
    }
  }

  private async drawIcon(count: number): Promise<void> {
    const link = this.page.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    if (count === 0) {
      link.href = ICON;
      return;
    }
    // Drawn by code that only comes when something is unread.
    const icon = await import("./badge-icon").then(({ iconWith }) => iconWith(this.page, ICON, count)).catch(() => null);
    if (icon !== null && this.shown === count) link.href = icon;
  }
}
