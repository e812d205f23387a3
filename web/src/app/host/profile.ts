/** What is remembered of one's account and server, sealed: enough to start without a network. */
import { type ServerName, parseServerName } from "../../core/identity/handle";
import type { Primary } from "../../core/identity/primary";
import { contactLink } from "../../core/identity/contact-link";
import { nkeyOf } from "../../core/identity/identity";
import { limits } from "../../core/limits";
import type { Config } from "../../net/models";
import type { SealedRows } from "../../store/sealed";
import type { Me, ServerView } from "../state";

export interface Profile {
  readonly handle: string;
  readonly server: ServerName;
  /** As `/v1/config` said last. */
  readonly natsUrl: string;
  readonly registration: string;
  readonly envelopeBytes: number;
}

const ROW = "profile";
const SEED = "unconfirmed-seed";

export function profileOf(handle: string, config: Config): Profile {
  const bytes = config.limits["envelope_bytes"];
  return {
    handle, server: serverNameOf(config), natsUrl: config.nats, registration: config.registration,
    envelopeBytes: typeof bytes === "number" ? bytes : limits.defaultEnvelopeBytes,
  };
}

/** A server whose name is none is not one that handles could be registered on; signing for it makes no harm. */
export function serverNameOf(config: Config): ServerName {
  return parseServerName(config.server) ?? (config.server as ServerName);
}

export function meOf({ handle, server }: Profile, primary: Primary, origin: string, hasPassphrase: boolean): Me {
  return {
    primary, handle, fqhn: `${handle}@${server}`, nkey: nkeyOf(primary), link: contactLink(origin, handle, primary), hasPassphrase,
  };
}

export function serverView(config: Pick<Profile, "server" | "registration">, origin: string): ServerView {
  return { name: config.server, origin, registration: config.registration, fileBytes: limits.fileBytes };
}

export function loadProfile(rows: SealedRows): Promise<Profile | undefined> {
  return rows.get<Profile>("meta", ROW);
}

export function saveProfile(rows: SealedRows, profile: Profile): Promise<void> {
  return rows.write([{ kind: "put", store: "meta", id: ROW, value: profile }]);
}

/**
 * The recovery key of an identity that was made here, until its owner has given it back: without it a reload would take the
 * only chance to write it down. Sealed under a key that cannot be exported, and gone with the confirmation.
 */
export const unconfirmed = {
  load: (rows: SealedRows): Promise<string | undefined> => rows.get<string>("meta", SEED),
  save: (rows: SealedRows, recovery: string): Promise<void> =>
    rows.write([{ kind: "put", store: "meta", id: SEED, value: recovery }]),
  forget: (rows: SealedRows): Promise<void> => rows.write([{ kind: "delete", store: "meta", id: SEED }]),
};
