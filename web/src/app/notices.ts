/** What is told in passing: the catalogue's keys, without a sentence. */
import type { MessageId } from "../core/messages/id";
import type { ConvId, Order } from "../engine/model";

/** Keys `notice.<key>` of the catalogue; `params` names what each takes. */
export type NoticeKey =
  /** `code` of the failure: the catalogue has `failure.<code>` beside it. */
  | "action_failed"
  | "copied" | "saved"
  | "conversation_removed" | "contact_blocked" | "contact_unblocked" | "contact_verified"
  /** `count` */
  | "history_imported" | "forwarded"
  | "history_exported" | "passphrase_set" | "passphrase_removed" | "recovery_confirmed" | "handle_released"
  /** The server no longer holds everything since the last visit. */
  | "messages_lost"
  /** `name` */
  | "file_too_large" | "contact_alarm"
  | "heic_sent_as_is" | "notifications_denied"
  /** Another tab did it. */
  | "signed_out";

export type NoticeKind = "info" | "success" | "warning" | "error";
export type NoticeParams = Readonly<Record<string, string | number>>;

/** What a notice offers; `runNotice` does it. Its label is `notice.action.<kind>`. */
export type NoticeAction =
  | { readonly kind: "open"; readonly conv: ConvId; readonly message: MessageId | null }
  | { readonly kind: "retry"; readonly conv: ConvId; readonly order: Order }
  | { readonly kind: "settings" };

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly key: NoticeKey;
  readonly params: NoticeParams;
  readonly action: NoticeAction | null;
}
