/** Errors, named as those of the official client. */

export class NatsError extends Error {
  override name = "NatsError";
}

/** What came is not the NATS protocol; the connection ends. */
export class ProtocolError extends NatsError {
  override name = "ProtocolError";
}

/** A caller's mistake, such as a subject with a space. */
export class InvalidArgumentError extends NatsError {
  override name = "InvalidArgumentError";
}

/** There is no connection, or it ended before the answer. */
export class ConnectionError extends NatsError {
  override name = "ConnectionError";
  /** The WebSocket's close code, if one was heard. */
  readonly closeCode: number | null;
  constructor(message: string, closeCode: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.closeCode = closeCode;
  }
}

/** Nothing was heard for too long: the socket is dead though it says open. */
export class StaleConnectionError extends ConnectionError {
  override name = "StaleConnectionError";
}

export class ClosedConnectionError extends NatsError {
  override name = "ClosedConnectionError";
  constructor(cause?: unknown) {
    super("the connection was closed", cause === undefined ? undefined : { cause });
  }
}

export class DrainingConnectionError extends NatsError {
  override name = "DrainingConnectionError";
  constructor() {
    super("the connection is being drained");
  }
}

export class TimeoutError extends NatsError {
  override name = "TimeoutError";
}

/** Nobody listens on the subject of a request. */
export class NoRespondersError extends NatsError {
  override name = "NoRespondersError";
  readonly subject: string;
  constructor(subject: string) {
    super(`nobody answers on "${subject}"`);
    this.subject = subject;
  }
}

export class MaxPayloadError extends NatsError {
  override name = "MaxPayloadError";
  readonly size: number;
  readonly maximum: number;
  constructor(size: number, maximum: number) {
    super(`${size} bytes, the server takes ${maximum}`);
    this.size = size;
    this.maximum = maximum;
  }
}

/** An `-ERR` of the server. */
export class ServerError extends NatsError {
  override name = "ServerError";
}

/** The login was refused, or taken back. */
export class AuthorizationError extends ServerError {
  override name = "AuthorizationError";
}

/** The login's time is over. */
export class UserAuthenticationExpiredError extends AuthorizationError {
  override name = "UserAuthenticationExpiredError";
}

export class PermissionViolationError extends ServerError {
  override name = "PermissionViolationError";
  readonly operation: "publish" | "subscription";
  readonly subject: string;
  readonly queue: string | null;
  constructor(message: string, operation: "publish" | "subscription", subject: string, queue: string | null) {
    super(message);
    this.operation = operation;
    this.subject = subject;
    this.queue = queue;
  }
}

const violation = /^permissions violation for (publish|subscription) to "([^"]*)"(?: using queue "([^"]*)")?/i;
const refusals = /^(authorization violation|authentication (timeout|expired|revoked)|user authentication revoked|account authentication (expired|timeout))/i;

/** @param text what stands between the quotes of an `-ERR` line */
export function serverError(text: string): ServerError {
  const [, operation, subject, queue] = violation.exec(text) ?? [];
  if (operation !== undefined && subject !== undefined) {
    const verb = operation.toLowerCase() === "publish" ? "publish" : "subscription";
    return new PermissionViolationError(text, verb, subject, queue ?? null);
  }
  if (/^user authentication expired/i.test(text)) return new UserAuthenticationExpiredError(text);
  return refusals.test(text) ? new AuthorizationError(text) : new ServerError(text);
}
