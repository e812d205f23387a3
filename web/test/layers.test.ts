import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

const root = "web/src";
/** Folder: what it may import beside itself. Below `views` nothing knows a page, and `core` knows nothing at all. */
const layers: Record<string, readonly string[]> = {
  core: [],
  nats: [],
  net: ["core", "nats"],
  store: ["core"],
  engine: ["core", "net", "store"],
  app: ["core", "nats", "net", "store", "engine"],
  views: ["app"],
};

/** What views are made with; nothing below them knows a package. */
const packages = ["preact", "preact/hooks", "qrcode-generator"];

interface Source {
  readonly path: string;
  /** The folder below `web/src`. */
  readonly layer: string;
  readonly text: string;
  /** Without comments and the text of strings. */
  readonly code: string;
}

function sources(): Source[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  return names.sort().map((name) => {
    const text = readFileSync(join(root, name), "utf8");
    const code = text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|"(?:[^"\\\n]|\\.)*"/g, (found) => (found[0] === '"' ? '""' : ""));
    return { path: join(root, name), layer: name.includes("/") ? (name.split("/")[0] ?? "") : "", text, code };
  });
}

test("a layer imports those below it, and none but the views a package", () => {
  for (const { path, layer, text } of sources()) {
    const allowed = layers[layer];
    if (!allowed) continue; // The entry that puts everything together.
    for (const [, from, called] of text.matchAll(/^(?:(?:import|export|\}).*? from |import )"([^"\n]+)";$|\bimport\("([^"\n]+)"\)/gm)) {
      const target = from ?? called ?? "";
      if (layer === "views" && packages.includes(target)) continue;
      assert.ok(target.startsWith("."), `${path} imports the package ${target}`);
      const [folder = ""] = normalize(join(dirname(path), target)).slice(root.length + 1).split("/");
      assert.ok(folder === layer || allowed.includes(folder), `${path} imports ${target}`);
    }
  }
});

test("nothing is of any type, and no check is switched off", () => {
  for (const { path, text, code } of sources()) {
    assert.ok(!/[:<|&,(]\s*any\b|\bas any\b|\bany\[\]/.test(code), `${path} has any`);
    assert.ok(!/@ts-(ignore|nocheck|expect-error)/.test(text), `${path} switches a check off`);
  }
});

test("text never becomes markup or code", () => {
  for (const { path, code } of sources()) {
    assert.ok(!/\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|DOMParser)\b|document\.write|\beval\(|new Function\b/.test(code), path);
  }
});

test("the core has no page, no storage, no network and no clock", () => {
  const outside = /(?<![.\w])(document|window|navigator|localStorage|sessionStorage|indexedDB|fetch|WebSocket|setTimeout|setInterval|Math\.random|Date\.now|performance)\b\s*[.(]/;
  for (const { path, layer, code } of sources()) {
    if (layer === "core") assert.ok(!outside.test(code), `${path}: ${outside.exec(code)?.[0]}`);
  }
});

test("files stay small", () => {
  for (const { path, text } of sources()) assert.ok(text.split("\n").length <= 400, path);
});
