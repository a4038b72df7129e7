import { createDecipheriv, generateKeyPairSync, type KeyObject } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findTokens, Opener, parseToken, Sealer, type SealerClock } from "./index.ts";

const { publicKey, privateKey } = generateKeyPairSync("x25519");
const FACTS = {
  service: "checkout",
  path: "user.email",
  class: "direct_identifier",
  traceId: "0af7651916cd43dd8448eb211c80319c",
};
const NOW_S = 1_800_000_000;

function makeSealer(recipient: KeyObject = publicKey) {
  const time = { monotonicMs: 0 };
  const clock: SealerClock = { wallMs: () => NOW_S * 1_000 + 999, monotonicMs: () => time.monotonicMs };
  return { sealer: new Sealer({ recipient, tenant: "shop", policy: "default/1", clock }), time };
}

const { sealer } = makeSealer();
const TOKEN = sealer.seal("jane@shop.example", FACTS)!;
const values = () => fc.string({ unit: "grapheme", maxLength: 300 });

/** Bytes of a token before its ciphertext. */
const HEADER_BYTES = 44;

const bytesOf = (token: string) => Buffer.from(token.slice("[SEALED:v1:".length, -1), "base64url");
const tokenOf = (bytes: Buffer) => `[SEALED:v1:${bytes.toString("base64url")}]`;

describe("what is sealed", () => {
  test("is opened with its facts, by the key that it was sealed to", () => {
    fc.assert(
      fc.property(values(), values(), (value, path) => {
        const opened = new Opener([privateKey]).open(sealer.seal(value, { ...FACTS, path })!);
        expect(opened?.value).toBe(value);
        expect(opened?.facts).toEqual({
          ...FACTS,
          path: path.slice(0, 128),
          tenant: "shop",
          policy: "default/1",
          sealedAt: NOW_S,
        });
      }),
    );
  });

  test("has its own facts, however many places there are", () => {
    const opener = new Opener([privateKey]);
    const few = fc.constantFrom("", "a", "b", '"', 'a","b', "é", "x".repeat(129));
    const many = fc.oneof(few, fc.nat(2_000).map(String)); // more paths than are kept
    fc.assert(
      fc.property(fc.record({ service: few, path: many, class: few, traceId: few }), (facts) => {
        const {
          service,
          path,
          class: sensitivityClass,
          traceId,
        } = opener.open(sealer.seal("x", facts)!)!.facts;
        const cut = Object.values(facts).map((fact) => fact.slice(0, 128));
        expect([service, path, sensitivityClass, traceId]).toEqual(cut);
      }),
      { numRuns: 3_000 },
    );
  });

  test("leaves nothing of the value before", () => {
    const opener = new Opener([privateKey]);
    for (const value of ["y".repeat(7_000), "x", "é".repeat(3_000), ""]) {
      expect(opener.open(sealer.seal(value, FACTS)!)?.value).toBe(value);
    }
  });

  test("is opened by one of several keys", () => {
    const other = generateKeyPairSync("x25519").privateKey;
    expect(new Opener([other, privateKey]).open(TOKEN)?.value).toBe("jane@shop.example");
    expect(new Opener([other]).open(TOKEN)).toBe(undefined);
  });

  test("shows nothing of the value, and of its length only in steps of 64 bytes", () => {
    const lengths = new Set(Array.from({ length: 40 }, (_, i) => sealer.seal("x".repeat(i), FACTS)!.length));
    expect(lengths.size).toBeLessThanOrEqual(2);
    expect(bytesOf(TOKEN).includes("jane")).toBe(false);
  });

  test("is another token each time", () => {
    expect(sealer.seal("same", FACTS)).not.toBe(sealer.seal("same", FACTS));
  });

  test("is not too long to be a token", () => {
    expect(sealer.seal("x".repeat(7_800), FACTS)).toMatch(/^\[SEALED:v1:/);
    expect(sealer.seal("x".repeat(8_192), FACTS)).toBe(undefined);
  });
});

describe("an epoch", () => {
  const encOf = (token: string) => bytesOf(token).subarray(8, 40).toString("hex");
  const counterOf = (token: string) => bytesOf(token).readUInt32BE(40);

  test("has one key, and counts its values", () => {
    const { sealer: counted } = makeSealer();
    const tokens = Array.from({ length: 5 }, () => counted.seal("x", FACTS)!);
    expect(new Set(tokens.map(encOf)).size).toBe(1);
    expect(tokens.map(counterOf)).toEqual([0, 1, 2, 3, 4]);
  });

  test("ends after ten minutes", () => {
    const { sealer: timed, time } = makeSealer();
    const first = timed.seal("x", FACTS)!;
    time.monotonicMs = 599_999;
    expect(encOf(timed.seal("x", FACTS)!)).toBe(encOf(first));
    time.monotonicMs = 600_000;
    const next = timed.seal("x", FACTS)!;
    expect(encOf(next)).not.toBe(encOf(first));
    expect(counterOf(next)).toBe(0);
  });

  test("ends with its process: a fork makes its own", () => {
    const { sealer: forked } = makeSealer();
    const first = forked.seal("x", FACTS)!;
    const descriptor = Object.getOwnPropertyDescriptor(process, "pid")!;
    Object.defineProperty(process, "pid", { value: process.pid + 1, configurable: true });
    try {
      expect(encOf(forked.seal("x", FACTS)!)).not.toBe(encOf(first));
    } finally {
      Object.defineProperty(process, "pid", descriptor);
    }
  });
});

test("another implementation opens what is sealed here", async () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const arrayBuffer = (buffer: Buffer) => new Uint8Array(buffer).buffer;
  const { d } = privateKey.export({ format: "jwk" });
  const recipientKey = await suite.kem.importKey("raw", arrayBuffer(Buffer.from(d!, "base64url")), false);
  const bytes = bytesOf(TOKEN);
  const receiver = await suite.createRecipientContext({
    recipientKey,
    enc: arrayBuffer(bytes.subarray(8, 40)),
    info: arrayBuffer(Buffer.from("scrim-seal/1")),
  });
  const key = Buffer.from(await receiver.export(arrayBuffer(Buffer.from("epoch key")), 32));
  const nonce = Buffer.concat([Buffer.alloc(8), bytes.subarray(40, 44)]);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
  decipher.setAAD(bytes.subarray(0, HEADER_BYTES)).setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([
    decipher.update(bytes.subarray(HEADER_BYTES, -16)),
    decipher.final(),
  ]).toString();
  expect(text.length % 64).toBe(0);
  expect(JSON.parse(text)).toEqual([
    NOW_S,
    "shop",
    "checkout",
    "user.email",
    "direct_identifier",
    FACTS.traceId,
    "default/1",
    "jane@shop.example",
  ]);
});

