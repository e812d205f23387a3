/** Notices of one tab: a few at a time, each for a while. */
import type { Notice, NoticeAction, NoticeKey, NoticeKind, NoticeParams } from "../notices";
import type { Failure } from "../actions";

const MOST = 4;
/** Milliseconds; what is an error or offers something stays until it is dismissed or pushed out. */
const LASTS = 6000;

export class NoticeBoard {
  private readonly changed: (notices: readonly Notice[]) => void;
  private notices: readonly Notice[] = [];
  private next = 1;

  constructor(changed: (notices: readonly Notice[]) => void) {
    this.changed = changed;
  }

  add(kind: NoticeKind, key: NoticeKey, params: NoticeParams = {}, action: NoticeAction | null = null): void {
    const same = this.notices.filter((notice) => notice.key !== key || JSON.stringify(notice.params) !== JSON.stringify(params));
    const id = this.next++;
    this.become([...same, { id, kind, key, params, action }].slice(-MOST));
    if (kind !== "error" && action === null) setTimeout(() => this.dismiss(id), LASTS);
  }

  failure({ code }: Failure): void {
    this.add("error", "action_failed", { code });
  }

  dismiss(id: number): void {
    if (this.notices.some((notice) => notice.id === id)) this.become(this.notices.filter((notice) => notice.id !== id));
  }

  find(id: number): Notice | undefined {
    return this.notices.find((notice) => notice.id === id);
  }

  clear(): void {
    this.become([]);
  }

  private become(notices: readonly Notice[]): void {
    this.notices = notices;
    this.changed(notices);
  }
}
