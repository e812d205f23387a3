/**
 * What every implementation of `Rows` must do. Nothing of node is used here, so the browser's tests run the same list on
 * IndexedDB: `for (const check of rowsConformance) await check.run(open)`, where `open` gives empty rows.
 */
import { type Rows, prefixRange, sortable } from "../../src/store/rows.js";

export interface RowsCheck {
  readonly name: string;
  run(open: () => Promise<Rows>): Promise<void>;
}

export const rowsConformance: readonly RowsCheck[] = [
  check("gives back what was put, and nothing for another id or store", async (rows) => {
    await rows.write([put("a", [1, 2])]);
    equal(await rows.get("messages", "a"), [1, 2]);
    equal(await rows.get("messages", "b"), undefined);
    equal(await rows.get("outbox", "a"), undefined);
  }),
  check("a later put replaces, a delete removes, a delete of nothing is no error", async (rows) => {
    await rows.write([put("a", [1]), put("a", [2])]);
    equal(await rows.get("messages", "a"), [2]);
    await rows.write([{ kind: "delete", store: "messages", id: "a" }, { kind: "delete", store: "messages", id: "b" }]);
    equal(await rows.get("messages", "a"), undefined);
  }),
  check("keeps copies, not the caller's bytes", async (rows) => {
    const value = Uint8Array.of(1);
    await rows.write([{ kind: "put", store: "messages", id: "a", value }]);
    value[0] = 9;
    const got = await rows.get("messages", "a");
    equal(got, [1]);
    if (got !== undefined) got[0] = 9;
    equal(await rows.get("messages", "a"), [1]);
  }),
  check("scans in the order of code units, from inclusive to exclusive", async (rows) => {
    await rows.write(["b", "a", "B", "ä", "a/2", "a/10", ""].map((id) => put(id, [1])));
    equal(await scan(rows), ["", "B", "a", "a/10", "a/2", "b", "ä"]);
    equal(await scan(rows, { from: "a", to: "b" }), ["a", "a/10", "a/2"]);
    equal(await scan(rows, { from: "a/2" }), ["a/2", "b", "ä"]);
    equal(await scan(rows, { to: "a" }), ["", "B"]);
  }),
  check("scans backwards and with a limit", async (rows) => {
    await rows.write(["a", "b", "c", "d"].map((id) => put(id, [1])));
    equal(await scan(rows, { limit: 2 }), ["a", "b"]);
    equal(await scan(rows, { reverse: true, limit: 2 }), ["d", "c"]);
    equal(await scan(rows, { from: "b", to: "d", reverse: true }), ["c", "b"]);
    equal(await scan(rows, { from: "b", to: "d", reverse: true, limit: 1 }), ["c"]);
  }),
  check("an empty or inverted range holds nothing", async (rows) => {
    await rows.write([put("a", [1]), put("b", [1])]);
    equal(await scan(rows, { from: "a", to: "a" }), []);
    equal(await scan(rows, { from: "b", to: "a" }), []);
    equal(await rows.count("messages", { from: "b", to: "a" }), 0);
    await rows.write([{ kind: "delete-range", store: "messages", from: "b", to: "a" }]);
    equal(await rows.count("messages"), 2);
  }),
  check("counts rows of a range", async (rows) => {
    await rows.write([put("x/1", [1]), put("x/2", [1]), put("y/1", [1])]);
    equal(await rows.count("messages"), 3);
    equal(await rows.count("messages", prefixRange("x/")), 2);
    equal(await rows.count("outbox"), 0);
  }),
  check("deletes a range and nothing beside it", async (rows) => {
    await rows.write(["x/1", "x/2", "x0", "y/1"].map((id) => put(id, [1])));
    await rows.write([{ kind: "delete-range", store: "messages", ...prefixRange("x/") }]);
    equal(await scan(rows), ["x0", "y/1"]);
  }),
  check("applies a batch in order, over several stores", async (rows) => {
    await rows.write([
      put("a", [1]), { kind: "delete-range", store: "messages", ...prefixRange("") }, put("b", [2]),
      { kind: "put", store: "outbox", id: "a", value: Uint8Array.of(3) }, { kind: "delete", store: "messages", id: "b" },
      put("c", [4]),
    ]);
    equal(await scan(rows), ["c"]);
    equal(await rows.get("outbox", "a"), [3]);
  }),
  check("an empty batch and empty values are fine", async (rows) => {
    await rows.write([]);
    await rows.write([put("a", [])]);
    equal(await rows.get("messages", "a"), []);
    equal(await scan(rows), ["a"]);
  }),
  check("large values and many rows come back whole", async (rows) => {
    const value = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    await rows.write([{ kind: "put", store: "chunks", id: "big", value }]);
    equal(await rows.get("chunks", "big"), [...value]);
    await rows.write(Array.from({ length: 2000 }, (_, index) => put(sortable(1999 - index), [index % 256])));
    equal(await scan(rows), Array.from({ length: 2000 }, (_, index) => sortable(index)));
  }),
  check("clear empties every store", async (rows) => {
    await rows.write([put("a", [1]), { kind: "put", store: "meta", id: "a", value: Uint8Array.of(1) }]);
    await rows.clear();
    equal(await rows.count("messages"), 0);
    equal(await rows.count("meta"), 0);
    await rows.write([put("b", [1])]);
    equal(await scan(rows), ["b"]);
  }),
  check("concurrent writes each happen wholly", async (rows) => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => rows.write([put("a", [index]), put("b", [index])])));
    equal(await rows.get("messages", "a"), [...((await rows.get("messages", "b")) ?? [])]);
  }),
  check("rejects with code closed after close", async (rows) => {
    rows.close();
    for (const call of [() => rows.get("messages", "a"), () => rows.write([put("a", [1])]), () => rows.scan("messages")]) {
      let code: unknown = "resolved";
      try { await call(); } catch (error) { code = (error as { code?: unknown }).code; }
      equal(code, "closed");
    }
  }),
];

function check(name: string, run: (rows: Rows) => Promise<void>): RowsCheck {
  return { name, run: async (open) => run(await open()) };
}

function put(id: string, value: readonly number[]) {
  return { kind: "put", store: "messages", id, value: Uint8Array.from(value) } as const;
}

async function scan(rows: Rows, range?: Parameters<Rows["scan"]>[1]): Promise<string[]> {
  return (await rows.scan("messages", range)).map((row) => row.id);
}

function equal(got: unknown, wanted: unknown): void {
  const plain = (value: unknown): string => JSON.stringify(value instanceof Uint8Array ? [...value] : value) ?? "undefined";
  if (plain(got) !== plain(wanted)) throw new Error(`got ${plain(got).slice(0, 300)}, wanted ${plain(wanted).slice(0, 300)}`);
}
