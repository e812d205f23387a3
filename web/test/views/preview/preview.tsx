/** A page to look at views with (look.py does): `/?scene=<name>`, `&contact=<n>` with that contact's window. No part of the product. */
import "../../../src/views/style/index.css";
import { mount } from "../../../src/views/frame/root.js";
import { useAppState } from "../../../src/views/parts/app.js";
import { showOverlay } from "../../../src/views/parts/overlay.js";
import { conv } from "./people.js";
import { fakeApp } from "./scene.js";

const query = new URLSearchParams(location.search);
const element = document.querySelector("#app");
if (element !== null) mount(fakeApp(query.get("scene") ?? "ready"), { List, Conversation: () => null, Over: () => null }, element);
const contact = query.get("contact");
if (contact !== null) showOverlay({ kind: "contact", conv: conv(Number(contact)) });

function List() {
  const conversations = useAppState((state) => state.conversations);
  return <ul>{conversations.map((one) => <li key={one.id} class="person-row">{one.name.text}</li>)}</ul>;
}
