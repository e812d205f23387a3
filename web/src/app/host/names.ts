/** How contacts are called. */
import { displayText } from "../../core/identity/display";
import { isMixedScript, skeletonOf } from "../../core/identity/lookalike";
import { hexOf, type Primary } from "../../core/identity/primary";
import type { NameView } from "../state";
import type { Pin } from "./pins";

export function shortKey(primary: Primary): string {
  const hex = hexOf(primary);
  return `${hex.slice(0, 8)}…${hex.slice(-4)}`;
}

export function nameOf(pin: Pick<Pin, "primary" | "handle" | "fqhn">, petname: string | null, me: Primary): NameView {
  const key = shortKey(pin.primary);
  const shownPetname = petname === null ? "" : displayText(petname);
  const shared = { petname: shownPetname === "" ? null : shownPetname, handle: pin.handle, fqhn: pin.fqhn, key };
  if (pin.primary === me) return { ...shared, kind: "self", text: shownPetname || (pin.handle ?? key) };
  if (shownPetname !== "") return { ...shared, kind: "petname", text: shownPetname };
  // Handles are plain ASCII; a server that says otherwise is not believed to the letter.
  const handle = pin.handle === null ? "" : displayText(pin.handle, 32);
  return handle === "" ? { ...shared, kind: "key", text: key } : { ...shared, kind: "handle", text: handle };
}

/** Names that look alike, kept by skeleton: a stranger's is held against all that are known. */
export class Lookalikes {
  private readonly bySkeleton = new Map<string, Map<Primary, string>>();
  private readonly skeletons = new Map<Primary, string>();

  /** @param name null: the contact goes */
  set(primary: Primary, name: string | null): void {
    const old = this.skeletons.get(primary);
    if (old !== undefined) {
      const others = this.bySkeleton.get(old);
      others?.delete(primary);
      if (others?.size === 0) this.bySkeleton.delete(old);
      this.skeletons.delete(primary);
    }
    if (name === null) return;
    const skeleton = skeletonOf(name);
    this.skeletons.set(primary, skeleton);
    const others = this.bySkeleton.get(skeleton) ?? new Map<Primary, string>();
    this.bySkeleton.set(skeleton, others.set(primary, name));
  }

  /** A known contact that `name` could be taken for; the name itself when it mixes alphabets; null: neither. */
  of(primary: Primary, name: string): string | null {
    for (const [other, known] of this.bySkeleton.get(skeletonOf(name)) ?? []) if (other !== primary) return known;
    return isMixedScript(name) ? name : null;
  }
}
