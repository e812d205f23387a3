/**
 * What the frame holds and does not draw itself. The frame draws the head of the list (own picture, "New conversation",
 * "Settings"), the status line, the notices, settings and the contact's window; these fill the rest.
 *
 * Each finds what it shows in the app's state. Windows are opened through `parts/overlay.ts`.
 */
import type { FunctionComponent } from "preact";

export interface Slots {
  /** Under the head of the left pane: search, requests, the list. As high as the pane leaves it; scrolls by itself. */
  readonly List: FunctionComponent;
  /** The right pane while `route.conv` is set: head (with "Back" on a phone), messages, composer. Fills the pane. */
  readonly Conversation: FunctionComponent;
  /** Drawn over everything, always there: the windows `newConversation`, `switcher` and `shortcuts`, and the keys. */
  readonly Over: FunctionComponent;
}
