/** The list of conversations of one tab, in order, told once for all that changed in one go. */
import type { ConvId } from "../../engine/model";
import type { ConversationView, Counts } from "../state";

export class Conversations {
  private readonly changed: (conversations: readonly ConversationView[], counts: Counts) => void;
  private readonly views = new Map<ConvId, ConversationView>();
  private isTelling = false;
  private counts: Counts = { unread: 0, requests: 0 };

  constructor(changed: (conversations: readonly ConversationView[], counts: Counts) => void) {
    this.changed = changed;
  }

  get(conv: ConvId): ConversationView | null {
    return this.views.get(conv) ?? null;
  }

  put(view: ConversationView): void {
    this.views.set(view.id, view);
    this.soon();
  }

  remove(conv: ConvId): void {
    this.views.delete(conv);
    this.soon();
  }

  replace(views: readonly ConversationView[]): void {
    this.views.clear();
    for (const view of views) this.views.set(view.id, view);
    this.tell();
  }

  private soon(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      this.tell();
    });
  }

  private tell(): void {
    const all = [...this.views.values()].sort(latestFirst);
    const counts = countsOf(all, Date.now());
    if (counts.unread !== this.counts.unread || counts.requests !== this.counts.requests) this.counts = counts;
    this.changed(all, this.counts);
  }
}

function latestFirst(left: ConversationView, right: ConversationView): number {
  const [a, b] = [left.last?.order ?? "", right.last?.order ?? ""];
  return a < b ? 1 : a > b ? -1 : left.id < right.id ? -1 : 1;
}

export function countsOf(views: readonly ConversationView[], now: number): Counts {
  let unread = 0;
  let requests = 0;
  for (const view of views) {
    if (view.standing === "request") requests += 1;
    else if (view.standing === "accepted" && view.mutedUntil <= now) unread += view.unread;
  }
  return { unread, requests };
}
