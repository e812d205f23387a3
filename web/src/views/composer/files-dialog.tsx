import { useEffect, useRef, useState } from "preact/hooks";
import { type ConvId, extensionOf, type Failure, limits, safeFilename } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button, IconButton } from "../parts/button.js";
import { classes } from "../parts/classes.js";
import { Dialog } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { Icon } from "../parts/icon.js";
import { Spinner } from "../parts/spinner.js";
import { sizeOf } from "../texts/sizes.js";
import { t } from "../texts/t.js";
import { claimedKind } from "../media/kinds.js";
import type { Chosen, ChosenFiles } from "./use-chosen-files.js";

export interface FilesDialogProps {
  readonly conv: ConvId;
  readonly chosen: ChosenFiles;
  readonly onMore: () => void;
  readonly onSent: () => void;
}

/** What is about to be sent: looked at, described, taken out again. */
export function FilesDialog({ conv, chosen, onMore, onSent }: FilesDialogProps) {
  const actions = useActions();
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const going = chosen.files.filter(({ refusal }) => refusal === null);
  const send = async (): Promise<void> => {
    if (going.length === 0 || chosen.isPreparing || isSending) return;
    setSending(true);
    setFailure(null);
    const sent = await actions.sendFiles(conv, going.map(({ file, caption }) => ({
      blob: file, filename: file.name, mime: file.type || "application/octet-stream", caption: caption.trim() === "" ? null : caption.trim(),
    })));
    setSending(false);
    if (!sent.ok) return setFailure(sent.failure);
    chosen.clear();
    onSent();
  };
  return (
    <Dialog title={t("composer.sendFiles", { count: Math.max(1, going.length) })} onClose={chosen.clear} class="files-dialog" actions={
      <>
        <Button kind="quiet" icon="plus" onClick={onMore}>{t("composer.addFiles")}</Button>
        <Button kind="primary" icon="send" busy={isSending} disabled={going.length === 0 || chosen.isPreparing} onClick={() => void send()}>
          {t("composer.send")}
        </Button>
      </>
    }>
      {failure !== null && <Banner kind="danger" urgent>{failureText(failure)}</Banner>}
      <ul class="chosen-files" aria-label={t("composer.files")}>
        {chosen.files.map((file, index) => <ChosenFile key={file.id} file={file} chosen={chosen} isFirst={index === 0} onSend={() => void send()} />)}
      </ul>
      {chosen.isPreparing && <p class="chosen-preparing"><Spinner size={16} label={null} />{t("composer.preparing")}</p>}
    </Dialog>
  );
}

interface ChosenFileProps {
  readonly file: Chosen;
  readonly chosen: ChosenFiles;
  readonly isFirst: boolean;
  readonly onSend: () => void;
}

function ChosenFile({ file: { id, file, caption, refusal, isAsItWas }, chosen, isFirst, onSend }: ChosenFileProps) {
  const most = useAppState((state) => state.server?.fileBytes ?? limits.fileBytes);
  const name = safeFilename(file.name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => { if (isFirst) input.current?.focus(); }, []);
  return (
    <li class={classes("chosen-file", refusal !== null && "chosen-refused")}>
      <Thumbnail file={file} name={name} />
      <div class="chosen-about">
        <p class="chosen-name"><bdi>{name}</bdi></p>
        {refusal === null
          ? <p class="chosen-size">{isAsItWas ? t("composer.asItIs", { size: sizeOf(file.size) }) : sizeOf(file.size)}</p>
          : <p class="chosen-why" role="alert">{t(`composer.refused_${refusal}`, { size: sizeOf(file.size), most: sizeOf(most) })}</p>}
        {refusal === null && (
          <input ref={input} class="chosen-caption" type="text" dir="auto" value={caption} maxLength={1000} placeholder={t("composer.caption")}
            aria-label={t("composer.captionOf", { name })}
            onInput={(event) => chosen.caption(id, event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
              event.preventDefault();
              onSend();
            }} />
        )}
      </div>
      <IconButton icon="close" size="small" label={t("common.removeNamed", { name })} onClick={() => chosen.remove(id)} />
    </li>
  );
}

/** A picture of a picture; the kind of everything else. One's own file, but shown by the same rules as those of others. */
function Thumbnail({ file, name }: { readonly file: File; readonly name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  const isPicture = claimedKind(file.type) === "image";
  useEffect(() => {
    if (!isPicture) return undefined;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, isPicture]);
  if (url !== null) return <img class="chosen-picture" src={url} alt="" onError={() => setUrl(null)} />;
  return <span class="chosen-picture chosen-kind"><Icon name="file" size={22} /><span aria-hidden="true">{extensionOf(name).slice(0, 4)}</span></span>;
}
