import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, type JsonValue, parseCanonicalJson } from "./canonical-json.ts";
import { commitmentTo, isCommitted } from "./commitment.ts";
import { type AuditEvent, formatEntry, parseEntry } from "./entry.ts";
import { formatBundle, parseBundle } from "./entry-bundle.ts";
import { PSEUDONYM_PATTERN, pseudonymOf } from "./pseudonym.ts";
import { TextTable } from "./text-table.ts";
import { parseProof } from "./tlog-proof.ts";
import { formatWitnessRequest, parseWitnessRequest } from "./witness-request.ts";
import { formatWriteAhead, parseWriteAhead } from "./write-ahead.ts";

const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe("canonical JSON", () => {
  test("is read back, and whatever is read is its one spelling", () => {
    fc.assert(
      fc.property(value, (each) => {
        const bytes = canonicalJson(each);
        expect(parseCanonicalJson(bytes)).toEqual(JSON.parse(bytes.toString()));
        const text = JSON.stringify(each, undefined, 1);
        if (text !== bytes.toString()) expect(parseCanonicalJson(Buffer.from(text))).toBeUndefined();
      }),
    );
  });

  test("members are in the order of RFC 8785's example, and strings are escaped as there", () => {
    const keys = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7 };
    expect(canonicalJson(keys).toString()).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
    expect(canonicalJson('\u20ac$\u000f\nA\'B"\\\\"/').toString()).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  test.each([
    '{"a":1,"a":1}',
    '{"b":1,"a":1}',
    " {}",
    '{"a":1.0}',
    '{"a":1.5}',
    '"\\u0041"',
    '"\\ud800"',
    "null",
    "9007199254740993",
    "-0",
    "1e2",
    "",
    "[".repeat(20),
  ])("%s is not it", (text) => expect(parseCanonicalJson(Buffer.from(text))).toBeUndefined());
});

describe("entries", () => {
  const event: AuditEvent = { kind: "reveal", action: "open" };
  const full: AuditEvent = {
    ...event,
    outcome: "done",
    actor: pseudonymOf({ version: 1, secret: Buffer.alloc(32) }, "user", "jane"),
    ids: { grant: "g-1", trace: "0af7651916cd43dd8448eb211c80319c" },
    policies: ["policy0", "shop/reveal.cedar:3"],
    facts: { seconds: 900, is_break_glass: false, classes: ["direct_identifier"], class: "email" },
    texts: { reason: commitmentTo("ticket 4711").commitment },
  };

  test("are read back", () => {
    for (const each of [event, full]) {
      expect(parseEntry(formatEntry(each, 0))).toEqual({
        version: 1,
        time: "1970-01-01T00:00:00.000Z",
        ...each,
      });
    }
  });

  test.each<[name: string, more: object]>([
    ["an e-mail address for an actor", { actor: "jane@shop.example" }],
    ["a name for an actor", { actor: "jane" }],
    ["free text for a reason", { texts: { reason: "customer 4711 can't pay" } }],
    ["an e-mail address for an id", { ids: { subject: "jane@shop.example" } }],
    ["a text among facts", { facts: { note: "call jane" } }],
    ["a fraction", { facts: { ratio: 0.5 } }],
    ["a key that is not known", { ip: "192.0.2.1" }],
    ["a name that is none", { action: "Open It" }],
    ["another kind", { kind: "other" }],
    ["too many ids", { ids: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`a${at}`, "x"])) }],
  ])("%s is refused, and not quoted", (_, more) => {
    let refused: unknown;
    try {
      formatEntry({ ...event, ...more } as AuditEvent, 0);
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ code: "INPUT_INVALID" });
    expect(JSON.stringify(refused) + String(refused)).not.toMatch(/jane|4711|192/);
  });

  test("no entry can be larger than its length can say", () => {
    const ids = Object.fromEntries(
      Array.from({ length: 32 }, (_, at) => [`k${at}`.padEnd(64, "a"), "x".repeat(128)]),
    );
    const list = Array.from({ length: 64 }, () => "x".repeat(128));
    const facts = Object.fromEntries(Array.from({ length: 32 }, (_, at) => [`k${at}`, list]));
    expect(formatEntry({ ...event, ids }, 0).length).toBeLessThan(65_536);
    expect(() => formatEntry({ ...event, facts }, 0)).toThrow(expect.objectContaining({ code: "TOO_LARGE" }));
  });

  test("any bytes are an entry or none", () => {
    const bytes = formatEntry(full, 0);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        const entry = parseEntry(changed);
        if (entry !== undefined) expect(canonicalJson(entry)).toEqual(changed);
      }),
    );
  });
});

