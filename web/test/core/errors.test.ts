import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeUtf8 } from "../../src/core/bytes";
import { statuses } from "../../src/core/error-codes";
import { errorOfAnswer, KezError } from "../../src/core/errors";

test("a refusal is read from its answer, with its further members", () => {
  const error = errorOfAnswer(429, encodeUtf8('{"error":"Wait.","code":"rate_limited","retry_after":7,"server_time":"x"}'));
  assert.deepEqual([error.code, error.message, error.status, error.retryAfter, error.isRetriable], ["rate_limited", "Wait.", 429, 7, true]);
  assert.equal(error.answer?.get("server_time")?.string, "x");
  const newer = errorOfAnswer(400, encodeUtf8('{"error":"No.","code":"newer_code"}'));
  assert.deepEqual([newer.code, newer.isRetriable], ["newer_code", false]);
});

test("a body that is no error object gives a code fitting the status", () => {
  const codes: [number, string][] = [
    [400, "bad_request"], [401, "unauthorized"], [403, "forbidden"], [404, "not_found"], [405, "method_not_allowed"], [413, "too_large"],
    [429, "rate_limited"], [500, "internal"], [502, "unavailable"], [503, "unavailable"], [504, "unavailable"], [418, "internal"],
  ];
  for (const body of ["", "<html>", "[]", "{}", '{"code":5,"error":{}}']) {
    for (const [status, code] of codes) assert.equal(errorOfAnswer(status, encodeUtf8(body)).code, code);
  }
});

test("a code alone knows its status, and whether to try again", () => {
  assert.equal(new KezError("inbox_full").status, 507);
  assert.equal(new KezError("catching_up").isRetriable, true);
  assert.equal(new KezError("handle_taken").isRetriable, false);
});

test("the codes and statuses are those of docs/PROTOCOL.md", () => {
  const section = /^## \d+\. Error codes$.*?(?=^## |(?![\s\S]))/ms.exec(readFileSync("docs/PROTOCOL.md", "utf8"))?.[0] ?? "";
  const documented: Record<string, number> = {};
  for (const [, status, codes = ""] of section.matchAll(/^\| (\d{3}) \| ([^|]*)\|/gm)) {
    for (const [, code = ""] of codes.matchAll(/`(\w+)`/g)) documented[code] = Number(status);
  }
  for (const [code, status] of Object.entries(statuses)) assert.equal(documented[code], status, code);
  const known = new Set(Object.keys(statuses));
  assert.deepEqual(Object.keys(documented).filter((code) => !known.has(code)), []);
});
