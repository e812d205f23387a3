import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

test("the NATS client imports nothing but itself, and knows nothing of kez", () => {
  const folder = "web/src/nats";
  for (const name of readdirSync(folder)) {
    const text = readFileSync(`${folder}/${name}`, "utf8");
    for (const [, from] of text.matchAll(/from "([^"]*)";$/gm)) assert.match(from ?? "", /^\.\/[a-z-]+$/, name);
  }
});
