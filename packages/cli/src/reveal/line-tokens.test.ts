import { generateKeyPairSync } from "node:crypto";
import { Sealer } from "@scrim/seal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tokenPlaces, withValues } from "./line-tokens.ts";

const sealer = new Sealer({
  recipient: generateKeyPairSync("x25519").publicKey,
  tenant: "shop",
  policy: "shop",
});
const sealed = () => sealer.seal("x", { service: "", path: "", class: "c", traceId: "" })!;
const TOKEN = sealed();
const ENCODED = TOKEN.replace("[", "%5B").replace("]", "%5D");

/** A line with one value in the place of each token. */
function opened(line: string | Buffer, value: string | undefined, isJson = false): Buffer {
  const bytes = Buffer.from(line);
  const places = tokenPlaces(bytes);
  return withValues(
    bytes,
    places,
    places.map(() => value),
    isJson,
  );
}

describe("tokens in a line", () => {
  test.each([
    ["alone", TOKEN, [TOKEN]],
    ["among others", `a=${TOKEN} b=${TOKEN}.`, [TOKEN, TOKEN]],
    ["side by side", `${TOKEN}${TOKEN}`, [TOKEN, TOKEN]],
    ["in brackets of their own", `[${TOKEN}]`, [TOKEN]],
    ["in a URL", `GET /find?q=${ENCODED}&page=2`, [TOKEN]],
    ["in a URL in lower case", ENCODED.replace("%5B", "%5b").replace("%5D", "%5d"), [TOKEN]],
    ["in a URL, with colons encoded too", ENCODED.replaceAll(":", "%3A"), [TOKEN]],
    [
      "behind bytes that are no text",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TOKEN)]),
      [TOKEN],
    ],
  ])("are found %s", (_, line, tokens) => {
    expect(tokenPlaces(Buffer.from(line)).map(({ token }) => token)).toEqual(tokens);
  });

  test.each([
    ["cut off", TOKEN.slice(0, -2)],
    ["without their end", TOKEN.slice(0, -1)],
    ["half encoded", TOKEN.replace("[", "%5B")],
    ["of another version", TOKEN.replace(":v1:", ":v2:")],
    ["that are empty", "[SEALED:v1:]"],
    ["that are some text", "[SEALED:v1:hello]"],
    ["twice encoded", ENCODED.replaceAll("%", "%25")],
  ])("are none %s", (_, line) => {
    expect(tokenPlaces(Buffer.from(line))).toEqual([]);
    expect(opened(line, "jane")).toEqual(Buffer.from(line));
  });

  test("are found in time that grows with the line alone", () => {
    const hostile = Buffer.from(
      "[SEALED:v1:".repeat(400_000) + "A".repeat(4_000_000) + "%5BSEALED:v1:AAAA".repeat(200_000),
    );
    const started = performance.now();
    expect(tokenPlaces(hostile)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test("a line is its own bytes around values, whatever they are, and a token without a value stays", () => {
  const part = fc.oneof(
    fc.constantFrom(TOKEN, ENCODED).map((text) => ({ bytes: Buffer.from(text), isToken: true })),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => ({ bytes: Buffer.from(bytes), isToken: false })),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const line = Buffer.concat(parts.map(({ bytes }) => bytes));
      const expected = Buffer.concat(
        parts.map(({ bytes, isToken }) => (isToken ? Buffer.from("jane") : bytes)),
      );
      expect(opened(line, "jane")).toEqual(expected);
      expect(opened(line, undefined).equals(line)).toBe(true);
    }),
  );
});

describe("a value", () => {
  const text = () => fc.string({ unit: "binary" });

  test.each([
    ["ends no line", "a\nb\r\nc\u0085d\u2028e", "a\\u000ab\\u000d\\u000ac\\u0085d\\u2028e"],
    [
      "moves no cursor and rings no bell",
      "\u001b[2J\u0007\u009b1A\u007f",
      "\\u001b[2J\\u0007\\u009b1A\\u007f",
    ],
    ["turns no text round", "user\u202egnp.exe\u2066", "user\\u202egnp.exe\\u2066"],
    ["is written in whole characters", "a\ud800b", "a\\ud800b"],
    ["keeps what is text", "Jäne 🦊 O'Neil", "Jäne 🦊 O'Neil"],
    ["is no token again", TOKEN, TOKEN],
  ])("%s", (_, value, written) => {
    expect(opened(`user=${TOKEN}!`, value).toString()).toBe(`user=${written}!`);
  });

  test("in lines of text has no character that a terminal obeys", () => {
    fc.assert(
      fc.property(text(), (value) => {
        expect(opened(TOKEN, value).toString()).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });

  test("in JSON is the text that a parser reads, in JSON in its texts too", () => {
    const nested = (levels: number): string =>
      JSON.stringify({ "user.email": levels === 1 ? TOKEN : nested(levels - 1), after: [1, "x"] });
    fc.assert(
      fc.property(text(), fc.integer({ min: 1, max: 4 }), (value, levels) => {
        let read = opened(nested(levels), value, true).toString();
        for (let level = 0; level < levels; level++) {
          const document = JSON.parse(read);
          expect(document.after).toEqual([1, "x"]);
          read = document["user.email"];
        }
        expect(read).toBe(value);
      }),
    );
  });

  test("in JSON changes nothing else, whatever stands beside it", () => {
    fc.assert(
      fc.property(text(), text(), text(), fc.jsonValue(), (value, before, behind, other) => {
        const document = { a: `${before}${TOKEN}${behind}`, [behind]: [TOKEN, other] };
        const line = opened(JSON.stringify(document), value, true).toString();
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        const read = JSON.parse(line);
        expect(Object.keys(read)).toEqual(Object.keys(document));
        if (behind === "a") return;
        expect(read[behind]).toEqual([value, JSON.parse(JSON.stringify(other))]);
        expect(read.a.startsWith(before) && read.a.endsWith(behind)).toBe(true);
      }),
    );
  });

  test("in a URL is percent-encoded, and so read from it again", () => {
    fc.assert(
      fc.property(text(), fc.boolean(), (value, isJson) => {
        const line = opened(`https://shop.example/find?q=${ENCODED}&page=2`, value, isJson).toString();
        const { searchParams } = new URL(line);
        expect([...searchParams]).toEqual([
          ["q", value.toWellFormed()],
          ["page", "2"],
        ]);
      }),
    );
  });
});
