import { test } from "node:test";
import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { MemoryRows } from "../../src/store/memory.js";
import { MIGRATIONS, SCHEMA_VERSION, migrate } from "../../src/store/schema.js";
import { SealedRows } from "../../src/store/sealed.js";
import {
  MemoryVault, PASSPHRASE_ROUNDS, lockVault, storeKeys, unlockVault, wipe, type Vault,
} from "../../src/store/vault.js";
import { Work } from "../../src/store/work.js";

const seed = new Uint8Array(32).fill(7);
const keys = await storeKeys(seed);

test("what lies in the storage tells nothing of the values", async () => {
  const raw = new MemoryRows();
  const rows = new SealedRows(raw, keys);
  await rows.write([{ kind: "put", store: "drafts", id: "a", value: { text: "attack at dawn" } }]);
  const stored = await raw.get("drafts", "a");
  ok(stored !== undefined && !Buffer.from(stored).includes("dawn"));
  deepStrictEqual(await rows.get("drafts", "a"), { text: "attack at dawn" });
});

test("the same value is sealed differently each time", async () => {
  const raw = new MemoryRows();
  const rows = new SealedRows(raw, keys);
  await rows.write([{ kind: "put", store: "drafts", id: "a", value: 1 }]);
  const first = await raw.get("drafts", "a");
  await rows.write([{ kind: "put", store: "drafts", id: "a", value: 1 }]);
  notStrictEqual(Buffer.from(first as Uint8Array).toString("hex"), Buffer.from((await raw.get("drafts", "a")) as Uint8Array).toString("hex"));
});

test("a row does not open under another id, in another store, altered, of another format or with another key", async () => {
  const raw = new MemoryRows();
  const rows = new SealedRows(raw, keys);
  await rows.write([{ kind: "put", store: "drafts", id: "a", value: 1 }]);
  const value = (await raw.get("drafts", "a")) as Uint8Array;
  const altered = value.slice();
  altered[20] = (altered[20] as number) ^ 1;
  const format = value.slice();
  format[0] = 2;
  await raw.write([
    { kind: "put", store: "drafts", id: "b", value }, { kind: "put", store: "meta", id: "a", value },
    { kind: "put", store: "drafts", id: "c", value: altered }, { kind: "put", store: "drafts", id: "d", value: format },
    { kind: "put", store: "drafts", id: "e", value: Uint8Array.of(1, 2) },
  ]);
  for (const id of ["b", "c", "d", "e"]) await rejects(rows.get("drafts", id), { code: "damaged" });
  await rejects(rows.get("meta", "a"), { code: "damaged" });
  const other = new SealedRows(raw, await storeKeys(new Uint8Array(32).fill(8)));
  await rejects(other.get("drafts", "a"), { code: "damaged" });
});

test("bytes pass unchanged, scans open what they give", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  await rows.write([
    { kind: "put-bytes", store: "chunks", id: "a", bytes: Uint8Array.of(0, 255, 1) },
    { kind: "put-bytes", store: "chunks", id: "b", bytes: new Uint8Array() },
  ]);
  deepStrictEqual([...((await rows.bytes("chunks", "a")) as Uint8Array)], [0, 255, 1]);
  deepStrictEqual((await rows.scanBytes("chunks")).map(({ id, bytes }) => [id, bytes.length]), [["a", 3], ["b", 0]]);
});

test("a blinded id is the same on every browser of one identity, and parts cannot be shifted between each other", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  const again = new SealedRows(new MemoryRows(), await storeKeys(seed.slice()));
  strictEqual(await rows.blind("conv", "x"), await again.blind("conv", "x"));
  notStrictEqual(await rows.blind("ab", "c"), await rows.blind("a", "bc"));
  notStrictEqual(await rows.blind("conv", "x"), await new SealedRows(new MemoryRows(), await storeKeys(new Uint8Array(32))).blind("conv", "x"));
});

test("no store key can be exported", async () => {
  for (const key of Object.values(keys) as CryptoKey[]) await rejects(crypto.subtle.exportKey("raw", key));
});

