/** Registering a key under a handle, and finding the handle of one: over HTTP, for a key without a handle has no other door. */
import type { Bytes } from "../../core/bytes";
import { KezError } from "../../core/errors";
import { signRegistration } from "../../core/envelopes/claims";
import type { Handle } from "../../core/identity/handle";
import type { Identity } from "../../core/identity/identity";
import type { Primary } from "../../core/identity/primary";
import { parseTimestamp, type Timestamp, timestampOf } from "../../core/timestamp";
import { serverTimeOf } from "../../net/failures";
import type { Config, User } from "../../net/models";
import { serverNameOf } from "./profile";

/** The calls that need no account. */
export interface ServerCalls {
  config(): Promise<Config>;
  lookup(handle: string): Promise<User>;
  byPrimary(primary: Primary): Promise<User>;
  register(envelope: Bytes): Promise<User>;
}

/**
 * Registers; of an answer that was lost the next try learns that it had succeeded.
 *
 * @returns the handle that the key has now
 * @throws KezError as the server refused it
 */
export async function register(
  server: ServerCalls, config: Config, identity: Identity, handle: Handle, invite: string | null,
): Promise<string> {
  const claim = (createdAt: Timestamp): Promise<Bytes> =>
    signRegistration({ handle, server: serverNameOf(config), createdAt }, identity, invite);
  // By the server's clock, so that a wrong one here does no harm.
  let time = parseTimestamp(config.server_time) ?? timestampOf(Date.now());
  for (let attempt = 0; ; attempt++) {
    try {
      return (await server.register(await claim(time))).handle;
    } catch (error) {
      if (!(error instanceof KezError)) throw error;
      const now = parseTimestamp(serverTimeOf(error) ?? "");
      if (error.code === "stale_timestamp" && now !== null && attempt === 0) {
        time = now;
        continue;
      }
      // Whatever was refused or lost: the registry knows whether this key has a handle.
      const isUndecided = error.isRetriable || ["replayed", "primary_taken", "handle_taken"].includes(error.code);
      const held = isUndecided ? await handleOf(server, identity.primary).catch(() => null) : null;
      if (held === null || (error.code === "handle_taken" && held !== handle)) throw error;
      return held;
    }
  }
}

/** null: it has none on this server. */
export async function handleOf(server: Pick<ServerCalls, "byPrimary">, primary: Primary): Promise<string | null> {
  try {
    return (await server.byPrimary(primary)).handle;
  } catch (error) {
    if (error instanceof KezError && error.code === "not_found") return null;
    throw error;
  }
}
