import { type Bytes, decodeHex, encodeUtf8 } from "../bytes";
import type { Primary } from "../identity/primary";
import { Members, parse } from "../json/members";
import type { JsonValue } from "../json/value";
import { limits } from "../limits";
import { parseTimestamp, type Timestamp } from "../timestamp";

/** What a device of an identity may do. */
export type DeviceCapability = "send" | "profile" | "link";

export interface DeviceAddition {
  readonly device: Primary;
  readonly name: string;
  readonly capabilities: ReadonlySet<DeviceCapability>;
  readonly expiresAt: Timestamp | null;
  /** The device's own signature over `acceptanceText`, 64 bytes. */
  readonly acceptance: Bytes;
}

/**
 * What one link says: the member `body`, read by its `kind`.
 *
 * Source: protocol, section 7.
 */
export type LinkBody =
  | { readonly kind: "profile" | "proof" }
  | { readonly kind: "device_add"; readonly addition: DeviceAddition }
  | { readonly kind: "device_revoke"; readonly device: Primary }
  | { readonly kind: "policy"; readonly minimumMessage: number }
  /** Of a newer version; kept. */
  | { readonly kind: "unknown"; readonly name: string; readonly isCritical: boolean };

/** @throws KezError `bad_link` for a known kind of the wrong shape */
export function readLinkBody(kind: string, body: JsonValue): LinkBody {
  const members = new Members(body, "bad_link");
  switch (kind) {
    case "profile":
    case "proof":
      return { kind };
    case "device_add":
      return { kind, addition: readAddition(members) };
    case "device_revoke":
      members.optionalString("reason");
      return { kind, device: members.primary("device") };
    case "policy":
      members.optional("suites", (member) => member.items?.every((suite) => suite.string !== null) || null);
      return { kind, minimumMessage: members.integer("min_message", 0) };
    default:
      return { kind: "unknown", name: kind, isCritical: body.get("crit")?.boolean ?? false };
  }
}

function readAddition(members: Members): DeviceAddition {
  return {
    device: members.primary("device"),
    name: members.required("name", (member) => parse(member, deviceName)),
    capabilities: new Set(members.list("can", (element) => parse(element, capability))),
    expiresAt: members.optional("expires_at", (member) => parse(member, parseTimestamp)),
    acceptance: members.required("accept", (member) => {
      const signature = parse(member, decodeHex);
      return signature?.length === 64 ? signature : null;
    }),
  };
}

function deviceName(text: string): string | null {
  return Array.from(text).length <= limits.deviceNameCharacters ? text : null;
}

function capability(text: string): DeviceCapability | null {
  return text === "send" || text === "profile" || text === "link" ? text : null;
}

/** What a device signs to be added, at exactly one place of one chain. */
export function acceptanceText(primary: Primary, device: Primary, seq: number, prev: string | null): Bytes {
  return encodeUtf8(`kez-device-v1\n${primary}\n${device}\n${seq}\n${prev ?? "null"}`);
}
