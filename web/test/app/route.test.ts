import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { isSameRoute, pathOf, type Route, routeOf } from "../../src/app/route";

const origin = "https://kez.test";
const at = (path: string): Route => routeOf(new URL(path, origin));
const conv = "0123456789abcdef0123456789abcdef";
const id = "fedcba9876543210fedcba9876543210";
const key = `ed25519:${"a".repeat(64)}`;

test("every place has an address that leads back to it", () => {
  const places = [
    "/messages", `/messages/${conv}`, `/messages/${conv}/${id}`, "/settings", "/settings/privacy", `/u/bob#${key}`, "/u/bob",
    "/invite#kez-invite.abc_-123",
  ];
  for (const path of places) {
    strictEqual(pathOf(at(path)), path);
    deepStrictEqual(at(pathOf(at(path))), at(path));
  }
});

test("what is no place leads to the list", () => {
  const list: Route = { page: "messages", conv: null, message: null };
  for (const path of ["/", "/nowhere", "/messages/../x", "/messages/short", "/u/", "/messages/%zz", `/messages/${conv.toUpperCase()}`]) {
    deepStrictEqual(at(path), list, path);
  }
  deepStrictEqual(at(`/messages/${conv}/nonsense`), { page: "messages", conv, message: null });
  deepStrictEqual(at("/settings/nonsense"), { page: "settings", section: null });
});

test("a link to a person keeps its key, an invite may stand behind the hash", () => {
  deepStrictEqual(at(`/u/bob#${key}`), { page: "contact", handle: "bob", text: `${origin}/u/bob#${key}` });
  deepStrictEqual(at("/invite#abc%2B"), { page: "invite", invite: "abc+" });
  deepStrictEqual(at("/invite/abc"), { page: "invite", invite: "abc" });
});

test("the same place is the same", () => {
  strictEqual(isSameRoute(at("/messages/"), at("/messages")), true);
  strictEqual(isSameRoute(at("/messages"), at(`/messages/${conv}`)), false);
});
