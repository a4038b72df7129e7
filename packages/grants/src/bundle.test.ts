import { sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AUDIENCE, bundle, grant, keys, NOW, TRACE_ID } from "../test/fixtures.ts";
import { openBundle, signBundle } from "./bundle.ts";

const signing = keys("signing");
const service = keys("service");
const options = { audience: AUDIENCE, trusted: [signing.publicKey], own: [service.privateKey] };
const BYTES = signBundle(bundle([grant()]), signing.privateKey, [service.publicKey]);

test("what was signed comes out, and nobody but the service reads the key", () => {
  expect(openBundle(BYTES, options)).toEqual(bundle([grant()]));
  expect(BYTES.includes(Buffer.alloc(32, 7).toString("base64url"))).toBe(false);
  const stranger = keys("service");
  expect(openBundle(BYTES, { ...options, own: [stranger.privateKey] }).grants).toEqual([]);
});

test("two signers and two keys of a service are valid at once", () => {
  const next = { signing: keys("signing"), service: keys("service") };
  const both = {
    ...options,
    trusted: [signing.publicKey, next.signing.publicKey],
    own: [next.service.privateKey, service.privateKey],
  };
  for (const signer of [signing, next.signing]) {
    for (const recipients of [
      [service.publicKey],
      [next.service.publicKey],
      [service.publicKey, next.service.publicKey],
    ]) {
      const bytes = signBundle(bundle([grant()]), signer.privateKey, recipients);
      expect(openBundle(bytes, both).grants).toEqual([grant()]);
    }
  }
});

test("a key can't be moved to another grant or audience", () => {
  const mine = signBundle(bundle([grant()]), signing.privateKey, [service.publicKey]);
  const document = JSON.parse(mine.toString().split("\n")[1]!);
  const moved = { ...document, grants: [{ ...document.grants[0] }] };
  moved.grants[0].grant = { ...moved.grants[0].grant, id: "ffffffffffffffff" };
  expect(openBundle(signed(moved), options).grants).toEqual([]);
  const other = { ...AUDIENCE, environment: "staging" };
  expect(
    openBundle(signed({ ...document, audience: other }), { ...options, audience: other }).grants,
  ).toEqual([]);
});

/** Any document, signed by whom we trust. */
function signed(document: unknown): Buffer {
  return signedBytes(Buffer.from(JSON.stringify(document)));
}

function signedBytes(payload: Buffer): Buffer {
  const domain = Buffer.from("scrim grant bundle v1\0");
  const signature = sign(null, Buffer.concat([domain, payload]), signing.privateKey.key);
  const header = `scrim-bundle/1 ${signing.privateKey.id} ${signature.toString("base64url")}\n`;
  return Buffer.concat([Buffer.from(header), payload]);
}

const [header = "", payload = ""] = BYTES.toString().split("\n");
const document = JSON.parse(payload);

test.each([
  ["empty", Buffer.alloc(0), "begin"],
  ["without a header", Buffer.from(payload), "begin"],
  ["of another version", Buffer.from(`${header.replace("/1", "/2")}\n${payload}`), "begin"],
  ["with an endless header", Buffer.alloc(100_000, "a"), "begin"],
  ["of an untrusted signer", signBundle(bundle([grant()]), keys("signing").privateKey, []), "not trusted"],
  ["changed in its grants", Buffer.from(`${header}\n${payload.replace('"debug"', '"trace"')}`), "signature"],
  ["with bytes behind it", Buffer.concat([BYTES, Buffer.from(" ")]), "signature"],
  [
    "of another service",
    signed({ ...document, audience: { ...AUDIENCE, service: "cart" } }),
    "another service",
  ],
  [
    "of another environment",
    signed({ ...document, audience: { ...AUDIENCE, environment: "dev" } }),
    "another",
  ],
  ["no JSON", signedBytes(Buffer.from("{")), "no JSON"],
  ["no mapping", signed([]), "not as it should be"],
  ["with a member that is not known", signed({ ...document, more: 1 }), "not as it should be"],
  ["that lives too long", signed({ ...document, expires_at: NOW + 3_601 }), "expires_at"],
  ["that ends before it begins", signed({ ...document, expires_at: NOW - 1 }), "expires_at"],
  ["of a version below one", signed({ ...document, version: 0 }), "version"],
  [
    "with a grant that has no end",
    signed({ ...document, grants: [{ grant: { id: "x" }, keys: [] }] }),
    "grants.0",
  ],
])("a bundle that is %s is refused, and not quoted", (_, bytes, reason) => {
  const refused = (() => {
    try {
      return openBundle(bytes, options) as never;
    } catch (error) {
      return error as Error & { code: string };
    }
  })();
  expect(refused.code).toBe("BUNDLE_REFUSED");
  expect(refused.message).toContain(reason);
  expect(refused.message).not.toContain(TRACE_ID);
});

test("whatever bytes come, they are refused and nothing else is thrown", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
    fc.tuple(fc.nat(BYTES.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
      const copy = Buffer.from(BYTES);
      copy[at]! ^= change;
      return copy;
    }),
    fc.nat(BYTES.length - 1).map((length) => BYTES.subarray(0, length)),
  );
  fc.assert(
    fc.property(bytes, (hostile) => {
      expect(() => openBundle(hostile, options)).toThrow(expect.objectContaining({ code: "BUNDLE_REFUSED" }));
    }),
    { numRuns: 500 },
  );
});

test("whatever an honest signer signs, it is opened or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => openBundle(signed(value), options)).toThrow(
        expect.objectContaining({ code: "BUNDLE_REFUSED" }),
      );
    }),
  );
});
