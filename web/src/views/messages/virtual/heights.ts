/**
 * Sums of heights that change one by one: where the n-th row begins and which row lies at a height, both in log(n) steps.
 * A Fenwick tree, so that measuring a row of a hundred thousand costs nothing that a frame would notice.
 */
export class Heights {
  readonly count: number;
  private readonly values: Float64Array;
  /** One-based; the sum of a run that ends at its index. */
  private readonly tree: Float64Array;

  constructor(heights: ArrayLike<number>) {
    this.count = heights.length;
    this.values = Float64Array.from(heights);
    this.tree = new Float64Array(this.count + 1);
    for (let index = 1; index <= this.count; index++) {
      const sum = (this.tree[index] ?? 0) + (this.values[index - 1] ?? 0);
      this.tree[index] = sum;
      const parent = index + (index & -index);
      if (parent <= this.count) this.tree[parent] = (this.tree[parent] ?? 0) + sum;
    }
  }

  get total(): number {
    return this.offset(this.count);
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  /** Changes one height; gives by how much. */
  set(index: number, height: number): number {
    if (index < 0 || index >= this.count) return 0;
    const delta = height - this.at(index);
    if (delta === 0) return 0;
    this.values[index] = height;
    for (let node = index + 1; node <= this.count; node += node & -node) this.tree[node] = (this.tree[node] ?? 0) + delta;
    return delta;
  }

  /** Where row `index` begins; for `count`, where the last one ends. */
  offset(index: number): number {
    let sum = 0;
    for (let node = Math.min(Math.max(index, 0), this.count); node > 0; node -= node & -node) sum += this.tree[node] ?? 0;
    return sum;
  }

  /** The row that `y` lies in; the first or the last one for what lies outside. -1 when there are none. */
  indexAt(y: number): number {
    if (this.count === 0) return -1;
    let index = 0;
    let rest = y;
    for (let step = 1 << (31 - Math.clz32(this.count)); step > 0; step >>= 1) {
      const next = index + step;
      const sum = this.tree[next];
      // A row without height is passed: what begins at `y` is the one that can be seen.
      if (next <= this.count && sum !== undefined && sum <= rest) {
        index = next;
        rest -= sum;
      }
    }
    return Math.min(index, this.count - 1);
  }
}
