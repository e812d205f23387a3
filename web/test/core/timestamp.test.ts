import assert from "node:assert/strict";
import { test } from "node:test";
import { compareTimestamps, formatTimestamp, millisecondsOf, parseTimestamp, timestampOf } from "../../src/core/timestamp";

test("a time is read to the nanosecond and written to the millisecond", () => {
  const times: [string, number, number, string][] = [
    ["2026-05-25T03:00:00Z", 1_779_678_000, 0, "2026-05-25T03:00:00.000Z"],
    ["2026-05-25T03:00:00.1234567899Z", 1_779_678_000, 123_456_789, "2026-05-25T03:00:00.123Z"],
    ["1969-12-31T23:59:59.5Z", -1, 500_000_000, "1969-12-31T23:59:59.500Z"],
    ["0000-03-01T00:00:00Z", -62_162_035_200, 0, "0000-03-01T00:00:00.000Z"],
    ["0099-01-01T00:00:00Z", -59_042_995_200, 0, "0099-01-01T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", 253_402_300_799, 999_000_000, "9999-12-31T23:59:59.999Z"],
    ["2024-02-29T00:00:00Z", 1_709_164_800, 0, "2024-02-29T00:00:00.000Z"],
  ];
  for (const [text, seconds, nanoseconds, written] of times) {
    const time = parseTimestamp(text);
    assert.deepEqual(time, { seconds, nanoseconds }, text);
    assert.equal(time && formatTimestamp(time), written);
    assert.deepEqual(timestampOf(millisecondsOf({ seconds, nanoseconds })), parseTimestamp(written));
  }
});

test("what is no time of ours is refused", () => {
  const refused = [
    "", "2026-05-25", "2026-05-25T03:00:00", "2026-05-25T03:00:00+00:00", "2026-05-25t03:00:00Z", "2026-05-25T03:00:00z", "2026-05-25 03:00:00Z",
    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z", "02026-01-01T00:00:00Z", "+2026-01-01T00:00:00Z",
    " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n", "٢٠٢٦-01-01T00:00:00Z", `2026-01-01T00:00:00.${"0".repeat(60)}Z`,
  ];
  for (const text of refused) assert.equal(parseTimestamp(text), null, text);
});

test("times are ordered to the nanosecond", () => {
  const [one, two] = [{ seconds: 1, nanoseconds: 1 }, { seconds: 1, nanoseconds: 2 }];
  assert.ok(compareTimestamps(one, two) < 0 && compareTimestamps(two, one) > 0 && compareTimestamps(one, one) === 0);
  assert.ok(compareTimestamps({ seconds: 2, nanoseconds: 0 }, two) > 0);
  assert.deepEqual(timestampOf(1500.9), { seconds: 1, nanoseconds: 500_000_000 });
});
