import assert from "node:assert/strict";
import { test } from "node:test";
import { folderOf, named } from "../../src/views/conversations/folders";
import { person } from "./messages";

const ann = person(1, "ann");
const lena = person(2, "lena", { name: { text: "Léna Hofmann", kind: "petname", petname: "Léna Hofmann", handle: "lena_h", fqhn: "lena_h@kez.lat", key: "1…2" } });
const stranger = person(3, "stranger", { standing: "request" });
const blocked = person(4, "blocked", { standing: "blocked" });
const self = person(0, "me", { isSelf: true });
const all = [ann, lena, stranger, blocked, self];

test("strangers stand apart, and those who are shut out nowhere", () => {
  assert.deepEqual(folderOf(all, "all"), [ann, lena, self]);
  assert.deepEqual(folderOf(all, "requests"), [stranger]);
});

test("somebody is found by any name, in any case and without accents", () => {
  const found = (query: string): unknown => named(all, query, "Notes to self");
  assert.deepEqual(found("LENA"), [lena]);
  assert.deepEqual(found("hof lena"), [lena]);
  assert.deepEqual(found("lena_h@kez"), [lena]);
  assert.deepEqual(found("notes"), [self]);
  assert.deepEqual(found(ann.peer), [ann]);
  assert.deepEqual(found("nobody"), []);
  assert.deepEqual(found(" "), all);
});