describe("pseudonyms", () => {
  const key = { version: 3, secret: Buffer.alloc(32, 7) };

  test("are the same for the same, and tell apart scopes, persons, keys", () => {
    const names = [
      pseudonymOf(key, "user", "jane"),
      pseudonymOf(key, "machine", "jane"),
      pseudonymOf(key, "user", "john"),
      pseudonymOf({ ...key, secret: Buffer.alloc(32, 8) }, "user", "jane"),
    ];
    expect(new Set(names).size).toBe(4);
    for (const name of names) expect(name).toMatch(PSEUDONYM_PATTERN);
    expect(pseudonymOf(key, "user", "Zoe\u0308")).toBe(pseudonymOf(key, "user", "Zo\u00eb"));
  });
});

describe("commitments", () => {
  test("hold for their text and salt alone, and hide what is equal", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const { commitment, opening } = commitmentTo(text);
        expect(isCommitted(commitment, opening)).toBe(true);
        expect(isCommitted(commitment, { ...opening, text: `${other}x${text}` })).toBe(false);
        expect(isCommitted(commitment, commitmentTo(text).opening)).toBe(false);
        expect(isCommitted(other, opening)).toBe(false);
      }),
    );
  });

  test("texts are kept for their owner alone, and erased with their salt", async () => {
    const directory = join(mkdtempSync(join(tmpdir(), "scrim-texts-")), "texts");
    const table = new TextTable(directory);
    const [kept, erased] = [await table.keep("ticket 4711"), await table.keep("ticket 4712")];
    expect(await table.read(kept)).toBe("ticket 4711");
    await table.erase(erased);
    expect(await table.read(erased)).toBeUndefined();
    expect(await table.read("../../etc/passwd")).toBeUndefined();
    expect(readdirSync(directory)).toEqual([`${kept}.json`]);
    expect(statSync(join(directory, `${kept}.json`)).mode & 0o777).toBe(0o600);
    await expect(table.keep("a".repeat(65_537))).rejects.toMatchObject({ code: "TOO_LARGE" });
    rmSync(join(directory, ".."), { recursive: true });
  });
});

describe("parsers", () => {
  const entries = fc.array(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 6 },
  );

  test("bundles: read back, and any cut or other count is refused", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (some, cut) => {
        const bytes = formatBundle(some);
        expect(parseBundle(bytes, some.length)).toEqual(some);
        expect(parseBundle(bytes, some.length + 1)).toBeUndefined();
        if (bytes.length > 0)
          expect(parseBundle(bytes.subarray(0, cut % bytes.length), some.length)).toBeUndefined();
      }),
    );
  });

  test("write-ahead: any cut gives the entries before it, any changed byte none that is changed", () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (some, where, change) => {
        const bytes = formatWriteAhead(512, some);
        expect(parseWriteAhead(bytes)).toEqual({ first: 512, entries: some, isTorn: false });
        const at = where % bytes.length;
        const cut = parseWriteAhead(bytes.subarray(0, at));
        if (cut !== undefined) expect(cut.entries).toEqual(some.slice(0, cut.entries.length));
        const changed = Buffer.from(bytes);
        changed[at]! ^= change;
        const parsed = parseWriteAhead(changed);
        if (parsed?.first === 512) {
          expect(parsed.entries).toEqual(some.slice(0, parsed.entries.length));
          expect(parsed.isTorn).toBe(true);
        }
      }),
    );
  });

  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

  test("requests to witnesses: read back, and any bytes are one or none", () => {
    const request = fc.record({
      oldSize: fc.maxSafeNat(),
      proof: fc.array(hash, { maxLength: 63 }),
      checkpoint: fc.string(),
    });
    fc.assert(
      fc.property(request, (each) => {
        expect(parseWitnessRequest(Buffer.from(formatWitnessRequest(each)))).toEqual(each);
      }),
    );
    const pieces = fc.string({
      unit: fc.constantFrom("old ", "0", "1", "\n", " ", `${"A".repeat(43)}=`, "é"),
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, (text) => {
        try {
          expect(formatWitnessRequest(parseWitnessRequest(Buffer.from(text)))).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "AUDIT_INVALID" });
        }
      }),
    );
    const long = formatWitnessRequest({
      oldSize: 1,
      proof: Array.from({ length: 64 }, () => Buffer.alloc(32)),
      checkpoint: "",
    });
    for (const bytes of [Buffer.from(long), Buffer.alloc(200_000, "a")]) {
      expect(() => parseWitnessRequest(bytes)).toThrow(expect.objectContaining({ code: "AUDIT_INVALID" }));
    }
  });

  test("proofs: any bytes are one or none", () => {
    const head = "c2sp.org/tlog-proof@v1\n";
    const pieces = fc.string({
      unit: fc.constantFrom("extra ", "index ", "0", "AA==", "\n", `${"A".repeat(43)}=`, "— a AAAAAAA="),
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, (text) => {
        try {
          const { index, hashes } = parseProof(Buffer.from(head + text));
          expect(Number.isSafeInteger(index) && hashes.length <= 63).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "AUDIT_INVALID" });
        }
      }),
    );
    expect(() => parseProof(Buffer.alloc(1_000_000, "a"))).toThrow(/no tlog-proof/);
  });
});
