import { useState } from "preact/hooks";
import type { Failure, HandleCheck, Primary } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { failureText } from "../parts/failure-text.js";
import { Field, type FieldProps } from "../parts/field.js";
import { Icon } from "../parts/icon.js";
import { Spinner } from "../parts/spinner.js";
import { t } from "../texts/t.js";
import { firstKey } from "./first-key.js";
import { useHandleCheck } from "./use-handle-check.js";

export interface CreateFormProps {
  /** A key that was imported and has no handle here. */
  readonly givenKey: Primary | null;
  readonly onImport: () => void;
}

/** Everything that an account takes: a handle; and an invite, where the server wants one. */
export function CreateForm({ givenKey, onImport }: CreateFormProps) {
  const actions = useActions();
  const server = useAppState((state) => state.server);
  const invited = useAppState((state) => (state.route.page === "invite" ? state.route.invite : ""));
  const [handle, setHandle] = useState("");
  const [invite, setInvite] = useState(invited);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const check = useHandleCheck(handle);
  const isClosed = server?.registration === "closed";
  const needsInvite = server?.registration === "invite" || invite !== "";

  const create = async (): Promise<void> => {
    // "unknown": the server did not answer then; it may now.
    if (busy || check === null || (check.kind !== "available" && check.kind !== "unknown")) return;
    setBusy(true);
    setFailure(null);
    firstKey.set({ kind: "making" });
    const outcome = await actions.createIdentity(handle, invite.trim() === "" ? null : invite.trim());
    const recovery = outcome.ok ? outcome.value.recovery : null;
    firstKey.set(recovery === null ? { kind: "none" } : { kind: "made", recovery });
    setBusy(false);
    if (!outcome.ok) setFailure(outcome.failure);
  };

  return (
    <form class="front-card" onSubmit={(event) => { event.preventDefault(); void create(); }}>
      {givenKey !== null && <div class="front-key"><Avatar seed={givenKey} size={56} /></div>}
      {isClosed ? <Banner kind="warning" icon="lock" title={t("entryFailure.registration_closed")}>{t("welcome.closedAbout")}</Banner> : (
        <>
          <Field label={t("welcome.handle")} value={handle} onValue={(value) => setHandle(value.trim().replace(/^@/, "").toLowerCase())}
            autofocus spellcheck={false} autocapitalize="none" maxLength={33} enterKeyHint="go" name="handle"
            trailing={server !== null && <span class="field-trailing">@{server.name}</span>}
            {...noteOf(check, handle)} />
          {needsInvite && (
            <Field label={t("welcome.invite")} value={invite} onValue={setInvite} spellcheck={false} autocapitalize="none"
              hint={t("welcome.inviteHint")} name="invite" />
          )}
          {failure !== null && <Banner kind="danger" icon="error" urgent>{failureText(failure)}</Banner>}
          <Button type="submit" kind="primary" size="large" wide busy={busy}
            disabled={!busy && (check?.kind !== "available" && check?.kind !== "unknown" || (server?.registration === "invite" && invite.trim() === ""))}>
            {t("welcome.create")}
          </Button>
        </>
      )}
      {givenKey === null
        ? <Button kind="quiet" wide icon="key" onClick={onImport}>{t("welcome.haveKey")}</Button>
        : <Button kind="quiet" wide onClick={() => void actions.abandonKey()}>{t("welcome.otherKey")}</Button>}
      <ul class="front-points">
        <li><Icon name="lock" size={18} />{t("welcome.pointSealed")}</li>
        <li><Icon name="key" size={18} />{t("welcome.pointKey")}</li>
        <li><Icon name="person" size={18} />{t("welcome.pointNothing")}</li>
      </ul>
    </form>
  );
}

/** What stands below the field: a hint, what is wrong, or good news. */
type Note = Pick<FieldProps, "hint" | "error" | "good">;

function noteOf(check: HandleCheck | null, handle: string): Note {
  return check === null ? { hint: <><Spinner size={12} label={null} /> {t("welcome.checking")}</> } : said(check, handle);
}

function said(check: HandleCheck, handle: string): Note {
  switch (check.kind) {
    case "empty": return { hint: t("welcome.handleHint") };
    // Nobody is told off for not having finished.
    case "too_short": return { hint: t("welcome.tooShort") };
    case "too_long": return { error: t("welcome.tooLong") };
    case "bad_characters": return { error: t("welcome.badCharacters") };
    case "reserved": return { error: t("entryFailure.reserved_handle") };
    case "taken": return { error: t("welcome.taken", { handle }) };
    case "available": return { good: t("welcome.available", { handle }) };
    case "unknown": return { error: failureText(check.failure) };
  }
}
