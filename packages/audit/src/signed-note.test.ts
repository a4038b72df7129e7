import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkpointText, parseCheckpoint, readCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { EMPTY_ROOT } from "./merkle-hash.ts";
import { formatVerifier, generateNoteKeys, readSigner, readVerifier } from "./note-key.ts";
import {
  formatNote,
  isSignedBy,
  NOTE_BYTES_MAX,
  parseNote,
  signAsLog,
  signAsWitness,
} from "./signed-note.ts";
import { cosignersOf } from "./witness-policy.ts";

/** The note, its signer and its key that the documentation of Go's note package shows. */
const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_PRIVATE_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

/** The example of c2sp.org/signed-note. */
const C2SP_NOTE = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

const KEYS = generateNoteKeys("log", "shop.example/audit");
const SIGNER = readSigner("log", KEYS.privateKey, "log.key");
const LOG = readVerifier("log", KEYS.publicKey, "log.pub");

function witnessKeys(name: string) {
  const keys = generateNoteKeys("witness", name);
  return {
    signer: readSigner("witness", keys.privateKey, "w.key"),
    verifier: readVerifier("witness", keys.publicKey, "w.pub"),
  };
}

describe("notes of others", () => {
  test("Go's is opened with its key, and made again byte for byte with its private key", () => {
    const key = readVerifier("log", GO_KEY, "go.pub");
    expect(isSignedBy(parseNote(Buffer.from(GO_NOTE)), key)).toBe(true);
    const signer = readSigner("log", GO_PRIVATE_KEY, "go.key");
    expect(formatVerifier(signer)).toBe(`${GO_KEY}\n`);
    expect(formatNote(GO_TEXT, [signAsLog(signer, GO_TEXT)])).toBe(GO_NOTE);
  });

  test("the specification's is parsed at its last empty line", () => {
    const { text, signatures } = parseNote(Buffer.from(C2SP_NOTE));
    expect(text.endsWith("\n\ned è subito sera.\n")).toBe(true);
    expect(signatures.map(({ name, keyId }) => [name, keyId])).toEqual([
      ["quasimodo.example/salvatore", "367ba04b"],
    ]);
    expect(formatNote(text, signatures)).toBe(C2SP_NOTE);
  });

  test("the specification's cosigned checkpoint is parsed, with the time in the cosignature", () => {
    const note = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
    const { origin, size, note: parsed } = parseCheckpoint(Buffer.from(note));
    expect([origin, size]).toEqual(["example.com/behind-the-sofa", 20_852_163]);
    expect(parsed.signatures[1]!.bytes.readBigUInt64BE()).toBe(1_679_315_147n);
  });
});

const signature = formatNote("a\n", [signAsLog(SIGNER, "a\n")]).slice("a\n\n".length);

test.each<[name: string, note: string | Buffer]>([
  ["nothing", ""],
  ["no signature", "a\n"],
  ["no signature behind an empty line", "a\n\n"],
  ["no empty line", `a\n${signature}`],
  ["no newline at the end", `a\n\n${signature.slice(0, -1)}`],
  ["a hyphen for the dash", `a\n\n- ${signature.slice(2)}`],
  ["a name with a plus", "a\n\n— a+b AAAAAAA=\n"],
  ["a name with a space that is not ASCII", "a\n\n— a\u2003b AAAAAAA=\n"],
  ["no name", "a\n\n—  AAAAAAA=\n"],
  ["a key id alone", "a\n\n— a AAAAAA==\n"],
  ["Base64 without padding", "a\n\n— a AAAAAAA\n"],
  ["Base64 with bits left over", "a\n\n— a AAAAAAB=\n"],
  ["Base64 for addresses", "a\n\n— a AAAAAA_-\n"],
  ["a third word", "a\n\n— a AAAAAAA= b\n"],
  ["a carriage return", `a\r\n\n${signature}`],
  ["a tab", `a\tb\n\n${signature}`],
  ["bytes that are not UTF-8", Buffer.concat([Buffer.of(0xff), Buffer.from(`\n\n${signature}`)])],
  ["too many signatures", `a\n\n${signature.repeat(65)}`],
  ["too many bytes", `${"a".repeat(NOTE_BYTES_MAX)}\n\n${signature}`],
])("%s is no note", (_, note) => {
  expect(() => parseNote(Buffer.from(note))).toThrow(expect.objectContaining({ code: "AUDIT_INVALID" }));
});

