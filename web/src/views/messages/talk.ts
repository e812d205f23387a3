/** What the rows of a conversation can ask for: one object, the same as long as the conversation is open. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ConvId, Message, Order, Primary } from "../../app/api.js";
import type { FileUrls } from "../media/urls.js";
import type { Place } from "../parts/place.js";

export interface Talk {
  readonly conv: ConvId;
  readonly me: Primary;
  readonly urls: FileUrls;
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  /** Opens the menu of a message. */
  readonly menu: (message: Message, at: DOMRect | Place) => void;
  /** Opens the choice of reactions. */
  readonly pick: (message: Message, at: DOMRect) => void;
  readonly react: (message: Message, emoji: string) => void;
  readonly jump: (order: Order) => void;
  /** Shows a picture or a film large. */
  readonly enlarge: (message: Message) => void;
}

const Context = createContext<Talk | null>(null);

export const TalkProvider = Context.Provider;

export function useTalk(): Talk {
  const talk = useContext(Context);
  if (talk === null) throw new Error("a row outside of a conversation");
  return talk;
}
