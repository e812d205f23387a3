/** What tabs call once somebody is signed in, for whichever session there is when they call. */
import { safetyCode, safetyNumber, checkSafetyCode } from "../../core/identity/safety-number";
import type { Bytes } from "../../core/bytes";
import type { Commands } from "../../engine/commands";
import type { ConvId, Conversation } from "../../engine/model";
import type { Library } from "../../engine/library";
import { refusal } from "../failure";
import { readAlarm } from "./alarms";
import { COMMANDS, type EngineCalls, READS, type SessionCalls } from "./calls";
import { meet } from "./contacts";
import { fileBlob, forward, sendFiles, transferViews } from "./files";
import type { Session } from "./session";

/** @param current throws KezError `not_ready` when nobody is signed in */
export function sessionCalls(current: () => Session, origin: string): SessionCalls {
  const conversation = (conv: ConvId): Conversation => {
    const found = current().engine.library.conversation(conv);
    if (found === undefined) throw refusal("not_found");
    return found;
  };
  const mark = async (peer: Conversation["peer"], isVerified: boolean): Promise<void> => {
    const { pins, book } = current();
    await pins.change(peer, { verifiedAt: isVerified ? Date.now() : null });
    book.peerIs(peer);
  };
  return {
    exportHistory: async () => {
      const parts: Bytes[] = [];
      for await (const part of (await current().engine.history()).export()) parts.push(part);
      return new Blob(parts, { type: "application/octet-stream" });
    },
    importHistory: async (file) => {
      const { engine, pins, book } = current();
      const history = await engine.history();
      const count = await history.import(async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()));
      await pins.load();
      book.everythingIs();
      return count;
    },
    findContact: async (text) => {
      const { profile, door, pins, engine, book, trust } = current();
      // Whoever is refused for it is told to look at the conversation: the warning stands there.
      const met = await meet(text, { origin, server: profile.server }, door, pins, (pinned) => void trust.suspect(pinned));
      const known = engine.library.conversations().find(({ peer, thread }) => peer === met.primary && thread === null);
      const lookalike = met.handle === null ? null : book.lookalikeOf(met.primary, met.handle);
      return { ...met, conv: known?.id ?? null, isSelf: met.primary === engine.me, lookalike };
    },
    sendFiles: (conv, files) => sendFiles(current().engine.commands, conv, files),
    forward: (message, to) => forward(current().engine, message, to),
    fileBlob: (key) => fileBlob(current().engine.library, key),
    transfers: (keys) => transferViews(current().engine.library, keys),
    saveDraft: async (conv, text) => {
      const { engine, book } = current();
      book.draftIs(conv, text);
      await engine.commands.saveDraft(conv, text);
    },
    choose: (choices) => current().choose(choices),
    check: async (conv) => current().trust.look(conversation(conv).peer),
    safetyNumber: async (conv) => {
      const { peer } = conversation(conv);
      const { me } = current().engine;
      return { groups: await safetyNumber(me, peer), code: safetyCode(me, peer) };
    },
    compareSafetyCode: async (conv, text) => {
      const { peer } = conversation(conv);
      const result = checkSafetyCode(text, current().engine.me, peer);
      if (result === "match") await mark(peer, true);
      return result;
    },
    markVerified: mark,
    acknowledgeAlarm: async (conv) => {
      const { peer, alarm } = conversation(conv);
      await current().trust.acknowledge(peer, readAlarm(alarm).alarm);
    },
  };
}

/** The engine's own, as they are; what is sent ends its draft. */
export function engineCalls(current: () => Session): EngineCalls {
  const commands = bound(COMMANDS, (): Commands => current().engine.commands);
  return {
    ...commands,
    ...bound(READS, (): Library => current().engine.library),
    begin: async (peer) => {
      const conversation = await current().engine.commands.begin(peer);
      current().trust.look(peer);
      return conversation;
    },
    sendText: async (conv, text, more) => {
      const { engine, book } = current();
      const posted = await engine.commands.sendText(conv, text, more);
      book.draftIs(conv, "");
      return posted;
    },
  };
}

type Method = (...args: never[]) => unknown;

/** Methods of an object that is found anew for each call. */
function bound<Owner extends { readonly [Name in Names]: Method }, Names extends string>(
  names: readonly Names[], owner: () => Owner,
): Pick<Owner, Names> {
  const entries = names.map((name) => [name, (...args: never[]) => owner()[name](...args)] as const);
  // Each entry calls the method of its own name with the arguments it was given.
  return Object.fromEntries(entries) as unknown as Pick<Owner, Names>;
}
