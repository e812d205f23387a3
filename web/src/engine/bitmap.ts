/** A set of chunk numbers as hex text: one row holds it, and 10,240 of them take 2,560 characters. */
export class Bitmap {
  private readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  static empty(count: number): Bitmap {
    return new Bitmap(new Uint8Array(Math.ceil(count / 8)));
  }

  static full(count: number): Bitmap {
    const map = Bitmap.empty(count);
    for (let index = 0; index < count; index++) map.add(index);
    return map;
  }

  static parse(hex: string): Bitmap {
    return new Bitmap(Uint8Array.from({ length: hex.length / 2 }, (_, index) => parseInt(hex.slice(index * 2, index * 2 + 2), 16)));
  }

  has(index: number): boolean {
    return ((this.bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  add(index: number): void {
    this.bytes[index >> 3] = (this.bytes[index >> 3] ?? 0) | (1 << (index & 7));
  }

  remove(index: number): void {
    this.bytes[index >> 3] = (this.bytes[index >> 3] ?? 0) & ~(1 << (index & 7));
  }

  get size(): number {
    let size = 0;
    for (const byte of this.bytes) for (let bits = byte; bits !== 0; bits &= bits - 1) size++;
    return size;
  }

  /** The numbers below `count` that are not in it, at most `limit`. */
  missing(count: number, limit = Infinity): number[] {
    const missing: number[] = [];
    for (let index = 0; index < count && missing.length < limit; index++) if (!this.has(index)) missing.push(index);
    return missing;
  }

  toString(): string {
    return Array.from(this.bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
