import type { Generalization } from "@scrim/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generalize } from "./generalize.ts";

const COARSE: Generalization = { ipv4_prefix: 24, ipv6_prefix: 48 };

describe("addresses", () => {
  test.each<[value: string, to: Generalization, coarse: string]>([
    ["203.0.113.7", COARSE, "203.0.113.0"],
    ["203.0.113.7", { ipv4_prefix: 0 }, "0.0.0.0"],
    ["203.0.113.7", { ipv4_prefix: 32 }, "203.0.113.7"],
    ["203.0.113.247", { ipv4_prefix: 28 }, "203.0.113.240"],
    ["203.129.113.7", { ipv4_prefix: 9 }, "203.128.0.0"],
    ["2001:db8:1:2::3", COARSE, "2001:db8:1::"],
    ["2001:DB8:ffff:2:3:4:5:6", { ipv6_prefix: 36 }, "2001:db8:f000::"],
    ["2001:db8:1:2:3:4:5:6", { ipv6_prefix: 112 }, "2001:db8:1:2:3:4:5:0"],
    ["2001:db8:1:2:3:4:5:6", { ipv6_prefix: 128 }, "2001:db8:1:2:3:4:5:6"],
    ["2001:db8::3", { ipv6_prefix: 0 }, "::"],
    ["[2001:db8:1:2::3]", COARSE, "2001:db8:1::"],
    ["::ffff:203.0.113.7", { ipv6_prefix: 120 }, "0:0:0:0:0:ffff:cb00:7100"],
    ["64:ff9b::203.0.113.7", { ipv6_prefix: 96 }, "64:ff9b::"],
    ["203.0.113.7,198.51.100.9, 10.0.0.1", COARSE, "203.0.113.0, 198.51.100.0, 10.0.0.1"],
    ["203.0.113.7, 2001:db8:1:2::3", COARSE, "203.0.113.0, 2001:db8:1::"],
  ])("%s with %j is %s", (value, to, coarse) => {
    expect(generalize(value, to)).toBe(coarse);
  });

  test.each([
    "10.1.2.3",
    "192.168.1.1",
    "172.16.0.9",
    "127.0.0.1",
    "169.254.1.1",
    "::1",
    "fe80::1",
    "fd00::7",
  ])("%s stays whole: it points at nobody outside", (address) => {
    expect(generalize(address, COARSE)).toBe(address);
  });

  test.each<[name: string, value: string, to: Generalization]>([
    ["a kind of address that the policy doesn't speak of", "203.0.113.7", { ipv6_prefix: 48 }],
    ["the other kind", "2001:db8::1", { ipv4_prefix: 24 }],
    ["a zone", "fe80::1%eth0", COARSE],
    ["a port", "203.0.113.7:80", COARSE],
    ["a list with something else in it", "203.0.113.7, jane", COARSE],
    ["a list longer than any proxy chain", new Array(33).fill("203.0.113.7").join(), COARSE],
    ["a leading zero, which some read as octal", "203.0.113.007", COARSE],
    ["nothing", "", COARSE],
  ])("masks: %s", (_, value, to) => {
    expect(generalize(value, to)).toBeUndefined();
  });

  test("an address keeps its first bits and no others", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        const coarse = generalize(address, { ipv4_prefix: bits })!;
        if (coarse === address) return; // private, or nothing to hide
        const toNumber = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
        const size = 2 ** (32 - bits);
        expect(toNumber(coarse)).toBe(Math.floor(toNumber(address) / size) * size);
      }),
    );
  });
});

describe("dates, numbers and URLs", () => {
  test.each<[value: string, to: Generalization, coarse: string]>([
    ["2026-11-21T10:00:00Z", { date: "month" }, "2026-11"],
    ["2026-11-21 10:00:00.123+02:00", { date: "day" }, "2026-11-21"],
    ["2026-11-21", { date: "year" }, "2026"],
    ["2026-11", { date: "day" }, "2026-11"],
    ["2026", { date: "month" }, "2026"],
    ["37", { bucket: 10 }, "30"],
    ["-37", { bucket: 10 }, "-40"],
    ["9.75", { bucket: 1 }, "9"],
    ["-0", { bucket: 10 }, "0"],
    ["999999999999999", { bucket: 1_000_000_000 }, "999999000000000"],
    [
      "https://user@shop.example:8443/cart?id=7#top",
      { url: "without_query" },
      "https://shop.example:8443/cart",
    ],
    ["2026-11-21", { date: "month", bucket: 10, ...COARSE }, "2026-11"],
  ])("%s with %j is %s", (value, to, coarse) => {
    expect(generalize(value, to)).toBe(coarse);
  });

  test.each<[name: string, value: string, to: Generalization]>([
    ["words around a date", "on 2026-11-21", { date: "month" }],
    ["a date of another order", "21.11.2026", { date: "month" }],
    ["a number with an exponent", "1e9", { bucket: 10 }],
    ["a number over fifteen digits", "1234567890123456", { bucket: 10 }],
    ["a URL that isn't of the web", "data:text/plain,jane", { url: "without_query" }],
    ["a path", "/users/jane", { url: "without_query" }],
  ])("masks: %s", (_, value, to) => {
    expect(generalize(value, to)).toBeUndefined();
  });

  test("a bucket whose lower end has one digit more masks, since the next redactor would", () => {
    expect(generalize("-999999999999999", { bucket: 1_000_000_000 })).toBeUndefined();
  });
});

const TO = fc.record(
  {
    ipv4_prefix: fc.integer({ min: 0, max: 32 }),
    ipv6_prefix: fc.integer({ min: 0, max: 128 }),
    date: fc.constantFrom("year" as const, "month" as const, "day" as const),
    bucket: fc.integer({ min: 1, max: 1_000_000_000 }),
    url: fc.constant("without_query" as const),
  },
  { requiredKeys: [] },
);
const VALUES = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 2, maxLength: 5 }).map((list) => list.join(",")),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.bigInt(-(10n ** 17n), 10n ** 17n).map(String),
  fc.float({ noNaN: true }).map(String),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.string(),
);

test("generalizing again changes nothing", () => {
  fc.assert(
    fc.property(VALUES, TO, (value, to) => {
      const coarse = generalize(value, to);
      if (coarse !== undefined) expect(generalize(coarse, to)).toBe(coarse);
    }),
    { numRuns: 5000 },
  );
});
