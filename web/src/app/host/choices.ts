/** Preferences that are kept sealed; the theme and the language are needed before anything is unlocked and lie open. */
import type { SealedRows } from "../../store/sealed";
import type { Preferences } from "../state";

export type Choices = Pick<
  Preferences, "notifications" | "previews" | "sounds" | "typing" | "receipts" | "online" | "enterSends"
>;

export const DEFAULT_CHOICES: Choices = {
  notifications: false, previews: true, sounds: true, typing: true, receipts: true, online: true, enterSends: true,
};

/** Those of this browser; `typing` and `receipts` are the engine's, shared by all of one's browsers. */
type Kept = Omit<Choices, "typing" | "receipts">;

const ROW = "preferences";

export async function loadChoices(rows: SealedRows, shared: Pick<Choices, "typing" | "receipts">): Promise<Choices> {
  const kept = await rows.get<Partial<Kept>>("meta", ROW);
  const { typing, receipts } = shared;
  return { ...DEFAULT_CHOICES, ...kept, typing, receipts };
}

export async function saveChoices(rows: SealedRows, { typing: _, receipts: __, ...kept }: Choices): Promise<void> {
  await rows.write([{ kind: "put", store: "meta", id: ROW, value: kept satisfies Kept }]);
}
