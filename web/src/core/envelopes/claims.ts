import { signEnvelope } from "./signing";
import type { Bytes } from "../bytes";
import type { Handle, ServerName } from "../identity/handle";
import type { Identity } from "../identity/identity";
import { formatTimestamp, type Timestamp } from "../timestamp";

/** Which handle, on which server, when: what a registration and a release share. */
export interface HandleClaim {
  readonly handle: Handle;
  readonly server: ServerName;
  readonly createdAt: Timestamp;
}

/** Source: protocol, section 5. */
export function signRegistration(claim: HandleClaim, identity: Identity, invite: string | null = null): Promise<Bytes> {
  return signEnvelope("handle_registration", { ...membersOf(claim, identity), invite: invite ?? undefined }, identity);
}

export function signRelease(claim: HandleClaim, identity: Identity): Promise<Bytes> {
  return signEnvelope("handle_release", membersOf(claim, identity), identity);
}

function membersOf({ handle, server, createdAt }: HandleClaim, { primary }: Identity) {
  return { handle, primary, server, created_at: formatTimestamp(createdAt) };
}
