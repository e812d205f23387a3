import type { Connection } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Button } from "../parts/button.js";
import { Icon, type IconName } from "../parts/icon.js";
import { Spinner } from "../parts/spinner.js";
import { useNow } from "../parts/use-now.js";
import { fullDateOf, relativeOf } from "../texts/dates.js";
import { t, textOf } from "../texts/t.js";

interface Line {
  readonly kind: "calm" | "warning" | "danger";
  readonly icon: IconName | null;
  readonly text: string;
  readonly retry: boolean;
  /** Only worth a line when it lasts. */
  readonly late: boolean;
}

/** What is wrong with the connection, the clock or the storage, and what to do; nothing while all is well. */
export function StatusBar() {
  const connection = useAppState((state) => state.connection);
  const clockOff = useAppState((state) => state.clockOff);
  const storage = useAppState((state) => state.storage);
  const server = useAppState((state) => state.server?.name ?? location.host);
  const actions = useActions();
  const counts = connection.kind === "waiting" || connection.kind === "refused";
  const now = useNow(counts ? 1000 : 60_000);
  const line = storage !== null ? storageLine(storage.code)
    : connectionLine(connection, server, now) ?? (clockOff !== null ? clockLine(clockOff) : null);
  return (
    <div class="status" role="status">
      {line !== null && (
        <div class={`status-line status-${line.kind}${line.late ? " status-late" : ""}`}>
          {line.icon === null ? <Spinner size={16} label={null} /> : <Icon name={line.icon} size={18} />}
          <p class="status-text">{line.text}</p>
          {line.retry && <Button size="small" kind="quiet" onClick={actions.retryConnection}>{t("frame.tryNow")}</Button>}
        </div>
      )}
    </div>
  );
}

const quiet = { retry: false, late: false } as const;

function connectionLine(connection: Connection, server: string, now: number): Line | null {
  switch (connection.kind) {
    case "live": case "live_http": case "none": return null;
    case "connecting":
      return { kind: "calm", icon: null, text: t("frame.connectingTo", { server }), retry: false, late: true };
    case "offline":
      return { kind: "warning", icon: "wifiOff", text: t("frame.offlineLong"), ...quiet };
    case "waiting": {
      const { retryAt, code } = connection;
      const text = code === "bad_answer" ? t("frame.portal", { server }) : t("frame.noAnswer", { server });
      const next = retryAt === null || retryAt <= now ? "" : ` ${t("frame.nextTry", { when: relativeOf(retryAt, now) })}`;
      return { kind: "warning", icon: "wifiOff", text: text + next, retry: true, late: false };
    }
    case "refused": {
      const why = textOf(`failure.${connection.code}`) ?? t("frame.refusedLong", { server });
      return { kind: "danger", icon: "block", text: why, retry: true, late: false };
    }
    case "suspended": {
      const { reason, until } = connection;
      const what = reason === null ? t("frame.suspendedLong") : t("frame.suspendedBecause", { reason });
      const end = until === null ? t("frame.suspendedOpen") : t("frame.suspendedUntil", { when: fullDateOf(until) });
      return { kind: "danger", icon: "block", text: `${what} ${end}`, ...quiet };
    }
  }
}

function clockLine(off: number): Line {
  const minutes = Math.max(1, Math.round(Math.abs(off) / 60_000));
  const text = off > 0 ? t("frame.clockSlow", { count: minutes }) : t("frame.clockFast", { count: minutes });
  return { kind: "warning", icon: "clock", text, ...quiet };
}

function storageLine(code: string): Line {
  const text = textOf(`failure.storage_${code}`) ?? t("failure.storage_failed");
  return { kind: "danger", icon: "alert", text, retry: true, late: false };
}
