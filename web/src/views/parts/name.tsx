import { displayText } from "../../app/api.js";

/** A text of others in one line: a name, a filename. Nothing in it can turn around what stands beside it. */
export function Name({ children, maximum = 64 }: { readonly children: string; readonly maximum?: number }) {
  return <bdi class="name">{displayText(children, maximum)}</bdi>;
}
