/** Which conversations stand together: people one writes with, strangers who asked, and those who are shut out. */
import type { ConversationView } from "../../app/api.js";

export type Folder = "all" | "requests";

/** Blocked conversations are in neither: settings have their list. */
export function folderOf(conversations: readonly ConversationView[], folder: Folder): ConversationView[] {
  return conversations.filter(({ standing }) => standing === (folder === "all" ? "accepted" : "request"));
}

/** Those whose name, handle or key holds every word of `query`. */
export function named(conversations: readonly ConversationView[], query: string, ownName: string): ConversationView[] {
  const words = folded(query).split(" ").filter((word) => word !== "");
  return conversations.filter(({ name, isSelf, peer }) => {
    const text = folded([name.text, name.petname, name.handle, name.fqhn, isSelf ? ownName : null, peer].filter((part) => part !== null).join(" "));
    return words.every((word) => text.includes(word));
  });
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().trim().replace(/\s+/gu, " ");
}
