/** One tab leads. The lock goes to the next in line the moment that its holder goes, however it went. */

/** The part of the Web Locks API that is used. */
export type Locks = Pick<LockManager, "request" | "query">;

const LEADER = "kez-leader";

export interface LeadershipEvents {
  readonly lead: () => void;
  /** Somebody else does, for now. */
  readonly follow: () => void;
}

export async function standForLeader(locks: Locks, events: LeadershipEvents): Promise<void> {
  const isLeading = await new Promise<boolean>((resolve) => {
    // Held for as long as the page is there.
    void locks.request(LEADER, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise<never>(() => undefined);
    });
  });
  if (isLeading) return events.lead();
  events.follow();
  void locks.request(LEADER, () => {
    events.lead();
    return new Promise<never>(() => undefined);
  });
}

/** Says that this tab is there, as long as it is. */
export function showLife(locks: Locks, tab: string): void {
  void locks.request(nameOf(tab), () => new Promise<never>(() => undefined));
}

export async function livingTabs(locks: Locks, tabs: readonly string[]): Promise<ReadonlySet<string>> {
  const { held = [] } = await locks.query();
  const names = new Set(held.map(({ name }) => name));
  return new Set(tabs.filter((tab) => names.has(nameOf(tab))));
}

function nameOf(tab: string): string {
  return `kez-tab-${tab}`;
}
