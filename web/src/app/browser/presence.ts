/** Whether somebody looks at the page, and when they come back to it. */
export interface PresenceEvents {
  /** It is looked at, or no longer. */
  readonly changed: () => void;
  /** Looked at again, or the network is back: time to see whether something was missed. */
  readonly returned: () => void;
  readonly network: () => void;
  readonly leaving: () => void;
}

/** Milliseconds: coming back is told by several events at once. */
const PAUSE = 1000;

export class Presence {
  private readonly page: Window;
  private returnedAt = 0;

  constructor(page: Window, events: PresenceEvents) {
    this.page = page;
    const returned = (): void => {
      const now = Date.now();
      if (now - this.returnedAt < PAUSE && now >= this.returnedAt) return;
      this.returnedAt = now;
      events.returned();
    };
    const looked = (): void => {
      events.changed();
      if (this.isLookedAt) returned();
    };
    page.document.addEventListener("visibilitychange", looked);
    page.addEventListener("focus", looked);
    page.addEventListener("blur", events.changed);
    page.addEventListener("online", () => { events.network(); returned(); });
    page.addEventListener("offline", events.network);
    page.addEventListener("pagehide", events.leaving);
    // Out of the browser's cache of pages, as if nothing had happened.
    page.addEventListener("pageshow", looked);
  }

  /** On the screen, and what is typed goes here. */
  get isLookedAt(): boolean {
    return this.page.document.visibilityState === "visible" && this.page.document.hasFocus();
  }
}
