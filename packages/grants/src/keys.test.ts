import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { generateKeys, readPrivateKey, readPublicKey } from "./keys.ts";

test.each(["signing", "service"] as const)("both halves of a %s pair have its id", (purpose) => {
  const pair = generateKeys(purpose);
  expect(pair.id).toMatch(/^[0-9a-f]{16}$/);
  expect(readPrivateKey(purpose, pair.privateKey, "a.key").id).toBe(pair.id);
  expect(readPublicKey(purpose, pair.publicKey, "a.pub").id).toBe(pair.id);
});

const signing = generateKeys("signing");
const service = generateKeys("service");
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });

test.each([
  ["a service key for signing", () => readPrivateKey("signing", service.privateKey, "a.key")],
  ["a signing key for a service", () => readPublicKey("service", signing.publicKey, "a.pub")],
  ["a private key where a public one belongs", () => readPublicKey("signing", signing.privateKey, "a.pub")],
  ["a public key where a private one belongs", () => readPrivateKey("signing", signing.publicKey, "a.key")],
  [
    "an RSA key",
    () => readPublicKey("signing", rsa.publicKey.export({ type: "spki", format: "pem" }).toString(), "a.pub"),
  ],
  ["no key", () => readPublicKey("signing", "hunter2", "a.pub")],
  ["nothing", () => readPrivateKey("service", "", "a.key")],
])("%s is refused, without a word of it", (_, read) => {
  const error = (() => {
    try {
      return read() as never;
    } catch (caught) {
      return caught as Error & { code: string; path: string };
    }
  })();
  expect(error.code).toBe("KEY_INVALID");
  expect(error.path).toMatch(/^a\./);
  expect(error.message).toMatch(/^no (?:private|public) (?:ed|x)25519 key in PEM$/);
});
