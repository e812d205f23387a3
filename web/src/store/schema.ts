/**
 * The version of what the rows hold, and the steps from older ones. A step and the version that it reaches are one batch,
 * so an interrupted migration goes on where it stopped.
 */
import { StorageError } from "./rows.js";
import type { SealedRows } from "./sealed.js";
import { Work } from "./work.js";

export const SCHEMA_VERSION = 1;

export interface Migration {
  /** It leads from this version to the next. */
  readonly from: number;
  run(work: Work): Promise<void>;
}

/** From the oldest to the newest; the first release has none. */
export const MIGRATIONS: readonly Migration[] = [];

/**
 * Brings the rows to `version`. An empty storage starts there.
 *
 * @throws StorageError `newer` when a newer client wrote them: nothing is touched
 */
export async function migrate(
  rows: SealedRows, migrations: readonly Migration[] = MIGRATIONS, version = SCHEMA_VERSION,
): Promise<void> {
  let current = await rows.get<number>("meta", "schema");
  if (current === undefined) {
    await rows.write([{ kind: "put", store: "meta", id: "schema", value: version }]);
    return;
  }
  if (current > version) throw new StorageError("newer", `the storage is of version ${current}, this client of ${version}`);
  while (current < version) {
    const step = migrations.find((migration) => migration.from === current);
    if (step === undefined) throw new StorageError("failed", `no way from version ${current}`);
    const work = new Work(rows);
    await step.run(work);
    current += 1;
    work.put("meta", "schema", current);
    await work.commit();
  }
}
