/**
 * The service worker: keeps the client's own files for a start without a network, and leads from a notification to the
 * message. It sees no message and holds no key; what the API answers it never touches.
 *
 * One build, one cache: a page gets all of its files from the build that it was opened with. The next build waits until
 * somebody agrees to load the pages anew.
 */
import type { FromWorker, NotificationData, ToWorker } from "./app/browser/worker-messages";

declare const self: ServiceWorkerGlobalScope;
/** Written in by the build: a hash of all files, and their paths. */
declare const BUILD: string;
declare const SHELL: readonly string[];

const CACHE = `kez-shell-${BUILD}`;
const files = new Set(SHELL);
/** Paths of the server's own: never answered from here. */
const SERVERS = ["/v1/", "/nats", "/.well-known/", "/sw.js"];

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const answer = answerFor(event.request);
  if (answer !== null) event.respondWith(answer);
});
self.addEventListener("message", ({ data }) => {
  const message = data as Partial<ToWorker> | null;
  if (message?.kind === "take-over") void self.skipWaiting();
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(pathOf(event.notification.data)));
});

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: all files are of this build, or the installation fails and is tried again.
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload" })));
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("kez-shell-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

/** null: as if there were no worker. */
function answerFor(request: Request): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return null;
  if (SERVERS.some((path) => url.pathname.startsWith(path))) return null;
  // Every place of the client is the same page.
  if (request.mode === "navigate") return url.pathname.includes(".") && !files.has(url.pathname) ? null : kept("/", request);
  return files.has(url.pathname) ? kept(url.pathname, request) : null;
}

async function kept(path: string, request: Request): Promise<Response> {
  const found = await caches.open(CACHE).then((cache) => cache.match(path), () => undefined);
  return found ?? fetch(request);
}

async function open(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const [page] = windows.filter(({ focused }) => focused).concat(windows);
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ kind: "open", path } satisfies FromWorker);
  await page.focus().catch(() => undefined);
}

/** A notification of ours holds a path; whatever else, the list. */
function pathOf(data: unknown): string {
  const { path } = (typeof data === "object" && data !== null ? data : {}) as Partial<NotificationData>;
  return typeof path === "string" && path.startsWith("/") && !path.startsWith("//") ? path : "/messages";
}
