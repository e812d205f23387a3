/** What a page and its service worker say to each other. */
export type ToWorker = { readonly kind: "take-over" };
export type FromWorker = { readonly kind: "open"; readonly path: string };

export function isFromWorker(data: unknown): data is FromWorker {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === "open" && "path" in data && typeof data.path === "string";
}

/** What a notification carries, for the click on it. */
export interface NotificationData {
  readonly path: string;
}
