import { type FileDescription, type FileKey, extensionOf, safeFilename } from "../../app/api.js";
import { useActions } from "../parts/app.js";
import { IconButton } from "../parts/button.js";
import { Icon } from "../parts/icon.js";
import { sizeOf } from "../texts/sizes.js";
import { t } from "../texts/t.js";
import { download } from "./download.js";

export interface FileCardProps {
  readonly file: FileDescription;
  readonly fileKey: FileKey;
  readonly isHere: boolean;
}

/** A file that is not shown: its name, its size, and the way to save it. */
export function FileCard({ file, fileKey, isHere }: FileCardProps) {
  const actions = useActions();
  const name = safeFilename(file.filename);
  const save = async (): Promise<void> => {
    if (!await download(actions, fileKey, file.filename)) actions.notify("error", "action_failed", { code: "file_gone" });
  };
  return (
    <div class="file">
      <span class="file-icon">
        <Icon name="file" size={22} />
        <span class="file-extension" aria-hidden="true">{extensionOf(name).slice(0, 4)}</span>
      </span>
      <span class="file-about">
        <bdi class="file-name">{name}</bdi>
        <span class="file-size">{sizeOf(file.size)}</span>
      </span>
      {isHere && <IconButton icon="download" label={t("media.download", { name })} onClick={() => void save()} />}
    </div>
  );
}
