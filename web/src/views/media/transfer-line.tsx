import type { Message, TransferView } from "../../app/api.js";
import { transferText } from "../messages/reasons.js";
import { useActions } from "../parts/app.js";
import { Button, IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { t } from "../texts/t.js";

export interface TransferLineProps {
  readonly message: Message;
  readonly transfer: TransferView | undefined;
  /** It was whole, and is not here any more. */
  readonly isGone: boolean;
}

/** How far a file came, and what to do when it does not. */
export function TransferLine({ message, transfer, isGone }: TransferLineProps) {
  const actions = useActions();
  const { shown } = message;
  if (shown.kind !== "file") return null;
  if (isGone || transfer?.state === "gone") return <p class="transfer-note">{t("media.gone")}</p>;
  if (transfer === undefined || transfer.state === "whole") return null;
  const { direction, done, count, state, failure } = transfer;
  if (state === "moving") {
    // One piece has no middle.
    if (direction === "out" && count <= 1) return null;
    const text = direction === "in" ? t("media.receiving", { done, total: count }) : t("media.sending", { done, total: count });
    return (
      <div class="transfer">
        <div class="transfer-bar" role="progressbar" aria-label={text} aria-valuemin={0} aria-valuemax={count} aria-valuenow={done}>
          <span style={{ width: `${count === 0 ? 0 : (100 * done) / count}%` }} />
        </div>
        <span class="transfer-text">{text}</span>
        <IconButton icon="close" size="small" label={t("media.cancel")} onClick={() => void actions.cancelTransfer(message)} />
      </div>
    );
  }
  // What failed to go out is told of at the message itself.
  if (direction === "out" && message.state === "failed") return null;
  const retry = (): void => void (direction === "in" ? actions.fetchFile(shown.key) : actions.retry(message));
  return (
    <div class="transfer-failed" role="group">
      <Icon name={state === "failed" ? "error" : "close"} size={16} />
      <span>{state === "failed" ? transferText(failure) : t("media.cancelled")}</span>
      <Button kind="quiet" size="small" icon="refresh" onClick={retry}>{t("common.retry")}</Button>
    </div>
  );
}
