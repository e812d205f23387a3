import { test } from "node:test";
import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { readArchive, writeArchive } from "../../src/store/archive.js";
import { MemoryRows } from "../../src/store/memory.js";
import { SealedRows } from "../../src/store/sealed.js";
import { storeKeys } from "../../src/store/vault.js";

const keys = await storeKeys(new Uint8Array(32).fill(7));

async function archive(): Promise<Uint8Array<ArrayBuffer>> {
  const rows = new SealedRows(new MemoryRows(), keys);
  await rows.write([
    ...Array.from({ length: 200 }, (_, index) => ({
      kind: "put" as const, store: "messages" as const, id: `c/${String(index).padStart(3, "0")}`, value: { text: `secret ${index}` },
    })),
    ...Array.from({ length: 10 }, (_, index) => ({
      kind: "put-bytes" as const, store: "chunks" as const, id: `f/${index}`, bytes: new Uint8Array(80_000).fill(index),
    })),
    { kind: "put", store: "outbox", id: "1", value: "waits here" }, { kind: "put", store: "meta", id: "cursor", value: 5 },
  ]);
  const parts: Uint8Array[] = [];
  for await (const part of writeArchive(rows, keys)) parts.push(part);
  ok(parts.length > 3);
  return new Uint8Array(Buffer.concat(parts));
}

async function read(file: Uint8Array<ArrayBuffer>, as = keys): Promise<Map<string, string>> {
  const rows = new Map<string, string>();
  for await (const block of readArchive((start, end) => Promise.resolve(file.slice(start, end)), as)) {
    for (const row of block) rows.set(`${row.store} ${row.id}`, Buffer.from(row.bytes).toString("latin1"));
  }
  return rows;
}

test("an archive gives back every row of the history, and neither outbox nor cursor", async () => {
  const file = await archive();
  ok(!Buffer.from(file).includes("secret"));
  const rows = await read(file);
  deepStrictEqual(rows.size, 210);
  deepStrictEqual(rows.get("messages c/017"), '{"text":"secret 17"}');
  deepStrictEqual(rows.get("chunks f/3"), "\u0003".repeat(80_000));
});

test("an archive that was cut anywhere, altered or reordered is refused", async () => {
  const file = await archive();
  for (const length of [0, 3, 20, 400, file.length - 1, file.length >> 1]) {
    await rejects(read(file.slice(0, length)), { code: "damaged" });
  }
  for (const at of [2, 18, 40, file.length - 5]) {
    const altered = file.slice();
    altered[at] = (altered[at] as number) ^ 1;
    await rejects(read(altered), { code: "damaged" });
  }
  // Blocks begin after the first line; each says its length.
  const first = 15;
  const size = 17 + new DataView(file.buffer).getUint32(first);
  const swapped = Buffer.concat([file.subarray(0, first), file.subarray(first + size), file.subarray(first, first + size)]);
  await rejects(read(new Uint8Array(swapped)), { code: "damaged" });
});

test("another identity cannot read it", async () => {
  await rejects(read(await archive(), await storeKeys(new Uint8Array(32))), { code: "damaged" });
});
