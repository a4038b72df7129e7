import { isIPv4, isIPv6 } from "node:net";
import type { Generalization } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generalize } from "./generalize.ts";

const ADDRESSES: Generalization = { ipv4_prefix: 24, ipv6_prefix: 48 };

const CASES: readonly (readonly [to: Generalization, value: string, coarse: string | undefined])[] = [
  [ADDRESSES, "203.0.113.7", "203.0.113.0"],
  [ADDRESSES, "10.1.2.3", "10.1.2.3"],
  [ADDRESSES, "2001:db8:1:2::3", "2001:db8:1::"],
  [ADDRESSES, "[2001:db8:1:2::3]", "2001:db8:1::"],
  [ADDRESSES, "::1", "::1"],
  [ADDRESSES, "203.0.113.7, 10.0.0.1,198.51.100.4", "203.0.113.0, 10.0.0.1, 198.51.100.0"],
  [ADDRESSES, "203.0.113.7, unknown", undefined],
  [ADDRESSES, "fe80::1%eth0", undefined],
  [ADDRESSES, "db.internal", undefined],
  [{ ipv4_prefix: 0 }, "203.0.113.7", "0.0.0.0"],
  [{ ipv4_prefix: 32 }, "203.0.113.7", "203.0.113.7"],
  [{ ipv4_prefix: 20 }, "203.0.127.7", "203.0.112.0"],
  [{ ipv4_prefix: 24 }, "2001:db8::1", undefined],
  [{ date: "month" }, "2026-11-21T10:00:00Z", "2026-11"],
  [{ date: "year" }, "2026-11-21", "2026"],
  [{ date: "day" }, "2026-11-21 10:00", "2026-11-21"],
  [{ date: "month" }, "21.11.2026", undefined],
  [{ bucket: 10 }, "37", "30"],
  [{ bucket: 10 }, "-37.5", "-40"],
  [{ bucket: 10 }, "many", undefined],
  [{ url: "without_query" }, "https://u:p@shop.example/cart?id=7#top", "https://shop.example/cart"],
  [{ url: "without_query" }, "javascript:alert(1)", undefined],
];

test.each(CASES)("%o of %s is %s", (to, value, coarse) => {
  expect(generalize(value, to)).toBe(coarse);
});

test("any address and prefix: the result is an address, and its own generalization", () => {
  const v4 = fc
    .tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }))
    .map(([ip, ipv4_prefix]) => ({ ip, to: { ipv4_prefix } }));
  const v6 = fc
    .tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }))
    .map(([ip, ipv6_prefix]) => ({ ip, to: { ipv6_prefix } }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), ({ ip, to }) => {
      const coarse = generalize(ip, to);
      expect(coarse !== undefined && (isIPv4(coarse) || isIPv6(coarse))).toBe(true);
      expect(generalize(coarse!, to)).toBe(coarse);
    }),
  );
});
