/** Turns answers into the types of `models.ts`, or fails with `bad_answer`. */
import type { Bytes } from "../core/bytes";
import { KezError } from "../core/errors";
import { Members, parse } from "../core/json/members";
import { readJson } from "../core/json/reader";
import type { JsonValue } from "../core/json/value";
import { parseFullHandle, parseHandle } from "../core/identity/handle";
import { type Primary, parsePrimary } from "../core/identity/primary";
import { limits } from "../core/limits";
import { failure } from "./failures";
import type {
  AccountStatus, Appended, Config, Head, InboxSettings, InboxStats, Limit, Page, Sent, Sigchain, Stored, User,
} from "./models";

/** What `read` makes of an answer's object. */
export function readAnswer<Result>(body: Bytes, read: (answer: Members) => Result): Result {
  const reading = readJson(body, limits.bodyDepth);
  if (!reading.ok) throw failure("bad_answer", "The server's answer is not JSON.", reading.error);
  try {
    return read(new Members(reading.value, "bad_answer"));
  } catch (error) {
    if (error instanceof KezError) throw failure("bad_answer", `The server's answer cannot be read. ${error.message}`);
    throw error;
  }
}

const primary = (value: JsonValue): Primary | null => parse(value, parsePrimary);
/** A name that no server registers would only be there to look like another. */
const handle = (value: JsonValue): string | null => parse(value, parseHandle);
const fullHandle = (value: JsonValue): string | null => parse(value, (text) => (parseFullHandle(text) === null ? null : text));
const raw = (value: JsonValue): Bytes | null => (value.isObject ? value.raw : null);

export function readUser(answer: Members): User {
  const sigchain = answer.members("sigchain");
  return {
    handle: answer.required("handle", handle),
    fqhn: answer.required("fqhn", fullHandle),
    primary: answer.primary("primary"),
    sigchain_url: answer.string("sigchain_url"),
    registered_at: answer.string("registered_at"),
    sigchain: { length: sigchain.integer("length", 0), head: sigchain.optionalString("head") },
  };
}

export function readUsers(answer: Members): User[] {
  return answer.list("users", (value) => readUser(new Members(value, "bad_answer")));
}

/** One message, as pages and the stream have it. */
export function readStored(answer: Members): Stored {
  return {
    seq: answer.integer("seq", 0),
    from: answer.optional("from", primary),
    envelope: answer.required("envelope", raw),
    received_at: answer.string("received_at"),
  };
}

export function readPage(answer: Members): Page {
  return {
    messages: answer.list("messages", (value) => readStored(new Members(value, "bad_answer"))),
    next: answer.integer("next", 0),
    has_more: answer.required("has_more", (value) => value.boolean),
    oldest: answer.integer("oldest", 0),
    truncated: answer.required("truncated", (value) => value.boolean),
    epoch: answer.string("epoch"),
  };
}

export function readHead(answer: Members): Head {
  return { last_seq: answer.integer("last_seq", 0), epoch: answer.string("epoch") };
}

export function readSent(answer: Members): Sent {
  return { seq: answer.integer("seq", 0), duplicate: answer.optional("duplicate", (value) => value.boolean) ?? false };
}

export function readSigchain(answer: Members): Sigchain {
  return {
    primary: answer.primary("primary"),
    links: answer.list("links", raw),
    head: answer.optionalString("head"),
    length: answer.integer("length", 0),
  };
}

export function readAppended(answer: Members): Appended {
  return { seq: answer.integer("seq", 1), head: answer.string("head") };
}

export function readAccount(answer: Members): AccountStatus {
  return {
    handle: answer.optionalString("handle"),
    suspended: answer.required("suspended", (value) => value.boolean),
    reason: answer.optionalString("reason"),
    until: answer.optionalString("until"),
  };
}

export function readDeleted(answer: Members): number {
  return answer.integer("deleted", 0);
}

export function readSettings(answer: Members): InboxSettings {
  return {
    blocked: answer.list("blocked", primary),
    anonymous: answer.required("anonymous", (value) => value.boolean),
  };
}

export function readStats(answer: Members): InboxStats {
  return {
    messages: answer.integer("messages", 0),
    bytes: answer.integer("bytes", 0),
    last_seq: answer.integer("last_seq", 0),
    over_quota: answer.required("over_quota", (value) => value.boolean),
    anonymous: answer.optional("anonymous", (value) => value.integer) ?? 0,
  };
}

export function readConfig(answer: Members): Config {
  const protocol = answer.members("protocol");
  const named: Record<string, Limit> = Object.create(null) as Record<string, Limit>;
  for (const [name, value] of answer.object("limits").members ?? []) {
    const limit = readLimit(value);
    // A limit of a kind that this version does not know is a newer server's: nobody here asks for it.
    if (limit !== undefined) named[name] = limit;
  }
  return {
    server: answer.string("server"),
    server_time: answer.string("server_time"),
    protocol: { min: protocol.integer("min", 0), max: protocol.integer("max", 0) },
    limits: named,
    nats: answer.string("nats"),
    features: answer.list("features", (value) => value.string),
    registration: answer.string("registration"),
  };
}

function readLimit(value: JsonValue): Limit | undefined {
  if (value.isNull) return null;
  if (value.number !== null) return value.number;
  const burst = value.get("burst")?.number;
  const perSecond = value.get("per_second")?.number;
  return typeof burst === "number" && typeof perSecond === "number" ? { burst, per_second: perSecond } : undefined;
}
