declare const brand: unique symbol;

/** A name of 3 to 32 characters that stands for one primary on a server. Source: protocol, section 3. */
export type Handle = string & { readonly [brand]: "handle" };

/** The domain a server speaks for, lowercase, the part after the `@`; a port may follow. */
export type ServerName = string & { readonly [brand]: "server" };

/** A handle with its server, `handle@server`. */
export interface FullHandle {
  readonly handle: Handle;
  readonly server: ServerName;
}

/** null unless `text` is of the form; whether it is reserved is `isReserved`'s to say. */
export function parseHandle(text: string): Handle | null {
  return /^[a-z0-9][a-z0-9_-]{2,31}$/.test(text) ? (text as Handle) : null;
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Takes a host name of any case with an optional port; null for anything else. */
export function parseServerName(text: string): ServerName | null {
  const lowered = text.toLowerCase();
  const [host = "", port, ...more] = lowered.split(":");
  const isPort = port === undefined || (/^[0-9]{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536);
  const isHost = host.length <= 253 && host.split(".").every((part) => label.test(part));
  return more.length === 0 && isPort && isHost ? (lowered as ServerName) : null;
}

/** null unless `text` is a handle, one `@` and a server name. */
export function parseFullHandle(text: string): FullHandle | null {
  const parts = text.split("@");
  const handle = parseHandle(parts[0] ?? "");
  const server = parseServerName(parts[1] ?? "");
  return parts.length === 2 && handle && server ? { handle, server } : null;
}

export function formatFullHandle({ handle, server }: FullHandle): string {
  return `${handle}@${server}`;
}

const reserved = new Set(
  (
    "admin administrator root system support help security abuse postmaster webmaster hostmaster info noreply " +
    "no-reply api www mail kez nats sig server moderator mod staff official everyone here all null undefined anonymous anon " +
    "guest me self well-known admins moderators noc operator superuser sysadmin"
  ).split(" "),
);

/** Whether nobody may register it anywhere; a server's operator may reserve more. */
export function isReserved(handle: Handle): boolean {
  return reserved.has(handle);
}
