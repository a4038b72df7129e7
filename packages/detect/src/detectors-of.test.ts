import { OperatingError } from "@scrim/errors";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { detectorsOf } from "./detectors-of.ts";

const idsOf = (...selection: Parameters<typeof detectorsOf>) => detectorsOf(...selection).map(({ id }) => id);

test("packs, types and ids select detectors in the order of the catalogue", () => {
  expect(idsOf({ use: ["network"] })).toEqual(["ipv4", "ipv6", "mac_address", "mac_address_pair"]);
  expect(idsOf({ use: ["iban", "email"] })).toEqual(["email", "iban", "iban_lower_case"]);
  expect(idsOf({ use: ["national-ids/pl"] })).toEqual(["pl_nip", "pl_pesel"]);
  expect(idsOf({ use: ["ip_address"] })).toEqual(["ipv4", "ipv6"]);
  expect(idsOf({ use: [...new Set(DETECTORS.map(({ pack }) => pack))] })).toHaveLength(DETECTORS.length);
  const ids = DETECTORS.filter(({ pack }) => pack.startsWith("national-ids/"));
  expect(idsOf({ use: ["national-ids"] })).toHaveLength(ids.length);
});

test("disabling takes out what was selected", () => {
  expect(idsOf({ use: ["network"], disable: ["ipv6"] })).toEqual(["ipv4", "mac_address", "mac_address_pair"]);
  expect(idsOf({ use: ["email", "phone", "us_ssn"], disable: ["phone", "us_ssn"] })).toEqual(["email"]);
});

const UNKNOWN: readonly [selection: Parameters<typeof detectorsOf>[0], path: string, hint: string][] = [
  [{ use: ["email", "iabn"] }, "use[1]", 'did you mean "iban"?'],
  [{ use: [], disable: ["secret"] }, "disable[0]", 'did you mean "secrets"?'],
  [
    { use: ["something else"] },
    "use[0]",
    "packs are pii, finance, secrets, network, health, crypto, national-ids",
  ],
];

test.each(UNKNOWN)("an unknown name is refused: %j", (selection, path, hint) => {
  try {
    detectorsOf(selection);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatingError);
    expect(error).toMatchObject({ code: "DETECTOR_INVALID", path, hint });
    return;
  }
  expect.unreachable();
});
