import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RFC_9180_A_1_1, X25519_PKCS8_PREFIX } from "../test/rfc9180.ts";
import { AES_128_GCM, exportSecret, importSecret, open, rawPublicKey, seal } from "./hpke.ts";

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

const bytes = () => fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
const arrayBuffer = (buffer: Buffer) => new Uint8Array(buffer).buffer;

test("another implementation opens what is sealed here", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const { d } = privateKey.export({ format: "jwk" });
  const recipientKey = await suite.kem.importKey("raw", arrayBuffer(Buffer.from(d!, "base64url")), false);
  await fc.assert(
    fc.asyncProperty(bytes(), bytes(), bytes(), async (info, aad, text) => {
      const { enc, ciphertext } = seal(publicKey, { info, aad }, text);
      const context = { recipientKey, enc: arrayBuffer(enc), info: arrayBuffer(info) };
      const opened = await suite.open(context, arrayBuffer(ciphertext), arrayBuffer(aad));
      expect(Buffer.from(opened)).toEqual(text);
    }),
    { numRuns: 30 },
  );
});

test("what another implementation seals is opened here", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const recipientPublicKey = await suite.kem.importKey("raw", arrayBuffer(rawPublicKey(publicKey)), true);
  await fc.assert(
    fc.asyncProperty(bytes(), bytes(), bytes(), async (info, aad, text) => {
      const sender = { recipientPublicKey, info: arrayBuffer(info) };
      const { ct, enc } = await suite.seal(sender, arrayBuffer(text), arrayBuffer(aad));
      const sealed = { enc: Buffer.from(enc), ciphertext: Buffer.from(ct) };
      expect(open(privateKey, { info, aad }, sealed)).toEqual(text);
    }),
    { numRuns: 30 },
  );
});

const pair = generateKeyPairSync("x25519");
const binding = { info: Buffer.from("info"), aad: Buffer.from("aad") };
const sealed = seal(pair.publicKey, binding, Buffer.from("secret"));

test.each([
  ["another key", () => open(generateKeyPairSync("x25519").privateKey, binding, sealed)],
  ["another info", () => open(pair.privateKey, { ...binding, info: Buffer.from("x") }, sealed)],
  ["another place", () => open(pair.privateKey, { ...binding, aad: Buffer.from("x") }, sealed)],
  ["a point of small order", () => open(pair.privateKey, binding, { ...sealed, enc: Buffer.alloc(32) })],
  ["a short public key", () => open(pair.privateKey, binding, { ...sealed, enc: Buffer.alloc(31, 9) })],
  ["a short tag", () => open(pair.privateKey, binding, { ...sealed, ciphertext: Buffer.alloc(15) })],
])("%s opens nothing", (_, opened) => {
  expect(opened()).toBe(undefined);
});

test("no changed byte is opened", () => {
  fc.assert(
    fc.property(fc.nat(sealed.ciphertext.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const ciphertext = Buffer.from(sealed.ciphertext);
      ciphertext[at]! ^= change;
      expect(open(pair.privateKey, binding, { ...sealed, ciphertext })).toBe(undefined);
    }),
  );
});

test("a private key from PEM opens as well", () => {
  const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" });
  expect(open(createPrivateKey(pem), binding, sealed)?.toString()).toBe("secret");
});

test("a secret that is exported is what another implementation exports, both ways", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const { d } = privateKey.export({ format: "jwk" });
  const recipientKey = await suite.kem.importKey("raw", arrayBuffer(Buffer.from(d!, "base64url")), false);
  const recipientPublicKey = await suite.kem.importKey("raw", arrayBuffer(rawPublicKey(publicKey)), true);
  await fc.assert(
    fc.asyncProperty(bytes(), bytes(), async (info, context) => {
      const { enc, secret } = exportSecret(publicKey, info, context);
      expect(importSecret(privateKey, info, context, enc)).toEqual(secret);
      const receiver = await suite.createRecipientContext({
        recipientKey,
        enc: arrayBuffer(enc),
        info: arrayBuffer(info),
      });
      expect(Buffer.from(await receiver.export(arrayBuffer(context), 32))).toEqual(secret);
      const sender = await suite.createSenderContext({ recipientPublicKey, info: arrayBuffer(info) });
      const theirs = Buffer.from(await sender.export(arrayBuffer(context), 32));
      expect(importSecret(privateKey, info, context, Buffer.from(sender.enc))).toEqual(theirs);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ["a point of small order", Buffer.alloc(32)],
  ["a short public key", Buffer.alloc(31, 9)],
])("%s imports no secret", (_, enc) => {
  expect(importSecret(pair.privateKey, binding.info, binding.aad, enc)).toBe(undefined);
});

describe("the vectors of RFC 9180, appendix A.1.1", () => {
  const hex = (digits: string) => Buffer.from(digits, "hex");
  const keyPair = (secret: string) => {
    const key = hex(X25519_PKCS8_PREFIX + secret);
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    return { privateKey, publicKey: createPublicKey(privateKey) };
  };
  const { encryption, exports, ...vector } = RFC_9180_A_1_1;
  const [info, enc] = [hex(vector.info), hex(vector.enc)];
  const recipient = keyPair(vector.recipient);
  const fixed = { ephemeral: keyPair(vector.ephemeral), suite: AES_128_GCM };

  test("seal and open", () => {
    const place = { info, aad: hex(encryption.aad) };
    const text = hex(encryption.plaintext);
    const made = seal(recipient.publicKey, place, text, fixed);
    expect(made).toEqual({ enc, ciphertext: hex(encryption.ciphertext) });
    expect(open(recipient.privateKey, place, made, AES_128_GCM)).toEqual(text);
  });

  test.each(exports)("export, context $context", ({ context, secret }) => {
    expect(exportSecret(recipient.publicKey, info, hex(context), fixed)).toEqual({
      enc,
      secret: hex(secret),
    });
    expect(importSecret(recipient.privateKey, info, hex(context), enc, AES_128_GCM)).toEqual(hex(secret));
  });
});
