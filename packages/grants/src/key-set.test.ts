import { sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundle, grant, keySet, keys, NOW, revealBundle } from "../test/fixtures.ts";
import { signBundle } from "./bundle.ts";
import { KEY_SET_DAYS_MAX, type KeyUse, openKeySet, SIGNING_KEYS_MAX, signKeySet } from "./key-set.ts";
import type { Key } from "./keys.ts";
import { signRevealBundle } from "./reveal-bundle.ts";

const root = keys("root");
const signing = keys("signing");
const roots = [root.publicKey];
const BYTES = signKeySet(keySet([signing.publicKey]), root.privateKey);

/** A set without what node:crypto keeps of keys. */
function plain(bytes: Buffer): unknown {
  const { keys: found, ...rest } = openKeySet(bytes, roots);
  return { ...rest, keys: found.map(({ key, uses }) => [key.id, uses]) };
}

test("what was signed comes out: which keys, what for, and how long", () => {
  const policy = keys("policy");
  const set = keySet([signing.publicKey], {
    keys: [
      { key: signing.publicKey, uses: ["grants", "reveals"] },
      { key: policy.publicKey, uses: ["policies"] },
    ],
  });
  expect(plain(signKeySet(set, root.privateKey))).toEqual({
    version: 1,
    issuedAt: NOW,
    expiresAt: NOW + 90 * 86_400,
    keys: [
      [signing.publicKey.id, ["grants", "reveals"]],
      [policy.publicKey.id, ["policies"]],
    ],
  });
  const [first] = openKeySet(BYTES, roots).keys;
  expect(first!.key.key.equals(signing.publicKey.key)).toBe(true);
});

test("a set without keys is one: nobody is trusted", () => {
  expect(openKeySet(signKeySet(keySet([]), root.privateKey), roots).keys).toEqual([]);
});

test("two roots are valid at once", () => {
  const next = keys("root");
  const both = [root.publicKey, next.publicKey];
  for (const { privateKey } of [root, next])
    expect(openKeySet(signKeySet(keySet([signing.publicKey]), privateKey), both).keys).toHaveLength(1);
});

/** Any document, signed by whom we trust. */
function signed(document: unknown, domain = "scrim key set v1\0"): Buffer {
  return signedBytes(Buffer.from(JSON.stringify(document)), domain);
}

function signedBytes(payload: Buffer, domain = "scrim key set v1\0", by: Key = root.privateKey): Buffer {
  const signature = sign(null, Buffer.concat([Buffer.from(domain), payload]), by.key);
  const header = `scrim-keys/1 ${by.id} ${signature.toString("base64url")}\n`;
  return Buffer.concat([Buffer.from(header), payload]);
}

const [header = "", payload = ""] = BYTES.toString().split("\n");
const document = JSON.parse(payload);
const [key] = document.keys;
const withKey = (changes: object) => signed({ ...document, keys: [{ ...key, ...changes }] });
const many = (count: number) =>
  signed({ ...document, keys: Array.from({ length: count }, () => ({ ...key, id: "0".repeat(16) })) });

