import { sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AUDIENCE, bundle, grant, keys, NOW, policyBundle, sharedPolicy } from "../test/fixtures.ts";
import { openBundle, signBundle } from "./bundle.ts";
import { openPolicyBundle, policyDigest, policyFor, signPolicyBundle } from "./policy-bundle.ts";

const signing = keys("policy");
const options = { audience: AUDIENCE, trusted: [signing.publicKey] };
const POLICY = sharedPolicy("version: 1\nname: shop\n");
const BYTES = signPolicyBundle(policyBundle([POLICY]), signing.privateKey);

/** Any document, signed by whom we trust: under the domain of policies unless told. */
function signed(
  document: unknown,
  { header = "scrim-policy/1", domain = "scrim policy bundle v1\0" } = {},
): Buffer {
  const payload = Buffer.from(JSON.stringify(document));
  const signature = sign(null, Buffer.concat([Buffer.from(domain), payload]), signing.privateKey.key);
  return Buffer.concat([
    Buffer.from(`${header} ${signing.privateKey.id} ${signature.toString("base64url")}\n`),
    payload,
  ]);
}

const document = JSON.parse(BYTES.toString().split("\n")[1]!);
const withPolicy = (changes: object) => signed({ ...document, policies: [{ ...POLICY, ...changes }] });
const withText = (text: string) => {
  const documents = [{ name: "shop.yaml", text }];
  return withPolicy({ documents, digest: policyDigest(documents) });
};

test("what was signed comes out", () => {
  expect(openPolicyBundle(BYTES, options)).toEqual(policyBundle([POLICY]));
  expect(openPolicyBundle(signed(document), options)).toEqual(policyBundle([POLICY])); // the control of what follows
});

test("a policy is never taken for grants, nor grants for a policy, though one key signs both", () => {
  const service = keys("service");
  const grants = { ...options, own: [service.privateKey] };
  const other = signBundle(bundle([grant()]), signing.privateKey, [service.publicKey]);
  const relabelled = (bytes: Buffer, header: string) =>
    Buffer.from(bytes.toString().replace(/^scrim-[a-z]+\/1/, header));
  const refused = expect.objectContaining({ code: "BUNDLE_REFUSED" });
  expect(openBundle(other, grants).version).toBe(1);
  expect(() => openPolicyBundle(other, options)).toThrow(refused);
  expect(() => openPolicyBundle(relabelled(other, "scrim-policy/1"), options)).toThrow(refused);
  expect(() => openBundle(relabelled(BYTES, "scrim-bundle/1"), grants)).toThrow(refused);
});

test.each([
  ["empty", Buffer.alloc(0), "begin"],
  ["without a header", Buffer.from(JSON.stringify(document)), "begin"],
  ["of another version", signed(document, { header: "scrim-policy/2" }), "begin"],
  ["of an untrusted signer", signPolicyBundle(policyBundle([]), keys("policy").privateKey), "not trusted"],
  ["changed", Buffer.from(BYTES.toString().replace('"share":100', '"share":099')), "signature"],
  ["with bytes behind it", Buffer.concat([BYTES, Buffer.from(" ")]), "signature"],
  ["signed as another kind", signed(document, { domain: "scrim grant bundle v1\0" }), "signature"],
  [
    "of another service",
    signed({ ...document, audience: { ...AUDIENCE, service: "cart" } }),
    "another service",
  ],
  [
    "of another environment",
    signed({ ...document, audience: { ...AUDIENCE, environment: "test" } }),
    "another service",
  ],
  ["with a member that is not known", signed({ ...document, more: 1 }), "not as it should be"],
  ["that may be handed on too long", signed({ ...document, expires_at: NOW + 86_401 }), "expires_at"],
  ["that ends before it begins", signed({ ...document, expires_at: NOW - 1 }), "expires_at"],
  ["of a version below one", signed({ ...document, version: 0 }), "version"],
  ["of three policies", signed({ ...document, policies: [POLICY, POLICY, POLICY] }), "policies"],
  ["with another digest", withPolicy({ digest: "0".repeat(64) }), "policies"],
  ["with a text that was exchanged", withPolicy({ documents: [{ name: "a", text: "b" }] }), "policies"],
  ["for more than all", withPolicy({ share: 101 }), "share"],
  ["for less than none", withPolicy({ share: -1 }), "share"],
  ["with a policy of no document", withPolicy({ documents: [], digest: policyDigest([]) }), "documents"],
  ["with a name that is a path", withPolicy({ documents: [{ name: "../a", text: "" }] }), "name"],
  ["with a policy without an id", withPolicy({ id: "current" }), "id"],
  ["with a text that is too long", withText("#".repeat(524_289)), "text"],
])("a bundle that is %s is refused, and not quoted", (_, bytes, reason) => {
  expect(() => openPolicyBundle(bytes, options)).toThrow(
    expect.objectContaining({ code: "BUNDLE_REFUSED", message: expect.stringContaining(reason) }),
  );
  expect(() => openPolicyBundle(bytes, options)).toThrow(
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
      expect(() => openPolicyBundle(hostile, options)).toThrow(
        expect.objectContaining({ code: "BUNDLE_REFUSED" }),
      );
    }),
    { numRuns: 500 },
  );
});

test("a share is that share of processes, the same ones each time, and all of a smaller one", () => {
  const instances = Array.from({ length: 2_000 }, (_, index) => `pod-${index}`);
  const inShare = (share: number) =>
    instances.filter((instance) => policyFor([{ ...POLICY, share }], instance) !== undefined);
  expect(inShare(0)).toEqual([]);
  expect(inShare(100)).toEqual(instances);
  const [few, many] = [inShare(10), inShare(40)];
  expect(few.length).toBeGreaterThan(140);
  expect(few.length).toBeLessThan(260);
  expect(many.length).toBeGreaterThan(700);
  expect(many.length).toBeLessThan(900);
  expect(many).toEqual(expect.arrayContaining(few));
  const other = { ...POLICY, id: "pol-ffffffffffffffff", share: 10 };
  expect(instances.filter((instance) => policyFor([other], instance) !== undefined)).not.toEqual(few);
});

test("who is not in the share of the first policy gets the second", () => {
  const [first, second] = [
    { ...POLICY, share: 0 },
    sharedPolicy("version: 1\n", { id: "pol-0000000000000002" }),
  ];
  expect(policyFor([first, second], "pod-1")).toBe(second);
  expect(policyFor([{ ...first, share: 100 }, second], "pod-1")?.id).toBe(first.id);
});
