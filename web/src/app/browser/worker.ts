/** The service worker as the page sees it: the offline shell, updates that wait to be asked for, clicks on notifications. */
import { isFromWorker, type ToWorker } from "./worker-messages";

export interface WorkerEvents {
  /** A new version of the client waits. */
  readonly updateWaits: () => void;
  /** A notification was clicked. */
  readonly open: (path: string) => void;
}

export class Worker {
  private readonly container: ServiceWorkerContainer | null;
  private readonly events: WorkerEvents;
  private waiting: ServiceWorker | null = null;

  /** @param container null: the browser has none, or the page is not secure */
  constructor(container: ServiceWorkerContainer | null, events: WorkerEvents) {
    this.container = container;
    this.events = events;
  }

  get registration(): Promise<ServiceWorkerRegistration | null> {
    return this.container?.getRegistration().then((found) => found ?? null, () => null) ?? Promise.resolve(null);
  }

  async start(): Promise<void> {
    const { container } = this;
    if (container === null) return;
    container.addEventListener("message", ({ data }) => { if (isFromWorker(data)) this.events.open(data.path); });
    // The first one takes over a page that had none; one that follows another means that the client was updated.
    let hadOne = container.controller !== null;
    container.addEventListener("controllerchange", () => {
      if (hadOne) location.reload();
      hadOne = true;
    });
    try {
      const registration = await container.register("/sw.js", { scope: "/" });
      this.watch(registration);
      registration.addEventListener("updatefound", () => this.watch(registration));
      // The page was opened long ago: look for a new version when it is looked at again. Nothing is asked by a timer.
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") registration.update().catch(() => undefined);
      });
    } catch {
      // Without it everything works but the start without a network, and notifications.
    }
  }

  /** The waiting version takes over, and every page loads anew. */
  update(): void {
    if (this.waiting === null) location.reload();
    else this.waiting.postMessage({ kind: "take-over" } satisfies ToWorker);
  }

  private watch(registration: ServiceWorkerRegistration): void {
    const found = (): void => {
      if (registration.waiting === null || registration.active === null) return;
      this.waiting = registration.waiting;
      this.events.updateWaits();
    };
    found();
    const { installing } = registration;
    installing?.addEventListener("statechange", () => { if (installing.state === "installed") found(); });
  }
}
