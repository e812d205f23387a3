import { useEffect, useRef, useState } from "preact/hooks";
import { displayMessage, type FileDescription, type FileKey, type Message, safeFilename } from "../../app/api.js";
import { useTalk } from "../messages/talk.js";
import { useActions } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { Spinner } from "../parts/spinner.js";
import { t } from "../texts/t.js";
import { download } from "./download.js";
import { Player } from "./player.js";
import { useFile } from "./use-file.js";
import { useZoom } from "./use-zoom.js";

export interface LightboxProps {
  /** The message whose file is shown, and those that can be gone to from it, in order. */
  readonly message: Message;
  readonly all: readonly Message[];
  readonly onShow: (message: Message) => void;
  readonly onClose: () => void;
}

/** A picture or a film, as large as the page. Arrows go on, `+` and `-` zoom, Esc closes. */
export function Lightbox({ message, all, onShow, onClose }: LightboxProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const actions = useActions();
  const zoom = useZoom(message.id);
  const index = all.findIndex(({ id, sender }) => id === message.id && sender === message.sender);
  const [previous, next] = [all[index - 1], all[index + 1]];
  useEffect(() => {
    const before = document.activeElement;
    if (dialog.current?.open === false) dialog.current.showModal();
    return () => { if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true }); };
  }, []);
  if (message.shown.kind !== "file") return null;
  const { file, key } = message.shown;
  const name = safeFilename(file.filename);
  const onKeyDown = (event: KeyboardEvent): void => {
    const goTo = { ArrowLeft: previous, ArrowRight: next }[event.key];
    const isTrack = event.target instanceof HTMLInputElement;
    if (goTo !== undefined && !isTrack) onShow(goTo);
    else if (event.key === "+" || event.key === "=") zoom.by(1.5);
    else if (event.key === "-") zoom.by(1 / 1.5);
    else if (event.key === "0") zoom.reset();
    else if (event.key !== "Escape") return;
    else onClose();
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <dialog ref={dialog} class="lightbox" aria-label={name} onKeyDown={onKeyDown} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <header class="lightbox-head">
        <bdi class="lightbox-name one-line">{name}</bdi>
        {all.length > 1 && <span class="lightbox-count">{t("media.position_of", { index: index + 1, total: all.length })}</span>}
        <IconButton icon="zoomOut" label={t("media.zoomOut")} onClick={() => zoom.by(1 / 1.5)} />
        <IconButton icon="zoomIn" label={t("media.zoomIn")} onClick={() => zoom.by(1.5)} />
        <IconButton icon="download" label={t("media.download", { name })} onClick={() => void download(actions, key, file.filename)} />
        <IconButton icon="close" label={t("common.close")} onClick={onClose} autofocus />
      </header>
      <div class="lightbox-stage" {...zoom.handlers} onClick={(event) => { if (event.target === event.currentTarget && !zoom.isMoved()) onClose(); }}>
        <Large key={key} file={file} fileKey={key} transform={zoom.transform} />
      </div>
      {previous !== undefined && <IconButton class="lightbox-previous" icon="chevronLeft" size="large" label={t("media.previous")} onClick={() => onShow(previous)} />}
      {next !== undefined && <IconButton class="lightbox-next" icon="chevronRight" size="large" label={t("media.next")} onClick={() => onShow(next)} />}
      {file.caption !== null && file.caption !== "" && <p class="lightbox-caption" dir="auto">{displayMessage(file.caption).slice(0, 1000)}</p>}
    </dialog>
  );
}

interface LargeProps {
  readonly file: FileDescription;
  readonly fileKey: FileKey;
  readonly transform: string;
}

function Large({ file, fileKey, transform }: LargeProps) {
  const { urls } = useTalk();
  const [isBroken, setBroken] = useState(false);
  const shown = useFile(urls, fileKey, file.mime, true);
  const name = safeFilename(file.filename);
  if (shown === null) return <Spinner size={32} />;
  if (isBroken || shown === "gone" || shown.shape.kind === "file" || shown.shape.kind === "audio") return <p class="lightbox-note">{t("media.imageBroken", { name })}</p>;
  return shown.shape.kind === "video"
    ? <Player kind="video" url={shown.url} name={name} />
    : <img class="lightbox-image" src={shown.url} alt={name} style={{ transform }} draggable={false} onError={() => setBroken(true)} />;
}