test.each([
  ["empty", Buffer.alloc(0), "begin"],
  ["without a header", Buffer.from(payload), "begin"],
  ["of another version of the format", Buffer.from(`${header.replace("/1", "/2")}\n${payload}`), "begin"],
  ["a bundle of grants", signBundle(bundle([grant()]), root.privateKey, []), "begin"],
  ["a bundle of reveals", signRevealBundle(revealBundle([]), root.privateKey), "begin"],
  [
    "a bundle of grants that a root signed, under this header",
    signed(document, "scrim grant bundle v1\0"),
    "signature",
  ],
  ["larger than any", Buffer.concat([BYTES, Buffer.alloc(64 << 10)]), "too large"],
  ["of an untrusted root", signKeySet(keySet([]), keys("root").privateKey), "not trusted"],
  [
    "signed by one of the keys in it",
    signKeySet(keySet([signing.publicKey]), signing.privateKey),
    "not trusted",
  ],
  [
    "signed by somebody, with the id of the root",
    signedBytes(Buffer.from(payload), undefined, { id: root.privateKey.id, key: signing.privateKey.key }),
    "signature",
  ],
  ["changed", Buffer.from(`${header}\n${payload.replace('"reveals"', '"policies"')}`), "signature"],
  ["with bytes behind it", Buffer.concat([BYTES, Buffer.from(" ")]), "signature"],
  ["no JSON", signedBytes(Buffer.from("{")), "no JSON"],
  ["no mapping", signed([]), "not as it should be"],
  ["with a member that is not known", signed({ ...document, more: 1 }), "not as it should be"],
  [
    "that holds too long",
    signed({ ...document, expires_at: NOW + KEY_SET_DAYS_MAX * 86_400 + 1 }),
    "expires_at",
  ],
  ["that ends before it begins", signed({ ...document, expires_at: NOW }), "expires_at"],
  ["of a version below one", signed({ ...document, version: 0 }), "version"],
  ["of a version that is no number", signed({ ...document, version: "1" }), "version"],
  ["with a key twice", signed({ ...document, keys: [key, key] }), "keys"],
  ["with too many keys", many(SIGNING_KEYS_MAX + 1), "keys"],
  ["with a key for nothing", withKey({ purposes: [] }), "keys.0.purposes"],
  ["with a key for what isn't known", withKey({ purposes: ["roots"] }), "keys.0.purposes"],
  ["with another key under this id", withKey({ public_key: pem(keys("signing").publicKey) }), "keys.0"],
  ["with a key of another kind", withKey({ public_key: pem(keys("service").publicKey) }), "keys.0"],
  ["with a private key", withKey({ public_key: privatePem(signing.privateKey) }), "keys.0"],
  ["with no key", withKey({ public_key: "hunter2" }), "keys.0"],
  ["with the root itself", signKeySet(keySet([root.publicKey]), root.privateKey), "root key is among"],
])("a set that is %s is refused, and not quoted", (_, bytes, reason) => {
  const refused = (() => {
    try {
      return openKeySet(bytes, roots) as never;
    } catch (error) {
      return error as Error & { code: string };
    }
  })();
  expect(refused.code).toBe("BUNDLE_REFUSED");
  expect(refused.message).toContain(reason);
  expect(refused.message).not.toMatch(/hunter2|BEGIN|[0-9a-f]{16}/);
});

function pem({ key: publicKey }: Key): string {
  return publicKey.export({ type: "spki", format: "pem" }).toString();
}

function privatePem({ key: privateKey }: Key): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

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
      expect(() => openKeySet(hostile, roots)).toThrow(expect.objectContaining({ code: "BUNDLE_REFUSED" }));
    }),
    { numRuns: 500 },
  );
});

test("whatever a root signs, it is opened or refused", () => {
  const keyLike = fc.record({
    id: fc.oneof(fc.constant(key.id), fc.string()),
    purposes: fc.oneof(fc.constant(key.purposes), fc.array(fc.string())),
    public_key: fc.oneof(
      fc.string(),
      fc.nat(key.public_key.length).map((length) => key.public_key.slice(0, length)),
    ),
  });
  const like = fc.record({
    version: fc.oneof(fc.constant(1), fc.anything()),
    issued_at: fc.constant(NOW),
    expires_at: fc.constant(NOW + 60),
    keys: fc.array(keyLike, { minLength: 1 }),
  });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), like), (value) => {
      let bytes: Buffer;
      try {
        bytes = signed(value);
      } catch {
        return; // what JSON can't say
      }
      try {
        openKeySet(bytes, roots);
      } catch (error) {
        expect(error).toMatchObject({ code: "BUNDLE_REFUSED" });
      }
    }),
    { numRuns: 300 },
  );
});

test("every use that a key can have comes out as it went in", () => {
  const uses = fc.uniqueArray(fc.constantFrom<KeyUse>("grants", "reveals", "policies"), { minLength: 1 });
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 2 ** 40 }), (given, version) => {
      const bytes = signKeySet(keySet([signing.publicKey], { version }, given), root.privateKey);
      const opened = openKeySet(bytes, roots);
      expect([opened.version, opened.keys[0]?.uses]).toEqual([version, given]);
    }),
  );
});