describe("nothing is opened of a token", () => {
  const opener = new Opener([privateKey]);
  opener.open(TOKEN); // with the epoch's key at hand

  test("of which any bit is another", () => {
    const bytes = bytesOf(TOKEN);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(opener.open(tokenOf(changed)), `bit ${bit}`).toBe(undefined);
    }
  });

  test.each([
    ["with a shorter tag", tokenOf(bytesOf(TOKEN).subarray(0, -4))],
    ["without a tag", tokenOf(bytesOf(TOKEN).subarray(0, -16))],
    ["without a ciphertext", tokenOf(Buffer.concat([bytesOf(TOKEN).subarray(0, 44), Buffer.alloc(16)]))],
    ["of another version", TOKEN.replace(":v1:", ":v2:")],
    ["in another base64", TOKEN.replace(/]$/, "=]")],
    ["with a blank in it", TOKEN.replace("[SEALED:v1:", "[SEALED:v1: ")],
    ["with something behind it", `${TOKEN} `],
    ["that is empty", "[SEALED:v1:]"],
    ["that is none", ""],
    ["that is too long", tokenOf(Buffer.alloc(44 + 8_192 + 64 + 16))],
    [
      "whose ephemeral key is of small order",
      tokenOf(Buffer.concat([bytesOf(TOKEN).subarray(0, 8), Buffer.alloc(32), bytesOf(TOKEN).subarray(40)])),
    ],
  ])("%s", (_, token) => {
    expect(opener.open(token)).toBe(undefined);
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(opener.open(tokenOf(Buffer.from(bytes)))).toBe(undefined);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(opener.open(text)).toBe(undefined);
      }),
    );
  });
});

describe("tokens in a text", () => {
  test("are found where they stand", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constant(TOKEN),
            fc.constant("[SEALED:v1:AAAA]"),
            fc.constant("[SEALED:v1:"),
            fc.string(),
          ),
        ),
        (parts) => {
          const text = parts.join(" ");
          for (const [start, end] of findTokens(text)) expect(text.slice(start, end)).toBe(TOKEN);
          expect(findTokens(text).length).toBe(parts.filter((part) => part === TOKEN).length);
        },
      ),
    );
  });

  test("have one spelling", () => {
    expect(parseToken(TOKEN)).not.toBe(undefined);
    const last = TOKEN.at(-2)!;
    const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].filter(
      (sign) => sign !== last,
    );
    const sameBytes = others.filter((sign) =>
      bytesOf(`${TOKEN.slice(0, -2)}${sign}]`).equals(bytesOf(TOKEN)),
    );
    for (const sign of sameBytes) expect(parseToken(`${TOKEN.slice(0, -2)}${sign}]`)).toBe(undefined);
  });
});
