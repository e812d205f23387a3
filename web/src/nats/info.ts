import { ProtocolError } from "./errors";
import type { ServerInfo } from "./options";

/** Reads an INFO's JSON. Members of other types than ours count as absent. */
export function readInfo(json: string): ServerInfo {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ProtocolError("an INFO that is no JSON", { cause });
  }
  if (typeof value !== "object" || value === null) throw new ProtocolError("an INFO that is no object");
  const members = value as Record<string, unknown>;
  const text = (name: string) => (typeof members[name] === "string" ? { [name]: members[name] } : {});
  const number = (name: string) => (typeof members[name] === "number" ? { [name]: members[name] } : {});
  return {
    max_payload: 1024 * 1024,
    ...number("max_payload"),
    ...number("client_id"),
    ...text("server_id"),
    ...text("version"),
    ...text("nonce"),
    headers: members["headers"] === true,
    ldm: members["ldm"] === true,
  };
}
