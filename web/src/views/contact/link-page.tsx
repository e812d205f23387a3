import { useEffect, useState } from "preact/hooks";
import type { Failure, FoundContact } from "../../app/api.js";
import { PageHead } from "../frame/page-head.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { EmptyState } from "../parts/empty-state.js";
import { failureText } from "../parts/failure-text.js";
import { Name } from "../parts/name.js";
import { Spinner } from "../parts/spinner.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

/** A link to a person was opened: who that is, and the way to write to them. */
export function LinkPage({ handle, text }: { readonly handle: string; readonly text: string }) {
  const actions = useActions();
  // Asked anew once there is a connection: a link is often what the client is opened with.
  const isConnected = useAppState((state) => state.connection.kind === "live" || state.connection.kind === "live_http");
  const [found, setFound] = useState<FoundContact | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (found !== null) return;
    let wanted = true;
    setFailure(null);
    void actions.findContact(text).then((outcome) => {
      if (!wanted) return;
      if (outcome.ok) setFound(outcome.value);
      else setFailure(outcome.failure);
    });
    return () => { wanted = false; };
  }, [text, isConnected]);
  const write = async (): Promise<void> => {
    setBusy(true);
    const outcome = await actions.startConversation(text);
    setBusy(false);
    if (!outcome.ok) setFailure(outcome.failure);
  };
  return (
    <div class="page">
      <PageHead title={t("contact.linkTitle")} backTo={{ page: "messages", conv: null, message: null }} />
      <div class="page-body">
        <div class="page-column link-page">
          {found === null && failure === null && <Spinner size={28} />}
          {found !== null && (
            <>
              <Avatar seed={found.primary} size={96} />
              <p class="contact-name"><Name>{found.handle ?? handle}</Name></p>
              <p class="muted one-line contact-full">{found.fqhn ?? found.primary}</p>
              {found.lookalike !== null && (
                <Banner kind="warning" title={t("alarm.lookalikeTitle")}>
                  {rich("alarm.lookalike", { name: <Name>{found.handle ?? handle}</Name>, other: <Name>{found.lookalike}</Name> })}
                </Banner>
              )}
              {found.isSelf && <Banner kind="info">{t("contact.linkSelf")}</Banner>}
              <Button kind="primary" size="large" icon="chat" busy={busy} onClick={() => void write()}>
                {found.isSelf ? t("contact.writeSelf") : t("contact.write")}
              </Button>
            </>
          )}
          {failure !== null && (
            <EmptyState icon="alert" title={rich("contact.linkFailed", { name: <Name>{handle}</Name> })}>
              <p>{failureText(failure)}</p>
            </EmptyState>
          )}
        </div>
      </div>
    </div>
  );
}
