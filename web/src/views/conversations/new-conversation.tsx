import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure, FoundContact } from "../../app/api.js";
import { useActions, useAppState } from "../parts/app.js";
import { Avatar } from "../parts/avatar.js";
import { Banner } from "../parts/banner.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { failureText } from "../parts/failure-text.js";
import { Field } from "../parts/field.js";
import { canScan, QrScanner } from "../parts/qr-scanner.js";
import { Spinner } from "../parts/spinner.js";
import { rich } from "../texts/rich.js";
import { t } from "../texts/t.js";

/** Milliseconds without a key after which a name is looked up. */
const PAUSE = 350;

export interface NewConversationProps {
  /** Put into the field. */
  readonly text: string;
  readonly onClose: () => void;
}

/** Whom to write to: a handle, a handle of a server, a key, a link, or a code for the camera. */
export function NewConversation({ text: given, onClose }: NewConversationProps) {
  const actions = useActions();
  const [text, setText] = useState(given);
  const { found, failure, isLooking } = useContact(text);
  const [isScanning, setScanning] = useState(false);
  const [isStarting, setStarting] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const start = async (whom: string): Promise<void> => {
    if (whom.trim() === "" || isStarting) return;
    setStarting(true);
    const started = await actions.startConversation(whom);
    setStarting(false);
    if (started.ok) onClose();
    else setRefused(started.failure);
  };
  const error = refused ?? failure;
  return (
    <Dialog title={t("conversations.new")} onClose={onClose} actions={
      <>
        {canScan() && !isScanning && <Button kind="quiet" icon="qr" onClick={() => setScanning(true)}>{t("conversations.scan")}</Button>}
        <Button kind="primary" busy={isStarting} disabled={found === null} onClick={() => void start(text)}>{t("conversations.start")}</Button>
      </>
    }>
      <form class="new-conversation" onSubmit={(event) => { event.preventDefault(); void start(text); }}>
        {isScanning && <QrScanner onScan={(scanned) => { setScanning(false); setRefused(null); setText(scanned); }} />}
        <Field label={t("conversations.whom")} value={text} onValue={(value) => { setText(value); setRefused(null); }} autofocus spellcheck={false} autocapitalize="off"
          hint={t("conversations.whomHint")} error={error === null ? undefined : failureText(error)}
          trailing={isLooking ? <span class="field-trailing"><Spinner size={18} /></span> : undefined} />
        {found !== null && <Found contact={found} />}
      </form>
    </Dialog>
  );
}

function Found({ contact: { primary, handle, fqhn, conv, isSelf, lookalike } }: { readonly contact: FoundContact }) {
  const key = `${primary.slice(8, 16)}…${primary.slice(-8)}`;
  return (
    <div class="found" aria-live="polite">
      <div class="found-person">
        <Avatar seed={primary} size={44} />
        <span class="found-about">
          <bdi class="found-name">{isSelf ? t("conversations.notes") : (fqhn ?? handle ?? t("conversations.noHandle"))}</bdi>
          <span class="found-key mono">{key}</span>
        </span>
        {conv !== null && <span class="found-known">{t("conversations.known")}</span>}
      </div>
      {isSelf && <p class="found-note">{t("conversations.selfText")}</p>}
      {lookalike !== null && <Banner kind="warning" title={t("conversations.lookalike")}>{rich("conversations.lookalikeText", { name: <bdi>{lookalike}</bdi> })}</Banner>}
    </div>
  );
}

interface Looked {
  readonly found: FoundContact | null;
  readonly failure: Failure | null;
  readonly isLooking: boolean;
}

const nothing: Looked = { found: null, failure: null, isLooking: false };

/** Who is meant, asked when the typing pauses; answers to what was typed before are dropped. */
function useContact(text: string): Looked {
  const actions = useActions();
  const [looked, setLooked] = useState(nothing);
  // Who could not be asked for without a connection is asked for when it is there.
  const isConnected = useAppState(({ connection: { kind } }) => kind === "live" || kind === "live_http" || kind === "suspended");
  const round = useRef(0);
  useEffect(() => {
    const mine = ++round.current;
    // Shorter than any handle.
    if (text.trim().replace(/^@/, "").length < 3) {
      setLooked(nothing);
      return undefined;
    }
    setLooked({ ...nothing, isLooking: true });
    const timer = setTimeout(() => {
      void actions.findContact(text).then((outcome) => {
        if (round.current !== mine) return;
        setLooked(outcome.ok ? { ...nothing, found: outcome.value } : { ...nothing, failure: outcome.failure });
      });
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, isConnected]);
  return looked;
}