test("any bytes are a note that is written back the same, or none", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .string({ unit: fc.constantFrom("a", "\n", "— ", " ", "AAAAAAA=", "+", "é"), maxLength: 40 })
      .map((text) => Buffer.from(text)),
    fc.tuple(fc.nat(GO_NOTE.length), fc.nat(255)).map(([at, byte]) => {
      const changed = Buffer.from(GO_NOTE);
      changed[at % changed.length] = byte;
      return changed;
    }),
  );
  fc.assert(
    fc.property(bytes, (note) => {
      let parsed: ReturnType<typeof parseNote>;
      try {
        parsed = parseNote(note);
      } catch (error) {
        expect(error).toMatchObject({ code: "AUDIT_INVALID" });
        return;
      }
      expect(Buffer.from(formatNote(parsed.text, parsed.signatures)).equals(note)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

describe("signatures", () => {
  const text = "shop.example/audit\n7\nAAAA\n";

  test("one of an unknown key is passed over, also where it shares the name or the id", () => {
    const other = readSigner("log", generateNoteKeys("log", SIGNER.name).privateKey, "o.key");
    const sameId = { ...signAsLog(other, text), keyId: SIGNER.keyId, name: "another" };
    const strange = [signAsLog(other, text), sameId];
    expect(isSignedBy({ text, signatures: strange }, LOG)).toBe(false);
    expect(isSignedBy({ text, signatures: [...strange, signAsLog(SIGNER, text)] }, LOG)).toBe(true);
  });

  test("a wrong one of a known key spoils the note, beside a right one too", () => {
    const wrong = { ...signAsLog(SIGNER, `${text}a\n`) };
    for (const signatures of [[wrong], [signAsLog(SIGNER, text), wrong]]) {
      expect(() => isSignedBy({ text, signatures }, LOG)).toThrow(
        expect.objectContaining({ code: "AUDIT_INVALID" }),
      );
    }
  });

  test("each bit of a signature and of the text counts", () => {
    const { bytes, ...rest } = signAsLog(SIGNER, text);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => isSignedBy({ text, signatures: [{ ...rest, bytes: changed }] }, LOG)).toThrow(
        /wrong signature/,
      );
    }
    for (let at = 0; at < text.length; at++) {
      const changed = `${text.slice(0, at)}~${text.slice(at + 1)}`;
      expect(() => isSignedBy({ text: changed, signatures: [{ ...rest, bytes }] }, LOG)).toThrow(
        /wrong signature/,
      );
    }
  });

  test("a cosignature is bound to its time, and a log's signature is none", () => {
    const { signer, verifier } = witnessKeys("witness.example/w1");
    const good = signAsWitness(signer, text, 1_700_000_000);
    expect(isSignedBy({ text, signatures: [good] }, verifier)).toBe(true);
    const later = Buffer.from(good.bytes);
    later[7]! ^= 1;
    const asLog = { ...signAsLog(signer, text) };
    for (const bytes of [later, asLog.bytes, good.bytes.subarray(8)]) {
      expect(() => isSignedBy({ text, signatures: [{ ...good, bytes }] }, verifier)).toThrow(
        /wrong signature/,
      );
    }
  });

  test("witnesses are counted by their keys: one key under two names is one", () => {
    const [a, b] = [witnessKeys("witness.example/a"), witnessKeys("witness.example/b")];
    const bytes = Buffer.from(a.verifier.publicKey.export({ format: "jwk" }).x!, "base64url");
    const renamed = generateNoteKeys("witness", "witness.example/c");
    expect(renamed.publicKey).not.toContain(bytes.toString("base64"));
    const twin = { ...a.verifier, name: "witness.example/twin", keyId: "01020304" };
    const signatures = [
      signAsWitness(a.signer, text, 1),
      { ...signAsWitness(a.signer, text, 1), name: twin.name, keyId: twin.keyId },
    ];
    const policy = { witnesses: [a.verifier, twin, b.verifier], threshold: 2 };
    expect(cosignersOf({ text, signatures }, policy)).toHaveLength(1);
    expect(
      cosignersOf({ text, signatures: [...signatures, signAsWitness(b.signer, text, 2)] }, policy),
    ).toHaveLength(2);
  });
});

describe("keys", () => {
  test.each<[name: string, text: string]>([
    ["nothing", ""],
    ["another id", GO_KEY.replace("c74f20a3", "c74f20a4")],
    ["upper-case digits in the id", GO_KEY.replace("c74f20a3", "C74F20A3")],
    ["another name", GO_KEY.replace("Peter", "Paul")],
    ["another type", GO_KEY.replace("ARpc", "BBpc")],
    ["a byte less", GO_KEY.slice(0, -4)],
    ["a second line", `${GO_KEY}\n${GO_KEY}`],
    ["a private one", GO_PRIVATE_KEY],
    ["a witness's", witnessKeys("w").verifier.keyId],
    ["a long text", "a".repeat(100_000)],
  ])("%s is no public key of a log", (_, text) => {
    expect(() => readVerifier("log", text, "x")).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
  });

  test("a log's key is no witness's, in either half", () => {
    expect(() => readVerifier("witness", KEYS.publicKey, "x")).toThrow(/no public key of a witness/);
    expect(() => readSigner("witness", KEYS.privateKey, "x")).toThrow(/no private key of a witness/);
    expect(() => readSigner("log", KEYS.publicKey, "x")).toThrow(/no private key of a log/);
    const [, , , id] = KEYS.privateKey.split("+");
    expect(() => readSigner("log", KEYS.privateKey.replace(id!, "00000000"), "x")).toThrow(/no private key/);
  });

  test.each(["", "a b", "a+b", "a\u00a0b", "a\nb", "a".repeat(201)])("%j is no name", (name) => {
    expect(() => generateNoteKeys("log", name)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  test("a refusal does not quote the key", () => {
    try {
      readSigner("log", KEYS.privateKey.replace("PRIVATE", "PRIVAT"), "log.key");
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain(KEYS.privateKey.slice(40, 60));
    }
  });
});

describe("checkpoints", () => {
  const signed = (text: string) => Buffer.from(formatNote(text, [signAsLog(SIGNER, text)]));
  const root = EMPTY_ROOT.toString("base64");

  test("one that was signed is read again", () => {
    const bytes = Buffer.from(signCheckpoint(SIGNER, 0, EMPTY_ROOT));
    expect(bytes.toString()).toMatch(
      new RegExp(`^shop.example/audit\\n0\\n${root.replaceAll("+", "\\+")}\\n\\n— shop`),
    );
    expect(readCheckpoint(bytes, LOG)).toMatchObject({ origin: SIGNER.name, size: 0 });
  });

  test("extension lines are signed, and passed over", () => {
    expect(readCheckpoint(signed(`${SIGNER.name}\n1\n${root}\nmore\n`), LOG).size).toBe(1);
  });

  test.each<[name: string, text: string]>([
    ["another origin", `other.example\n1\n${root}\n`],
    ["no origin", `\n1\n${root}\n`],
    ["a size with a leading zero", `${SIGNER.name}\n01\n${root}\n`],
    ["a negative size", `${SIGNER.name}\n-1\n${root}\n`],
    ["a size past 2^53", `${SIGNER.name}\n9007199254740992\n${root}\n`],
    ["a size in hexadecimal", `${SIGNER.name}\n0x1\n${root}\n`],
    ["a short root", `${SIGNER.name}\n1\n${root.slice(4)}\n`],
    ["no root", `${SIGNER.name}\n1\n`],
    ["an empty extension line", `${SIGNER.name}\n1\n${root}\n\nmore\n`],
  ])("%s is refused, signed as it is", (_, text) => {
    expect(() => readCheckpoint(signed(text), LOG)).toThrow(
      expect.objectContaining({ code: "AUDIT_INVALID" }),
    );
  });

  test("any lines are a checkpoint that is written back the same, or none", () => {
    const line = fc.oneof(
      fc.constantFrom(
        SIGNER.name,
        root,
        "",
        "0",
        "00",
        "1",
        "-1",
        "1e3",
        " 1",
        "9007199254740991",
        "9007199254740992",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = `${lines.join("\n")}\n`;
        try {
          const parsed = parseCheckpoint(signed(text));
          expect(text.startsWith(checkpointText(parsed))).toBe(true);
          expect(lines.length).toBeGreaterThanOrEqual(3);
        } catch (error) {
          expect(error).toMatchObject({ code: "AUDIT_INVALID" });
        }
      }),
      { examples: [[[SIGNER.name, "1", root]], [[SIGNER.name, "1", root, "more"]]] },
    );
  });

  test("one that the log did not sign is refused", () => {
    const text = `${SIGNER.name}\n1\n${root}\n`;
    const { signer } = witnessKeys("w");
    const bytes = Buffer.from(formatNote(text, [signAsWitness(signer, text, 1)]));
    expect(() => readCheckpoint(bytes, LOG)).toThrow(/not signed/);
  });
});
