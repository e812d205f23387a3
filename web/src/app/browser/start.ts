/** Puts the client of one tab together out of what a browser has. */
import { encodeHex, randomBytes } from "../../core/bytes";
import { systemClock } from "../../engine/clock";
import { openDoor } from "../../net/open-door";
import { HttpCalls } from "../../net/http-calls";
import { PublicCalls } from "../../net/public-calls";
import { browserNetwork, systemTimers } from "../../nats/index";
import { IndexedDbRows } from "../../store/indexeddb";
import type { App } from "../api";
import { Host } from "../host/host";
import type { Phrases } from "../phrases";
import { routeOf } from "../route";
import { actionsOf } from "../tab/actions";
import { Tab } from "../tab/tab";
import { Badge } from "./badge";
import { Installing } from "./installing";
import { askForNotifications, Notifications, permission } from "./notifications";
import { Presence } from "./presence";
import { Sound } from "./sound";
import { Worker } from "./worker";

const TITLE = "kez";

/** Begins at once; the state says how far it has come. */
export function startApp(page: Window, phrases: Phrases): App {
  const worker = new Worker(page.navigator.serviceWorker ?? null, {
    updateWaits: () => remind({ update: true }), open: (path) => open(path),
  });
  const notifications = new Notifications(() => worker.registration, phrases);
  const sound = new Sound(page, () => tellWhere());
  const installing = new Installing(page, (install) => remind({ install }));
  const network = browserNetwork(page);
  const { origin } = page.location;

  const tab = new Tab({
    tab: encodeHex(randomBytes(8)), origin, page, storage: storageOf(page), permission, playSound: sound.play,
    locks: page.navigator.locks, openChannel: () => new BroadcastChannel("kez"),
    makeHost: (parts) => new Host({
      ...parts, origin, clock: systemClock, isOnline: () => page.navigator.onLine,
      openPlace: async (onClosed) => {
        const rows = await IndexedDbRows.open(page.indexedDB, "kez", onClosed);
        return { rows, vault: rows };
      },
      server: new PublicCalls(new HttpCalls({ base: "", fetch: page.fetch.bind(page), timers: systemTimers })),
      painted: () => painted(page),
      openDoor: (account, natsUrl) => openDoor({ account, base: "", natsUrl, network }),
      attend: ({ notification, sound }) => {
        if (notification !== null) notifications.show(notification);
        if (sound !== null) tab.sound(sound);
      },
      allRead: (conv) => notifications.clear(conv),
    }),
  });
  const app: App = {
    state: tab.store,
    actions: actionsOf(tab, {
      askForNotifications, install: () => installing.install(),
      reloadForUpdate: () => worker.update(), reload: () => page.location.reload(),
    }),
  };

  const presence = new Presence(page, {
    changed: () => tellWhere(), returned: () => void tab.call("look"), network: () => tab.networkChanged(),
    leaving: () => void tab.call("leaving", tab.parts.tab),
  });
  const badge = new Badge(page.document);
  let told = "";
  /** The tab that leads knows where each one is. */
  function tellWhere(): void {
    const conv = presence.isLookedAt ? (tab.store.get().open?.conv ?? null) : null;
    const where = `${conv} ${sound.canPlay}`;
    if (where === told || tab.store.get().phase.kind !== "ready") return;
    told = where;
    void tab.call("viewing", { tab: tab.parts.tab, conv, canSound: sound.canPlay });
  }
  function remind(reminders: Partial<ReturnType<typeof tab.store.get>["reminders"]>): void {
    tab.store.set({ reminders: { ...tab.store.get().reminders, ...reminders } });
  }
  function open(path: string): void {
    page.focus();
    const url = new URL(path, origin);
    tab.router.go(routeOf(url));
  }

  let before = tab.store.get();
  tab.store.subscribe(() => {
    const now = tab.store.get();
    if (now.role !== before.role || now.phase !== before.phase) told = "";
    if (now.open?.conv !== before.open?.conv || told === "") tellWhere();
    if (now.counts !== before.counts || now.role !== before.role) badge.show(now.counts, TITLE, now.role === "leader");
    if (now.role === "leader" && now.counts.requests < before.counts.requests) notifications.clear("requests");
    if (now.phase.kind !== "ready" && before.phase.kind === "ready") notifications.clearAll();
    // What is stored is all that there is: it is not to go when the disk fills up.
    if (now.phase.kind === "ready" && before.phase.kind !== "ready") page.navigator.storage?.persist?.().catch(() => undefined);
    before = now;
  });

  if (page.isSecureContext && page.crypto.subtle !== undefined && page.navigator.locks !== undefined) tab.start();
  else tab.store.set({ phase: { kind: "failed", reason: "insecure" } });
  void worker.start();
  return app;
}

/** The next frame; soon in any case, for a page out of sight has none. */
function painted(page: Window): Promise<void> {
  return new Promise((resolve) => {
    page.setTimeout(resolve, 250);
    page.requestAnimationFrame(() => page.setTimeout(resolve));
  });
}

/** null: the browser refuses it. */
function storageOf(page: Window): Storage | null {
  try {
    return page.localStorage;
  } catch {
    return null;
  }
}
