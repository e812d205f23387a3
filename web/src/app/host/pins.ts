/** What is remembered of people: the handle of a key, the key of a handle, the longest chain seen, what was compared. Sealed. */
import type { Primary } from "../../core/identity/primary";
import type { SigchainMark } from "../../core/sigchain/continuity";
import type { SealedRows } from "../../store/sealed";

export interface Pin {
  readonly primary: Primary;
  /** As the server said last; null: none. */
  readonly handle: string | null;
  readonly fqhn: string | null;
  /** Milliseconds since 1970; 0: never. */
  readonly checkedAt: number;
  readonly mark: SigchainMark | null;
  /** The head of a chain that does not verify and that somebody has looked at. */
  readonly acceptedHead: string | null;
  readonly verifiedAt: number | null;
}

/** `k/…`: of a key; `h/…`: the key that a handle named first, or that somebody has accepted since. */
type Row = Pin | { readonly handle: string; readonly primary: Primary };

export class Pins {
  private readonly rows: SealedRows;
  private readonly byKey = new Map<Primary, Pin>();
  private readonly keys = new Map<string, Primary>();

  private constructor(rows: SealedRows) {
    this.rows = rows;
  }

  static async open(rows: SealedRows): Promise<Pins> {
    const pins = new Pins(rows);
    await pins.load();
    return pins;
  }

  /** Once more, after an archive brought some. */
  async load(): Promise<void> {
    for (const { id, value } of await this.rows.scan<Row>("pins")) {
      if (id.startsWith("h/")) {
        if (value.handle !== null) this.keys.set(value.handle, value.primary);
      } else if ("checkedAt" in value) this.byKey.set(value.primary, value);
    }
  }

  of(primary: Primary): Pin {
    return this.byKey.get(primary)
      ?? { primary, handle: null, fqhn: null, checkedAt: 0, mark: null, acceptedHead: null, verifiedAt: null };
  }

  /** The key that is expected under the handle. */
  keyOf(handle: string): Primary | null {
    return this.keys.get(handle) ?? null;
  }

  /** Remembered at once here, and on the disk when it resolves. */
  async put(pin: Pin): Promise<void> {
    this.byKey.set(pin.primary, pin);
    await this.rows.write([{ kind: "put", store: "pins", id: `k/${await this.rows.blind("pin", pin.primary)}`, value: pin }]);
  }

  async putKey(handle: string, primary: Primary): Promise<void> {
    this.keys.set(handle, primary);
    const id = `h/${await this.rows.blind("pinned-handle", handle)}`;
    await this.rows.write([{ kind: "put", store: "pins", id, value: { handle, primary } satisfies Row }]);
  }

  async change(primary: Primary, values: Partial<Omit<Pin, "primary">>): Promise<void> {
    await this.put({ ...this.of(primary), ...values });
  }
}
