import { KezError } from "../core/errors";
import {
  AuthorizationError, ClosedConnectionError, ConnectionError, MaxPayloadError, NoRespondersError, PermissionViolationError,
  ServerError, TimeoutError, UserAuthenticationExpiredError,
} from "../nats/index";
import { failure } from "./failures";

/** Whether a connection ended because the server does not want this key, now. */
export function isRefusal(error: Error): boolean {
  if (error instanceof UserAuthenticationExpiredError) return false;
  if (error instanceof KezError) return error.code === "login_refused";
  return error instanceof AuthorizationError || /too many connections/i.test(error.message);
}

/** What the NATS client throws, in the words of the doors. */
export function ofNats(error: unknown): KezError {
  if (error instanceof KezError) return error;
  if (error instanceof PermissionViolationError) {
    return failure("not_permitted", "The server does not permit this.", error);
  }
  if (error instanceof UserAuthenticationExpiredError) return failure("offline", "The login's time is over.", error);
  if (error instanceof AuthorizationError) return failure("login_refused", "The server refused the login.", error);
  if (error instanceof NoRespondersError) return unavailable(error);
  if (error instanceof TimeoutError) return failure("timeout", "The server did not answer in time.", error);
  if (error instanceof MaxPayloadError) return failure("too_large_to_send", "This is too large to send.", error);
  if (error instanceof ClosedConnectionError) return failure("closed", "The connection was closed.", error);
  if (error instanceof ServerError && isRefusal(error)) return failure("login_refused", "Too many connections.", error);
  if (error instanceof ConnectionError || error instanceof ServerError) {
    return failure("offline", "There is no connection to the server.", error);
  }
  return failure("bad_answer", "The connection broke.", error);
}

function unavailable(cause: Error): KezError {
  const error = new KezError("unavailable", "The service is not reachable; try again.");
  error.cause = cause;
  return error;
}
