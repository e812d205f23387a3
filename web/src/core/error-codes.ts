/**
 * The codes this version knows, with their HTTP statuses.
 *
 * Source: protocol, sections 4 to 9; docs/PROTOCOL.md, "Error codes".
 */
export const statuses = {
  bad_json: 400,
  bad_request: 400,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
  unauthorized: 401,
  forbidden: 403,
  internal: 500,
  bad_envelope: 400,
  bad_type: 400,
  key_mismatch: 400,
  bad_signature: 400,
  wrong_server: 400,
  bad_handle: 400,
  reserved_handle: 400,
  stale_timestamp: 400,
  replayed: 409,
  handle_taken: 409,
  primary_taken: 409,
  registration_closed: 403,
  invite_required: 403,
  bad_invite: 403,
  invite_used: 409,
  unknown_recipient: 404,
  inbox_full: 507,
  wrong_recipient: 400,
  unknown_sender: 403,
  suspended: 403,
  anonymous_refused: 403,
  bad_cursor: 400,
  stale_head: 409,
  not_authorised: 403,
  bad_link: 400,
  key_taken: 409,
  wrong_shard: 400,
  catching_up: 503,
  upgrade_required: 426,
} as const;

export type KnownCode = keyof typeof statuses;
