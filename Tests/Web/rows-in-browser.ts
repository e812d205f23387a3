/** The conformance of `Rows`, on IndexedDB: bundled by test_rows.py and run in a page. */
import { IndexedDbRows } from "../../web/src/store/indexeddb.js";
import { rowsConformance } from "../../web/test/store/rows-conformance.js";

export interface Outcome {
  readonly name: string;
  readonly error: string | null;
}

export async function run(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let made = 0;
  for (const check of rowsConformance) {
    const open: IndexedDbRows[] = [];
    const error = await check.run(async () => {
      const rows = await IndexedDbRows.open(indexedDB, `rows-${made++}`, () => undefined);
      open.push(rows);
      return rows;
    }).then(() => null, (cause: unknown) => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)));
    for (const rows of open) await rows.erase().catch(() => undefined);
    outcomes.push({ name: check.name, error });
  }
  return outcomes;
}
