import assert from "node:assert/strict";
import { test } from "node:test";
import { displayMessage, displayText } from "../../src/core/identity/display";
import { extensionOf, safeFilename } from "../../src/core/identity/filename";
import { isMixedScript, lookalikeOf, skeletonOf } from "../../src/core/identity/lookalike";

test("a name in one line reorders and hides nothing", () => {
  const shown: [string, string][] = [
    ["Ann", "Ann"], ["  a \n b\t", "a b"], ["exe.\u202egpj", "exe.gpj"], ["a\u200bb\u2060c\ufeff", "abc"], ["a\u00adb", "ab"],
    ["\u0000\u001b[31mred", "[31mred"], ["a\u2028b", "a b"], ["\u2066x\u2069", "x"], ["x\u{e0041}y", "xy"], ["\ud800", "\ufffd"],
    ["e\u0301", "é"], ["a\u200d\u200db", "ab"], ["👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"], ["نم\u200cي", "نم\u200cي"], ["\u3164", ""],
    ["שלום", "שלום"],
  ];
  for (const [text, expected] of shown) assert.equal(displayText(text), expected, JSON.stringify(text));
  assert.equal(displayText("z" + "\u0336".repeat(500)).length, 5);
  assert.equal(displayText("😀".repeat(100), 10), "😀".repeat(9) + "…");
  assert.equal(displayText("x".repeat(10), 10), "x".repeat(10));
  assert.ok(displayText("a\u202e".repeat(2_000_000)).length <= 64);
});

test("a message keeps its lines and its script", () => {
  assert.equal(displayMessage("a\r\nb\tc\u0007\u202ed\u2067"), "a\nb\tcd");
  assert.equal(displayMessage("<b>&amp;\u200f ש"), "<b>&amp;\u200f ש");
});

test("a filename is one harmless name", () => {
  const safe: [string, string][] = [
    ["a.txt", "a.txt"], ["../../etc/passwd", "passwd"], ["C:\\Windows\\x.exe", "x.exe"], ["", "file"], ["..", "file"], ["/", "file"],
    [".bashrc", "bashrc"], ["con.txt", "_con.txt"], ["LPT1", "_LPT1"], ["a<b>|?.png", "a_b___.png"], ["photo\u202egnp.exe", "photognp.exe"],
    ["a\u0000b.txt", "a b.txt"], ["x.txt.", "x.txt"], ["~/x", "x"], ["naïve 文.pdf", "naïve 文.pdf"], ["\u200b", "file"],
  ];
  for (const [name, expected] of safe) assert.equal(safeFilename(name), expected, JSON.stringify(name));
  const long = safeFilename(`${"x".repeat(5000)}.jpeg`);
  assert.ok(long.length === 120 && long.endsWith("….jpeg"));
  assert.equal(extensionOf("a.TAR.Gz"), "gz");
  assert.equal(extensionOf("a"), "");
});

test("names that look alike are known", () => {
  const pairs: [string, string][] = [
    ["paul", "pau1"], ["paul", "раul"], ["modern", "modem"], ["wally", "vvally"], ["bob_b", "bob-b"], ["b0b", "bob"], ["ANN", "ann"],
    ["ａnn", "ann"], ["ánn", "ann"], ["an\u200bn", "ann"],
  ];
  for (const [one, other] of pairs) assert.equal(skeletonOf(one), skeletonOf(other), `${one} ${other}`);
  assert.notEqual(skeletonOf("ann"), skeletonOf("anna"));
  assert.equal(lookalikeOf("pau1", ["ben", "paul"]), "paul");
  assert.equal(lookalikeOf("paul", ["paul"]), null);
  assert.ok(isMixedScript("pаul"));
  for (const name of ["paul", "Павел", "Анна Smith", "山田 taro", "Ωmega".slice(1), "b0b-1"]) assert.ok(!isMixedScript(name), name);
});
