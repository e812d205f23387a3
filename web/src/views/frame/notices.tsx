import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Notice } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Toast } from "../parts/toast.js";
import { t, textOf } from "../texts/t.js";

const kinds = { info: "info", success: "good", warning: "warning", error: "danger" } as const;

/** What happened, told in passing, over everything that is open. */
export function Notices() {
  const notices = useAppState((state) => state.notices);
  const actions = useActions();
  const list = useRef<HTMLDivElement>(null);
  const latest = notices.at(-1);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    // Shown anew for each, so that it is above a window that was opened meanwhile.
    if (element.matches(":popover-open")) element.hidePopover();
    if (latest !== undefined) element.showPopover();
  }, [latest?.id]);
  return (
    <>
      <Said text={latest === undefined ? "" : noticeText(latest)} />
      <div class="toasts" popover="manual" ref={list} role="region" aria-label={t("frame.notices")}>
        {notices.map((notice) => (
          <Toast key={notice.id} kind={kinds[notice.kind]} onClose={() => actions.dismissNotice(notice.id)}
            lasts={notice.kind === "error" || notice.action !== null ? 10_000 : 5000}
            action={notice.action === null ? undefined
              : { label: t(`noticeAction.${notice.action.kind}`), onSelect: () => actions.runNotice(notice.id) }}>
            {noticeText(notice)}
          </Toast>
        ))}
      </div>
    </>
  );
}

/** For those who hear the page: an element that was there before its text, or it would not be heard. */
function Said({ text }: { readonly text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => setSaid(text), [text]);
  return <div class="unseen" role="status">{said}</div>;
}

function noticeText({ key, params }: Notice): string {
  const code = params["code"];
  const why = key === "action_failed" && typeof code === "string" ? textOf(`failure.${code}`) : null;
  return why ?? textOf(`notice.${key}`, params) ?? t("common.error");
}
