import assert from "node:assert/strict";
import { test } from "node:test";
import { linkify } from "../../src/views/messages/linkify";

const links = (text: string): string[] => linkify(text).flatMap((piece) => (piece.kind === "link" ? [piece.href] : []));

test("addresses are found, and the sentence around them is not", () => {
  const found: [string, string[]][] = [
    ["see https://kez.lat/a?b=c#d.", ["https://kez.lat/a?b=c#d"]],
    ["(https://kez.lat/a)", ["https://kez.lat/a"]],
    ["https://en.wikipedia.org/wiki/Rust_(language)!", ["https://en.wikipedia.org/wiki/Rust_(language)"]],
    ["http://127.0.0.1:6969/messages, and HTTPS://KEZ.LAT", ["http://127.0.0.1:6969/messages", "https://kez.lat/"]],
    ["<https://kez.lat>", ["https://kez.lat/"]],
    ["\"https://kez.lat/x\"", ["https://kez.lat/x"]],
    ["https://kez.lat/文", ["https://kez.lat/%E6%96%87"]],
    ["https://a.example\nhttps://b.example", ["https://a.example/", "https://b.example/"]],
    ["nothing here", []], ["kez.lat", []], ["", []],
  ];
  for (const [text, expected] of found) assert.deepEqual(links(text), expected, text);
});

test("only what says http or https, and what has one plain host", () => {
  for (const text of [
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.example", "vbscript:x",
    "https://", "http://.", "https://bank.example@evil.example/", "https://user:pass@evil.example", "xhttps://kez.lat", "mailto:a@b.c",
  ]) assert.deepEqual(links(text), [], text);
});

test("what hides or turns the direction ends an address", () => {
  assert.deepEqual(links("https://a.example/\u202egnp.exe"), ["https://a.example/"]);
  assert.deepEqual(links("https://a.example/x\u200by"), ["https://a.example/x"]);
});

test("the pieces put together are the text", () => {
  for (const text of ["a https://b.example, c (https://d.example/)). e", "https://x.example", "x", "https://a@b https://c.example"]) {
    assert.equal(linkify(text).map((piece) => piece.text).join(""), text);
  }
  const many = "https://a.example ".repeat(5000);
  const pieces = linkify(many);
  assert.equal(pieces.filter((piece) => piece.kind === "link").length, 200);
  assert.equal(pieces.map((piece) => piece.text).join(""), many);
  assert.ok(linkify(`https://${"a)".repeat(50_000)}`).length > 0);
});
