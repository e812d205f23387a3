/** A state of the app to look at, and actions that answer without a server. */
import type { Actions, App, AppState, Notice, Outcome, Store } from "../../../src/app/api.js";
import { routeOf } from "../../../src/app/route.js";
import { conv, conversations, primary } from "./people.js";

export const me = {
  primary: primary(99), handle: "alice", fqhn: "alice@kez.lat", nkey: `U${"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".repeat(2).slice(0, 55)}`,
  link: `https://kez.lat/u/alice#${primary(99)}`, hasPassphrase: false,
};

export const ready: AppState = {
  phase: { kind: "ready" }, route: { page: "messages", conv: null, message: null }, me,
  server: { name: "kez.lat", origin: "https://kez.lat", registration: "open", fileBytes: 10_485_760 },
  connection: { kind: "live" }, isCatchingUp: false, clockOff: null, storage: null, role: "leader", conversations, open: null,
  search: { query: "", conv: null, isSearching: false, results: [], took: null }, transfers: new Map(), notices: [],
  preferences: {
    theme: "system", language: null, notifications: false, permission: "default", previews: true, sounds: true, typing: true,
    receipts: true, online: true, enterSends: true,
  },
  reminders: { recovery: false, update: false, install: false }, counts: { unread: 3, requests: 1 },
};

const welcome: AppState = { ...ready, phase: { kind: "welcome", key: null }, me: null, conversations: [], connection: { kind: "none" } };
const notice = (id: number, kind: Notice["kind"], key: Notice["key"], params: Notice["params"] = {}, action: Notice["action"] = null): Notice =>
  ({ id, kind, key, params, action });

export const scenes: Readonly<Record<string, Partial<AppState>>> = {
  ready: {},
  first: { conversations: [], reminders: { recovery: true, update: false, install: false } },
  reminders: { reminders: { recovery: true, update: true, install: true } },
  offline: { connection: { kind: "offline" } },
  waiting: { connection: { kind: "waiting", retryAt: Date.now() + 42_000, code: "offline" } },
  refused: { connection: { kind: "refused", retryAt: Date.now() + 42_000, code: "login_refused" } },
  suspended: { connection: { kind: "suspended", reason: "flood", until: Date.UTC(2026, 10, 23, 12) } },
  clock: { clockOff: 720_000, connection: { kind: "live_http" } },
  storage: { storage: { code: "full" } },
  notices: {
    notices: [
      notice(1, "success", "contact_verified"), notice(2, "info", "history_imported", { count: 1234 }),
      notice(3, "error", "file_too_large", { name: "holiday-video-2026-final-final.mp4" }),
      notice(4, "warning", "contact_alarm", { name: "erin" }, { kind: "open", conv: conv(4), message: null }),
    ],
  },
  welcome,
  welcomeInvite: { ...welcome, server: { name: "kez.lat", origin: "https://kez.lat", registration: "invite", fileBytes: 10_485_760 } },
  welcomeClosed: { ...welcome, server: { name: "kez.lat", origin: "https://kez.lat", registration: "closed", fileBytes: 10_485_760 } },
  welcomeKey: { ...welcome, phase: { kind: "welcome", key: primary(12) } },
  locked: { ...welcome, phase: { kind: "locked" } },
  failed: { ...welcome, phase: { kind: "failed", reason: "no_storage" } },
  starting: { ...welcome, phase: { kind: "starting" } },
  owed: { reminders: { recovery: true, update: false, install: true } },
  passphrase: { me: { ...me, hasPassphrase: true } },
  denied: { preferences: { ...ready.preferences, permission: "denied" } },
};

const done: Outcome = { ok: true, value: undefined };
const recovery = "SUAGXWVUTSRQPONMLKJIHGFEDCBA765432ZYXWVUTSRQPONMLKJIHGFEDC";
const refused = (code: string) => ({ ok: false, failure: { code, retryAfter: null } }) as const;

/** The app of a scene; what the actions change is seen. */
export function fakeApp(name: string): App {
  let state: AppState = { ...ready, route: routeOf(location), ...scenes[name] };
  const listeners = new Set<() => void>();
  const store: Store<AppState> = {
    get: () => state,
    subscribe: (listener) => { listeners.add(listener); return () => listeners.delete(listener); },
  };
  const set = (values: Partial<AppState>): void => {
    state = { ...state, ...values };
    for (const listener of [...listeners]) listener();
  };
  const known: Partial<Actions> = {
    navigate: (route) => set({ route }),
    checkHandle: (text) => Promise.resolve({ kind: text.length < 3 ? "too_short" : text === "bob" ? "taken" : /^[a-z0-9][\w-]*$/.test(text) ? "available" : "bad_characters" }),
    createIdentity: () => {
      set({ phase: { kind: "ready" }, me, reminders: { ...state.reminders, recovery: true } });
      return Promise.resolve({ ok: true, value: { recovery } });
    },
    importSeed: (text) => Promise.resolve(text.startsWith("SU") ? { ok: true, value: "ready" } : refused("bad_recovery")),
    recoverySeed: () => Promise.resolve({ ok: true, value: recovery }),
    confirmRecovery: (text) => {
      if (!recovery.endsWith(text.toUpperCase())) return Promise.resolve(refused("wrong_recovery"));
      set({ reminders: { ...state.reminders, recovery: false } });
      return Promise.resolve(done);
    },
    unlock: () => Promise.resolve(refused("wrong_passphrase")),
    findContact: () => Promise.resolve({
      ok: true, value: { primary: primary(1), handle: "bob", fqhn: "bob@kez.lat", conv: null, isSelf: false, lookalike: null },
    }),
    safetyNumber: () => Promise.resolve({
      ok: true, value: { groups: Array.from({ length: 12 }, (_, at) => String(10_007 * (at + 3) % 100_000).padStart(5, "0")), code: `kez-safety-v1 ${primary(99)} ${primary(1)}` },
    }),
    dismissNotice: (id) => set({ notices: state.notices.filter((one) => one.id !== id) }),
    setPreference: (key, value) => set({ preferences: { ...state.preferences, [key]: value } }),
    markVerified: (id, verified) => {
      set({ conversations: state.conversations.map((one) => one.id === id ? { ...one, trust: { ...one.trust, verifiedAt: verified ? Date.now() : null } } : one) });
      return Promise.resolve();
    },
  };
  const actions = new Proxy(known, {
    get: (target, key) => Reflect.get(target, key) ?? (() => Promise.resolve(done)),
  }) as Actions;
  return { state: store, actions };
}
