/** What was computed for the last `maximum` keys; the one unused for longest goes first. */
export class Cache<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly maximum: number) {}

  /** The value of `key`, computed the first time. */
  of(key: Key, compute: () => Value): Value {
    const value = this.entries.has(key) ? (this.entries.get(key) as Value) : compute();
    // A map keeps the order of insertion.
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.maximum) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest);
        break;
      }
    }
    return value;
  }

  forget(key: Key): void {
    this.entries.delete(key);
  }
}
