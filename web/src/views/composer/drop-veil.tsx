import type { ConversationView } from "../../app/api.js";
import { nameOf } from "../messages/use-conversation.js";
import { Icon } from "../parts/icon.js";
import { rich } from "../texts/rich.js";

/** Over the page while files are dragged over it: where they will go. */
export function DropVeil({ conversation }: { readonly conversation: ConversationView }) {
  return (
    <div class="drop-veil" aria-hidden="true">
      <div class="drop-card">
        <Icon name="upload" size={32} />
        <p>{rich("composer.dropTo", { name: <bdi>{nameOf(conversation)}</bdi> })}</p>
      </div>
    </div>
  );
}
