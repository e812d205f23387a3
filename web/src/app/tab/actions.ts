/** What a person can do, put together from what the tab does itself and what it asks of the tab that leads. */
import { newMessageId } from "../../core/messages/id";
import type { ConvId, Message } from "../../engine/model";
import type { Actions, Outcome } from "../actions";
import { done, failed } from "../failure";
import type { CallArguments, CallName, CallResult } from "../host/calls";
import type { Choices } from "../host/choices";
import type { Preferences } from "../state";
import { loadOpenPreferences, saveOpenPreferences } from "./open-preferences";
import type { Tab } from "./tab";

/** What only a page can do. */
export interface PageServices {
  /** Asks the browser for leave to notify. */
  readonly askForNotifications: () => Promise<Preferences["permission"]>;
  readonly reloadForUpdate: () => void;
  readonly install: () => Promise<void>;
  readonly reload: () => void;
}

const FOR_GOOD = Number.MAX_SAFE_INTEGER;

export function actionsOf(tab: Tab, services: PageServices): Actions {
  const { notices, router } = tab;

  /** For views that tell of a failure themselves. */
  async function ask<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<Outcome> {
    const outcome = await tab.call(name, ...args);
    return outcome.ok ? done : outcome;
  }

  /** For those that do not. */
  async function act<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<CallResult<Name> | null> {
    const outcome = await tab.call(name, ...args);
    if (outcome.ok) return outcome.value;
    notices.failure(outcome.failure);
    return null;
  }

  async function startConversation(text: string): Promise<Outcome<ConvId>> {
    const found = await tab.call("findContact", text);
    if (!found.ok) return found;
    const begun = await tab.call("begin", found.value.primary);
    if (!begun.ok) return begun;
    router.go({ page: "messages", conv: begun.value.id, message: null }, router.route.page === "contact" ? "replace" : "push");
    return { ok: true, value: begun.value.id };
  }

  async function sendText(conv: ConvId, text: string, replyTo: Message["id"] | null): Promise<Outcome> {
    // Named here: when the tab that leads goes before it answers, the next one is asked for the very same message.
    const id = newMessageId();
    for (let attempt = 0; ; attempt++) {
      const outcome = await tab.call("sendText", conv, text, { replyTo, id });
      if (outcome.ok) return done;
      if (outcome.failure.code !== "leader_gone" || attempt > 0) return outcome;
    }
  }

  return {
    navigate: (route, how) => router.go(route, how),
    back: () => router.back(),

    checkHandle: async (text) => {
      const outcome = await tab.call("checkHandle", text);
      return outcome.ok ? outcome.value : { kind: "unknown", failure: outcome.failure };
    },
    createIdentity: async (handle, invite = null) => {
      const outcome = await tab.call("createIdentity", handle, invite);
      // The invite has done what it was for.
      if (outcome.ok && router.route.page === "invite") router.go({ page: "messages", conv: null, message: null }, "replace");
      return outcome;
    },
    importSeed: (text) => tab.call("importSeed", text),
    abandonKey: () => ask("abandonKey"),
    recoverySeed: (passphrase = null) => tab.call("recoverySeed", passphrase),
    confirmRecovery: (text) => ask("confirmRecovery", text),
    unlock: (passphrase) => ask("unlock", passphrase),
    setPassphrase: (next, proof = null) => ask("setPassphrase", next, proof),
    lock: () => ask("lock"),
    signOut: () => ask("signOut"),
    releaseHandle: () => ask("releaseHandle"),
    exportHistory: () => tab.call("exportHistory"),
    importHistory: (file) => tab.call("importHistory", file),

    openConversation: (conv, message = null) => router.go({ page: "messages", conv, message }),
    closeConversation: () => router.go({ page: "messages", conv: null, message: null }),
    loadBefore: async () => tab.open?.loadBefore(),
    loadAfter: async () => tab.open?.loadAfter(),
    jumpToPresent: async () => tab.open?.jumpToPresent(),
    jumpTo: async (order) => tab.open?.jumpTo(order),
    displayed: (conv, order) => tab.reading.displayed(conv, order),
    findContact: (text) => tab.call("findContact", text),
    startConversation,
    accept: async (conv) => { await act("accept", conv); },
    block: async (conv) => (await act("setBlocked", conv, true)) !== null,
    unblock: async (conv) => { await act("setBlocked", conv, false); },
    mute: async (conv, until) => { await act("mute", conv, Math.min(until, FOR_GOOD)); },
    rename: async (conv, petname) => { await act("rename", conv, petname === null || petname.trim() === "" ? null : petname.trim()); },
    removeConversation: async (conv) => (await act("removeConversation", conv)) !== null,

    sendText: (conv, text, replyTo = null) => sendText(conv, text, replyTo),
    sendFiles: (conv, files) => ask("sendFiles", conv, files),
    react: async ({ conv, id }, emoji) => { await act("react", conv, id, emoji); },
    edit: ({ conv, id }, text) => ask("edit", conv, id, text),
    deleteForEveryone: async ({ conv, id }) => { await act("deleteForEveryone", conv, id); },
    deleteForMe: async ({ conv, order }) => { await act("deleteForMe", conv, order); },
    forward: (message, to) => ask("forward", message, to),
    retry: async ({ conv, order }) => { await act("retry", conv, order); },
    cancelTransfer: async ({ conv, order }) => { await act("cancelTransfer", conv, order); },
    fetchFile: async (key) => { await act("fetchFile", key); },
    fileBlob: (key) => act("fileBlob", key),
    saveDraft: (conv, text) => { void tab.call("saveDraft", conv, text); },
    typing: (conv, active) => { void tab.call("typing", conv, active); },

    safetyNumber: (conv) => tab.call("safetyNumber", conv),
    compareSafetyCode: async (conv, text) => (await act("compareSafetyCode", conv, text)) ?? "not_a_code",
    markVerified: async (conv, verified) => {
      const peer = tab.view(conv)?.peer;
      if (peer !== undefined) await act("markVerified", peer, verified);
    },
    acknowledgeAlarm: async (conv) => { await act("acknowledgeAlarm", conv); },

    search: (query, conv = null) => { void tab.finder.search(query, conv); },

    setPreference: (name, value) => {
      if (name === "permission") return;
      if (name === "theme" || name === "language") {
        saveOpenPreferences(tab.parts.storage, { ...loadOpenPreferences(tab.parts.storage), [name]: value });
        return tab.preferencesAre();
      }
      void act("choose", { [name]: value } satisfies Partial<Record<keyof Preferences, unknown>> as Partial<Choices>);
    },
    requestNotifications: async () => {
      const permission = await services.askForNotifications();
      tab.preferencesAre();
      if (permission !== "granted") return failed("notifications_denied");
      return ask("choose", { notifications: true });
    },
    retryConnection: () => { void tab.call("look"); },
    notify: (kind, key, params = {}, action = null) => notices.add(kind, key, params, action),
    dismissNotice: (id) => notices.dismiss(id),
    runNotice: (id) => {
      const action = notices.find(id)?.action;
      notices.dismiss(id);
      if (action?.kind === "open") router.go({ page: "messages", conv: action.conv, message: action.message });
      if (action?.kind === "retry") void act("retry", action.conv, action.order);
      if (action?.kind === "settings") router.go({ page: "settings", section: null });
    },
    reloadForUpdate: () => services.reloadForUpdate(),
    install: () => services.install(),
    reload: () => services.reload(),
  };
}
