import { authorise } from "./authority";
import { acceptanceText, type DeviceAddition, type LinkBody } from "./body";
import { type Device, isActive } from "./device";
import { readLink, type SigchainLink } from "./link";
import type { Bytes } from "../bytes";
import { verifySignature } from "../crypto/ed25519";
import { KezError } from "../errors";
import type { Primary } from "../identity/primary";
import { limits } from "../limits";
import { compareTimestamps, type Timestamp } from "../timestamp";

/**
 * A primary's chain of links, as far as it was checked: a value that the next link is held against.
 *
 * The client checks all that the server checked, so a server cannot add a device to anybody.
 *
 * Source: protocol, section 7.
 */
export interface Sigchain {
  readonly primary: Primary;
  /** The digest of every link, the first one's first. */
  readonly digests: readonly string[];
  /** The time of the last link. */
  readonly updatedAt: Timestamp | null;
  /** Every device ever added, revoked ones too: a revoked key never comes back. */
  readonly devices: ReadonlyMap<Primary, Device>;
  /** `min_message` of the last `policy`. */
  readonly minimumMessage: number | null;
  /** Whether a link of an unknown kind asks not to be passed over: keep what was pinned and send nothing. */
  readonly hasUnknownCritical: boolean;
}

export function emptyChain(primary: Primary): Sigchain {
  return { primary, digests: [], updatedAt: null, devices: new Map(), minimumMessage: null, hasUnknownCritical: false };
}

/** The digest of the last link; null for an empty chain. */
export function headOf(chain: Sigchain): string | null {
  return chain.digests.at(-1) ?? null;
}

/** The devices that may act at that time, in the order they were added. */
export function activeDevices(chain: Sigchain, time: Timestamp): Device[] {
  return Array.from(chain.devices.values()).filter((device) => isActive(device, time));
}

/**
 * The chain with further links, each verified as the server did.
 *
 * @param links the envelopes as received, each as its own text
 * @throws KezError with the code of the first link that may not stand where it does
 */
export async function extendChain(chain: Sigchain, links: readonly Bytes[]): Promise<Sigchain> {
  let extended = chain;
  for (const link of links) extended = await appendLink(extended, await readLink(link));
  return extended;
}

/** @throws KezError `bad_envelope` (another chain's link), `stale_head`, `not_authorised`, `bad_link` or `key_taken` */
export async function appendLink(chain: Sigchain, link: SigchainLink): Promise<Sigchain> {
  if (link.primary !== chain.primary) throw new KezError("bad_envelope", "The link belongs to another chain.");
  if (link.seq !== chain.digests.length + 1 || link.prev !== headOf(chain)) throw new KezError("stale_head");
  const body = authorise(chain, link);
  if (chain.updatedAt && compareTimestamps(link.createdAt, chain.updatedAt) < 0) {
    throw new KezError("bad_link", "The link's time is before that of the link it follows.");
  }
  if (chain.digests.length >= limits.chainLinks) throw new KezError("bad_link", "The chain is full.");
  if (body.kind === "device_add") await checkAddition(chain, body.addition, link);
  return applyBody({ ...chain, digests: [...chain.digests, link.digest], updatedAt: link.createdAt }, body);
}

async function checkAddition(chain: Sigchain, addition: DeviceAddition, link: SigchainLink): Promise<void> {
  const known = chain.devices.get(addition.device);
  if (known?.revokedAt === null) throw new KezError("bad_link", "The device is in the chain already.");
  if (activeDevices(chain, link.createdAt).length >= limits.chainDevices) {
    throw new KezError("bad_link", "The identity has as many devices as it may have.");
  }
  const text = acceptanceText(link.primary, addition.device, link.seq, link.prev);
  if (!(await verifySignature(addition.device, text, addition.acceptance))) {
    throw new KezError("bad_link", "The member `accept` is not the device's signature for this place of the chain.");
  }
  if (known || addition.device === chain.primary) throw new KezError("key_taken");
}

/** `chain` has the link's digest already. */
function applyBody(chain: Sigchain, body: LinkBody): Sigchain {
  const seq = chain.digests.length;
  switch (body.kind) {
    case "profile":
    case "proof":
      return chain;
    case "device_add": {
      const { device: key, name, capabilities, expiresAt } = body.addition;
      const device: Device = { key, name, capabilities, expiresAt, addedAt: seq, revokedAt: null };
      return { ...chain, devices: new Map(chain.devices).set(key, device) };
    }
    case "device_revoke": {
      const device = chain.devices.get(body.device);
      if (!device) return chain;
      return { ...chain, devices: new Map(chain.devices).set(body.device, { ...device, revokedAt: seq }) };
    }
    case "policy":
      return { ...chain, minimumMessage: body.minimumMessage };
    case "unknown":
      return { ...chain, hasUnknownCritical: chain.hasUnknownCritical || body.isCritical };
  }
}
