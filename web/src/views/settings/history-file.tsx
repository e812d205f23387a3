import { useRef, useState } from "preact/hooks";
import type { Failure } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { saveAs } from "../parts/save-as.js";
import { t } from "../texts/t.js";
import { Card } from "./card.js";

type Work = "export" | "import" | null;

/** All that this browser holds, as one encrypted file: out, and in. */
export function HistoryFile() {
  const handle = useAppState((state) => state.me?.handle ?? "kez");
  const actions = useActions();
  const chooser = useRef<HTMLInputElement>(null);
  const [work, setWork] = useState<Work>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [done, setDone] = useState<string | null>(null);

  const start = (next: Work): void => {
    setWork(next);
    setFailure(null);
    setDone(null);
  };
  const exportAll = async (): Promise<void> => {
    start("export");
    const outcome = await actions.exportHistory();
    setWork(null);
    if (!outcome.ok) return setFailure(outcome.failure);
    saveAs(outcome.value, `kez-${handle}-${new Date().toISOString().slice(0, 10)}.kez`);
    setDone(t("settings.exported"));
  };
  const importAll = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    start("import");
    const outcome = await actions.importHistory(file);
    setWork(null);
    if (outcome.ok) setDone(t("notice.history_imported", { count: outcome.value }));
    else setFailure(outcome.failure);
  };

  return (
    <>
      <Card title={t("settings.export")} about={t("settings.exportAbout")}>
        <div>
          <Button icon="download" busy={work === "export"} disabled={work === "import"} onClick={() => void exportAll()}>
            {t("settings.exportAction")}
          </Button>
        </div>
      </Card>
      <Card title={t("settings.import")} about={t("settings.importAbout")}>
        <div>
          <Button icon="upload" busy={work === "import"} disabled={work === "export"} onClick={() => chooser.current?.click()}>
            {t("settings.importAction")}
          </Button>
          <input ref={chooser} type="file" class="unseen" tabIndex={-1} aria-label={t("settings.importAction")} accept=".kez,application/octet-stream"
            onChange={(event) => { void importAll(event.currentTarget.files?.[0]); event.currentTarget.value = ""; }} />
        </div>
      </Card>
      <div role="status">
        {done !== null && <Banner kind="good">{done}</Banner>}
        {failure !== null && <Banner kind="danger" icon="error">{failureText(failure)}</Banner>}
      </div>
    </>
  );
}
