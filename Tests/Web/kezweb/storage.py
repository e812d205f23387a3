"""What lies in a browser's storage, and whether anything in it can be read."""

from dataclasses import dataclass

from playwright.sync_api import Page

# Goes through every database, store, key and value, and looks for texts in every form in which they could lie there.
SEARCH = """
async (needles) => {
  const forms = [];
  for (const needle of needles) {
    const bytes = new TextEncoder().encode(needle);
    const latin = String.fromCharCode(...bytes);
    const wide = [...needle].map((c) => c + "\\0").join("");
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    // In base64 a text looks different at each of three offsets; its middle is what stays the same.
    const base64 = [0, 1, 2].map((shift) => btoa("\\0".repeat(shift) + latin).slice(shift === 0 ? 0 : 4).replace(/=+$/, "").slice(0, -1));
    forms.push([needle, [needle, latin, wide, hex, ...base64].filter((form) => form.length >= 4)]);
  }
  const hits = [], extractable = [];
  let values = 0, bytes = 0;
  const look = (text, where) => {
    for (const [needle, all] of forms) if (all.some((form) => text.includes(form))) hits.push(`${needle} in ${where}`);
  };
  const latinOf = (array) => {
    let text = "";
    for (let at = 0; at < array.length; at += 8192) text += String.fromCharCode(...array.subarray(at, at + 8192));
    return text;
  };
  const walk = async (value, where) => {
    if (value === null || value === undefined) return;
    if (typeof value === "string") { bytes += value.length; look(value, where); return; }
    if (typeof value !== "object") { look(String(value), where); return; }
    if (value instanceof CryptoKey) { if (value.extractable && value.type !== "public") extractable.push(where); return; }
    if (value instanceof Blob) { await walk(new Uint8Array(await value.arrayBuffer()), where); return; }
    if (value instanceof ArrayBuffer) { await walk(new Uint8Array(value), where); return; }
    if (ArrayBuffer.isView(value)) {
      const array = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      bytes += array.length;
      look(latinOf(array), where);
      return;
    }
    if (value instanceof Map) { for (const [k, v] of value) { await walk(k, where); await walk(v, where); } return; }
    if (value instanceof Set) { for (const v of value) await walk(v, where); return; }
    for (const [name, part] of Object.entries(value)) { look(name, where); await walk(part, `${where}.${name}`); }
  };
  const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const databases = await indexedDB.databases();
  for (const { name } of databases) {
    const database = await answered(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const source = database.transaction(store).objectStore(store);
      const [keys, all] = await Promise.all([answered(source.getAllKeys()), answered(source.getAll())]);
      for (let at = 0; at < keys.length; at++) {
        values += 1;
        await walk(keys[at], `${name}/${store} key`);
        await walk(all[at], `${name}/${store}/${String(keys[at]).slice(0, 40)}`);
      }
    }
    database.close();
  }
  for (const storage of [localStorage, sessionStorage]) {
    for (const [name, value] of Object.entries(storage)) { look(name, "web storage"); look(value, `web storage ${name}`); }
  }
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      cached.push(new URL(request.url).pathname);
      if (!request.url.includes("/v1/")) continue;
      look(await (await cache.match(request)).text(), `cache ${request.url}`);
    }
  }
  return { databases: databases.map(({ name }) => name), values, bytes, hits, extractable, cached };
}
"""


@dataclass(frozen=True)
class Stored:
    databases: list[str]
    values: int
    bytes: int
    hits: list[str]
    extractable: list[str]
    cached: list[str]


def search_storage(page: Page, *needles: str) -> Stored:
    return Stored(**page.evaluate(SEARCH, list(needles)))
