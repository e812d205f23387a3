import { acceptanceText, type DeviceCapability } from "./body";
import { headOf, type Sigchain } from "./chain";
import { type Bytes, encodeHex } from "../bytes";
import { signBytes } from "../crypto/ed25519";
import { signEnvelope } from "../envelopes/signing";
import type { Identity } from "../identity/identity";
import type { Primary } from "../identity/primary";
import type { Writable } from "../json/writer";
import { formatTimestamp, type Timestamp } from "../timestamp";

/** The link that `signer` adds to `chain`, with the members of its body after the kind. */
export function signLink(
  kind: string, members: { readonly [name: string]: Writable | undefined }, chain: Sigchain, createdAt: Timestamp,
  signer: Identity,
): Promise<Bytes> {
  const payload = {
    primary: chain.primary,
    seq: chain.digests.length + 1,
    prev: headOf(chain),
    created_at: formatTimestamp(createdAt),
    body: { kind, ...members },
  };
  return signEnvelope("sigchain_link", payload, signer);
}

/** What a device is to be called and to be allowed. */
export interface DeviceGrant {
  readonly name: string;
  readonly capabilities: readonly DeviceCapability[];
  readonly expiresAt: Timestamp | null;
}

/** The link that adds `device`, with its acceptance. */
export async function signDeviceAdd(
  device: Identity, { name, capabilities, expiresAt }: DeviceGrant, chain: Sigchain, createdAt: Timestamp,
  signer: Identity,
): Promise<Bytes> {
  const text = acceptanceText(chain.primary, device.primary, chain.digests.length + 1, headOf(chain));
  const members = {
    device: device.primary,
    name,
    can: [...capabilities].sort(),
    expires_at: expiresAt ? formatTimestamp(expiresAt) : undefined,
    accept: encodeHex(await signBytes(device.signingKey, text)),
  };
  return signLink("device_add", members, chain, createdAt, signer);
}

/** The link that revokes `device`. */
export function signDeviceRevoke(
  device: Primary, reason: string | null, chain: Sigchain, createdAt: Timestamp, signer: Identity,
): Promise<Bytes> {
  return signLink("device_revoke", { device, reason: reason ?? undefined }, chain, createdAt, signer);
}
