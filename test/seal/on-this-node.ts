/**
 * Holds HPKE to its vectors and opens what other Nodes have sealed, which stands in standard input; prints what this one seals. As a program of
 * its own, since the test runner runs on one Node.
 */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { open, seal } from "@scrim/hpke";
import { Opener, Sealer } from "@scrim/seal";
import { AES_128_GCM, exportSecret, importSecret, seal as sealWith } from "../../packages/hpke/src/hpke.ts";
import { RFC_9180_A_1_1, X25519_PKCS8_PREFIX } from "../../packages/hpke/test/rfc9180.ts";

/** What one Node has sealed, and the key that opens it. */
interface SealedThere {
  readonly node: string;
  readonly privateKey: string;
  readonly token: string;
  readonly message: { readonly enc: string; readonly ciphertext: string };
}

const VALUE = "jané@shop.example";
const FACTS = { service: "checkout", path: "user.email", class: "direct_identifier", traceId: "" };
const PLACE = { info: Buffer.from("scrim-test/1"), aad: Buffer.from("place") };

const hex = (digits: string): Buffer => Buffer.from(digits, "hex");

function keyPair(secret: string): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const key = hex(X25519_PKCS8_PREFIX + secret);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function holdVectors(): void {
  const { encryption, exports, ...vector } = RFC_9180_A_1_1;
  const [info, enc] = [hex(vector.info), hex(vector.enc)];
  const recipient = keyPair(vector.recipient);
  const fixed = { ephemeral: keyPair(vector.ephemeral), suite: AES_128_GCM };
  const place = { info, aad: hex(encryption.aad) };
  const sealed = { enc, ciphertext: hex(encryption.ciphertext) };
  assert.deepEqual(sealWith(recipient.publicKey, place, hex(encryption.plaintext), fixed), sealed);
  assert.deepEqual(open(recipient.privateKey, place, sealed, AES_128_GCM), hex(encryption.plaintext));
  for (const { context, secret } of exports) {
    const sent = exportSecret(recipient.publicKey, info, hex(context), fixed);
    assert.deepEqual(sent, { enc, secret: hex(secret) });
    const received = importSecret(recipient.privateKey, info, hex(context), enc, AES_128_GCM);
    assert.deepEqual(received, hex(secret));
  }
}

function openFrom({ privateKey: pem, token, message }: SealedThere): void {
  const privateKey = createPrivateKey(pem);
  const opened = new Opener([privateKey]).open(token);
  assert.equal(opened?.value, VALUE);
  assert.equal(opened.facts.path, FACTS.path);
  const { enc, ciphertext } = message;
  const text = open(privateKey, PLACE, { enc: hex(enc), ciphertext: hex(ciphertext) });
  assert.equal(text?.toString(), VALUE);
  assert.equal(new Opener([generateKeyPairSync("x25519").privateKey]).open(token), undefined);
}

function sealHere(): SealedThere {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const sealer = new Sealer({ recipient: publicKey, tenant: "shop", policy: "test" });
  const { enc, ciphertext } = seal(publicKey, PLACE, Buffer.from(VALUE));
  return {
    node: process.versions.node,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    token: sealer.seal(VALUE, FACTS)!,
    message: { enc: enc.toString("hex"), ciphertext: ciphertext.toString("hex") },
  };
}

const others = JSON.parse(readFileSync(0, "utf8")) as readonly SealedThere[];
holdVectors();
for (const other of others) openFrom(other);
console.log(JSON.stringify({ opened: others.map(({ node }) => node), sealed: sealHere() }));
