/** What was displayed becomes read: told at most a few times a second, and never backwards. */
import type { ConvId, Order } from "../../engine/model";

/** Milliseconds. */
const PAUSE = 250;

export class Reading {
  private readonly tell: (conv: ConvId, order: Order) => void;
  private readonly readUpTo: (conv: ConvId) => Order | "";
  private readonly told = new Map<ConvId, Order>();
  private readonly waiting = new Map<ConvId, Order>();

  constructor(tell: (conv: ConvId, order: Order) => void, readUpTo: (conv: ConvId) => Order | "") {
    this.tell = tell;
    this.readUpTo = readUpTo;
  }

  displayed(conv: ConvId, order: Order): void {
    if (order <= this.readUpTo(conv) || order <= (this.told.get(conv) ?? "") || order <= (this.waiting.get(conv) ?? "")) return;
    if (this.waiting.size === 0) setTimeout(() => this.flush(), PAUSE);
    this.waiting.set(conv, order);
  }

  private flush(): void {
    for (const [conv, order] of this.waiting) {
      this.told.set(conv, order);
      this.tell(conv, order);
    }
    this.waiting.clear();
  }
}
