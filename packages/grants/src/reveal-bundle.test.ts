import { sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AUDIENCE, bundle, grant, keys, NOW, revealBundle, revealGrant } from "../test/fixtures.ts";
import { openBundle, signBundle } from "./bundle.ts";
import { openRevealBundle, signRevealBundle } from "./reveal-bundle.ts";

const signing = keys("signing");
const service = keys("service");
const options = { audience: "reveal", trusted: [signing.publicKey] };
const BYTES = signRevealBundle(revealBundle([revealGrant()]), signing.privateKey);

/** Any document, signed by whom we trust: under the domain of reveal bundles unless told. */
function signed(
  document: unknown,
  { header = "scrim-reveals/1", domain = "scrim reveal bundle v1\0" } = {},
): Buffer {
  const payload = Buffer.from(JSON.stringify(document));
  const signature = sign(null, Buffer.concat([Buffer.from(domain), payload]), signing.privateKey.key);
  return Buffer.concat([
    Buffer.from(`${header} ${signing.privateKey.id} ${signature.toString("base64url")}\n`),
    payload,
  ]);
}

const document = JSON.parse(BYTES.toString().split("\n")[1]!);
const [first] = document.grants;
const withGrant = (changes: object) => signed({ ...document, grants: [{ ...first, ...changes }] });

test("what was signed comes out, under one of the keys that are trusted", () => {
  expect(openRevealBundle(BYTES, options)).toEqual(revealBundle([revealGrant()]));
  expect(openRevealBundle(signed(document), options)).toEqual(revealBundle([revealGrant()]));
  const next = keys("signing");
  const both = { ...options, trusted: [next.publicKey, signing.publicKey] };
  const bytes = signRevealBundle(revealBundle([]), next.privateKey);
  expect(openRevealBundle(bytes, both).grants).toEqual([]);
  expect(openRevealBundle(BYTES, both).grants).toHaveLength(1);
});

test("a bundle of one kind is never taken for one of the other, though one key signs both", () => {
  const grants = { audience: AUDIENCE, trusted: [signing.publicKey], own: [service.privateKey] };
  const other = signBundle(bundle([grant()]), signing.privateKey, [service.publicKey]);
  const otherDocument = JSON.parse(other.toString().split("\n")[1]!);
  const refused = (reason: string) =>
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) });
  const relabelled = (bytes: Buffer, header: string) =>
    Buffer.from(bytes.toString().replace(/^scrim-[a-z]+\/1/, header));
  expect(() => openRevealBundle(other, options)).toThrow(refused("begin"));
  expect(() => openBundle(BYTES, grants)).toThrow(refused("begin"));
  expect(() => openRevealBundle(relabelled(other, "scrim-reveals/1"), options)).toThrow(refused("signature"));
  expect(() => openBundle(relabelled(BYTES, "scrim-bundle/1"), grants)).toThrow(refused("signature"));
  const asBundle = { header: "scrim-bundle/1", domain: "scrim grant bundle v1\0" };
  expect(openBundle(signed(otherDocument, asBundle), grants).version).toBe(1); // the control: this is how it is signed
  expect(() => openBundle(signed(document, asBundle), grants)).toThrow(refused("not as it should be"));
  expect(() => openRevealBundle(signed(otherDocument), options)).toThrow(refused("not as it should be"));
});

test.each([
  ["empty", Buffer.alloc(0), "begin"],
  ["without a header", Buffer.from(JSON.stringify(document)), "begin"],
  ["of another version", signed(document, { header: "scrim-reveals/2" }), "begin"],
  ["of an untrusted signer", signRevealBundle(revealBundle([]), keys("signing").privateKey), "not trusted"],
  ["changed", Buffer.from(BYTES.toString().replace('"values_max":5', '"values_max":9')), "signature"],
  ["with bytes behind it", Buffer.concat([BYTES, Buffer.from(" ")]), "signature"],
  ["signed as another kind", signed(document, { domain: "scrim grant bundle v1\0" }), "signature"],
  ["of another reveal service", signed({ ...document, audience: "reveal-eu" }), "another reveal service"],
  ["of a service, as bundles of grants are", signed({ ...document, audience: AUDIENCE }), "audience"],
  ["with a member that is not known", signed({ ...document, more: 1 }), "not as it should be"],
  ["that lives too long", signed({ ...document, expires_at: NOW + 61 }), "expires_at"],
  ["that ends before it begins", signed({ ...document, expires_at: NOW - 1 }), "expires_at"],
  ["of a version below one", signed({ ...document, version: 0 }), "version"],
  ["with a grant twice", signed({ ...document, grants: [first, first] }), "grants"],
  ["with a grant that is not bounded", withGrant({ values_max: undefined }), "values_max"],
  ["with a grant for no value", withGrant({ values_max: 0 }), "values_max"],
  ["with a grant without classes", withGrant({ classes: [] }), "classes"],
  ["with a grant without services", withGrant({ services: [] }), "services"],
  ["with a grant of no tenant", withGrant({ tenant: "" }), "tenant"],
  ["with a grant for nobody", withGrant({ holder: { principal: "", people: [] } }), "principal"],
  ["with a grant without an end", withGrant({ expires_at: undefined }), "expires_at"],
  ["with a grant that ends as it begins", withGrant({ expires_at: first.not_before }), "expires_at"],
  ["with a window that is none", withGrant({ sealed_until: first.sealed_from }), "sealed_until"],
  ["with a trace id in capitals", withGrant({ trace_ids: ["A".repeat(32)] }), "trace_ids"],
  ["with no trace at all", withGrant({ trace_ids: [] }), "trace_ids"],
])("a bundle that is %s is refused, and not quoted", (_, bytes, reason) => {
  expect(() => openRevealBundle(bytes, options)).toThrow(
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) }),
  );
  expect(() => openRevealBundle(bytes, options)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("checkout") }),
  );
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
    fc.jsonValue().map((value) => signed(value)),
  );
  fc.assert(
    fc.property(bytes, (hostile) => {
      expect(() => openRevealBundle(hostile, options)).toThrow(
        expect.objectContaining({ code: "BUNDLE_REFUSED" }),
      );
    }),
    { numRuns: 500 },
  );
});