test("a locked vault opens with its passphrase, however it was typed, and with no other", async () => {
  const vault = (await lockVault(seed, "Cafe\u0301 au lait")) as Vault & { form: "locked" };
  strictEqual(vault.rounds, PASSPHRASE_ROUNDS);
  deepStrictEqual(await unlockVault(vault, "Caf\u00e9 au lait"), seed);
  strictEqual(await unlockVault(vault, "cafe au lait"), undefined);
  await rejects(unlockVault({ ...vault, rounds: 1 }, "x"), { code: "damaged" });
  await rejects(unlockVault({ ...vault, rounds: 1e12 }, "x"), { code: "damaged" });
});

test("a vault is kept until it is erased", async () => {
  const place = new MemoryVault();
  strictEqual(await place.load(), undefined);
  await place.save(await lockVault(seed, "x"));
  strictEqual((await place.load())?.form, "locked");
  await place.erase();
  strictEqual(await place.load(), undefined);
});

test("signing out leaves neither rows nor keys", async () => {
  const raw = new MemoryRows();
  const place = new MemoryVault();
  await place.save(await lockVault(seed, "x"));
  await new SealedRows(raw, keys).write([{ kind: "put", store: "drafts", id: "a", value: 1 }]);
  await wipe(raw, place);
  deepStrictEqual([await raw.count("drafts"), await place.load()], [0, undefined]);
});

test("a unit of work reads its own changes and writes them at once", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  await rows.write([{ kind: "put", store: "held", id: "a", value: 1 }, { kind: "put", store: "held", id: "b", value: 2 }]);
  const work = new Work(rows);
  ok(work.isEmpty);
  work.put("held", "c", { n: 3 });
  work.delete("held", "a");
  strictEqual(await work.get("held", "a"), undefined);
  const copy = await work.get<{ n: number }>("held", "c");
  if (copy !== undefined) copy.n = 9;
  deepStrictEqual(await work.scan("held", { from: "a", to: "z" }), [{ id: "b", value: 2 }, { id: "c", value: { n: 3 } }]);
  deepStrictEqual(await rows.ids("held"), ["a", "b"]);
  await work.commit();
  deepStrictEqual(await rows.ids("held"), ["b", "c"]);
  const next = new Work(rows);
  next.put("held", "d", 4);
  await next.deleteRange("held", { from: "c", to: "z" });
  await next.commit();
  deepStrictEqual(await rows.ids("held"), ["b"]);
});

test("an empty storage begins at the present version, a newer one is left alone", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  await migrate(rows);
  strictEqual(await rows.get("meta", "schema"), SCHEMA_VERSION);
  strictEqual(MIGRATIONS.length, SCHEMA_VERSION - 1);
  await rows.write([{ kind: "put", store: "meta", id: "schema", value: SCHEMA_VERSION + 1 }]);
  await rejects(migrate(rows), { code: "newer" });
  strictEqual(await rows.get("meta", "schema"), SCHEMA_VERSION + 1);
});

test("migrations run in order, each with the version it reaches, and go on after a failure", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  await rows.write([{ kind: "put", store: "meta", id: "schema", value: 1 }, { kind: "put", store: "drafts", id: "a", value: "x" }]);
  let broken = true;
  const append = (from: number, mark: string) => ({
    from,
    run: async (work: Work) => {
      work.put("drafts", "a", `${(await work.get<string>("drafts", "a")) ?? ""}${mark}`);
      if (from === 2 && broken) throw new Error("power cut");
    },
  });
  const steps = [append(1, "1"), append(2, "2")];
  await rejects(migrate(rows, steps, 3), /power cut/);
  strictEqual(await rows.get("meta", "schema"), 2);
  strictEqual(await rows.get("drafts", "a"), "x1");
  broken = false;
  await migrate(rows, steps, 3);
  strictEqual(await rows.get("drafts", "a"), "x12");
  await rejects(migrate(rows, steps, 4), { code: "failed" });
});
