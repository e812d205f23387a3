/** Notifications, shown through the service worker: what they say was decrypted here and goes nowhere else. */
import { displayText } from "../../core/identity/display";
import type { ConvId } from "../../engine/model";
import type { Call } from "../host/attention";
import type { Phrases } from "../phrases";
import { pathOf } from "../route";
import type { Preferences } from "../state";
import type { NotificationData } from "./worker-messages";

/** Milliseconds in which what comes is told once: after a night without a network it comes by the hundred. */
const GATHER = 300;

/** Of requests, which say nothing of themselves. */
const REQUESTS = "kez-requests";
const ICON = "/icon-192.png";

export function permission(): Preferences["permission"] {
  return typeof Notification === "undefined" ? "unsupported" : Notification.permission;
}

export async function askForNotifications(): Promise<Preferences["permission"]> {
  if (typeof Notification === "undefined") return "unsupported";
  return Notification.requestPermission();
}

export class Notifications {
  private readonly registration: () => Promise<ServiceWorkerRegistration | null>;
  private readonly phrases: Phrases;
  private readonly waiting = new Map<string, Call>();
  /** One after the other: clearing what was read must not take what came after it. */
  private work: Promise<void> = Promise.resolve();

  constructor(registration: () => Promise<ServiceWorkerRegistration | null>, phrases: Phrases) {
    this.registration = registration;
    this.phrases = phrases;
  }

  /** One for each conversation: the next takes the place of the one before, and says how many there are. */
  show(call: Call): void {
    if (permission() !== "granted") return;
    if (this.waiting.size === 0) setTimeout(() => this.flush(), GATHER);
    this.waiting.set(call.conv ?? REQUESTS, call);
  }

  private flush(): void {
    const calls = [...this.waiting.values()];
    this.waiting.clear();
    for (const call of calls) this.then(() => this.showNow(call));
  }

  private async showNow(call: Call): Promise<void> {
    const registration = await this.registration();
    const path = pathOf({ page: "messages", conv: call.conv, message: call.conv === null ? null : call.message });
    // `renotify` is known to browsers and not yet to every list of types.
    const options: NotificationOptions & { readonly renotify: boolean } = {
      body: this.body(call), tag: call.conv ?? REQUESTS, renotify: true, icon: ICON, badge: ICON, silent: true,
      data: { path } satisfies NotificationData,
    };
    await registration?.showNotification(call.name ?? this.phrases.someone(), options).catch(() => undefined);
  }

  /** It was read, here or elsewhere. */
  clear(conv: ConvId | "requests"): void {
    const tag = conv === "requests" ? REQUESTS : conv;
    this.waiting.delete(tag);
    if (permission() === "granted") this.then(() => this.close({ tag }));
  }

  /** Nobody is signed in any more. */
  clearAll(): void {
    this.waiting.clear();
    this.then(() => this.close());
  }

  private then(work: () => Promise<void>): void {
    this.work = this.work.then(work).catch(() => undefined);
  }

  private async close(which?: GetNotificationOptions): Promise<void> {
    for (const shown of (await (await this.registration())?.getNotifications(which)) ?? []) shown.close();
  }

  private body({ conv, preview, count }: Call): string {
    if (conv === null) return this.phrases.request();
    if (count > 1 && preview === null) return this.phrases.newMessages(count);
    if (preview === null || preview.kind === "other") return this.phrases.newMessage();
    const text = displayText(preview.text, 160);
    const said = preview.kind === "file" ? this.phrases.file(text) : text;
    return count > 1 ? `${said}\n${this.phrases.newMessages(count)}` : said;
  }
}
