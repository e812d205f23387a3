/** Installing as an app, where the browser offers it. */

/** Of Chromium's `beforeinstallprompt`, which no list of types holds. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

function isInstallEvent(event: Event): event is InstallEvent {
  return "prompt" in event && typeof event.prompt === "function";
}

export class Installing {
  private offer: InstallEvent | null = null;
  private readonly changed: (isOffered: boolean) => void;

  constructor(page: Pick<Window, "addEventListener">, changed: (isOffered: boolean) => void) {
    this.changed = changed;
    page.addEventListener("beforeinstallprompt", (event) => {
      if (!isInstallEvent(event)) return;
      // Asked from the settings, not by a bar of the browser's.
      event.preventDefault();
      this.become(event);
    });
    page.addEventListener("appinstalled", () => this.become(null));
  }

  async install(): Promise<void> {
    const { offer } = this;
    this.become(null);
    await offer?.prompt();
  }

  private become(offer: InstallEvent | null): void {
    this.offer = offer;
    this.changed(offer !== null);
  }
}
