/** The places of the client as paths, both ways. What no place has leads to the list of conversations. */
import type { ConvId } from "../engine/model";
import { isHex } from "../core/bytes";
import { type MessageId, parseMessageId } from "../core/messages/id";

export type SettingsSection =
  | "profile" | "recovery" | "passphrase" | "notifications" | "appearance" | "language" | "privacy" | "blocked" | "history"
  | "devices" | "account" | "about";

export type Route =
  | { readonly page: "messages"; readonly conv: ConvId | null; readonly message: MessageId | null }
  /** null: the list of sections. */
  | { readonly page: "settings"; readonly section: SettingsSection | null }
  /** A link to a person: `text` is the whole of it, for `findContact` and `startConversation`. */
  | { readonly page: "contact"; readonly handle: string; readonly text: string }
  /** An invite to register with. */
  | { readonly page: "invite"; readonly invite: string };

const SECTIONS: readonly SettingsSection[] = [
  "profile", "recovery", "passphrase", "notifications", "appearance", "language", "privacy", "blocked", "history", "devices",
  "account", "about",
];

/** @param location of a page, or any URL of this server */
export function routeOf(location: Pick<Location, "origin" | "pathname" | "hash">): Route {
  const parts = location.pathname.split("/").filter((part) => part !== "").map(decoded);
  const [page = "", first = "", second = ""] = parts;
  switch (page) {
    case "messages": return { page, conv: parseConvId(first), message: parseConvId(first) === null ? null : parseMessageId(second) };
    case "settings": return { page, section: SECTIONS.find((section) => section === first) ?? null };
    case "u":
      if (first !== "") return { page: "contact", handle: first, text: location.origin + location.pathname + location.hash };
      break;
    // Behind the `#`, where no server sees it; in the path as well, for links that were made by hand.
    case "invite": return { page, invite: first === "" ? decoded(location.hash.slice(1)) : first };
  }
  return { page: "messages", conv: null, message: null };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "messages": return ["/messages", route.conv, route.message].filter((part) => part !== null).join("/");
    case "settings": return route.section === null ? "/settings" : `/settings/${route.section}`;
    case "contact": return new URL(route.text).pathname + new URL(route.text).hash;
    // Not in the path: an invite has dots, and a server takes that for the name of a file.
    case "invite": return `/invite#${encodeURIComponent(route.invite)}`;
  }
}

export function isSameRoute(left: Route, right: Route): boolean {
  return left.page === right.page && pathOf(left) === pathOf(right);
}

function parseConvId(text: string): ConvId | null {
  return isHex(text, 32) ? (text as ConvId) : null;
}

/** A percent sign that encodes nothing is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
