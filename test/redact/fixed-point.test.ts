import { createRedactor } from "@scrim/redact";
import { decodeRequest, REQUEST_TYPES, SIGNALS, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage } from "../../packages/wire/test/arbitrary-message.ts";
import { encodeParts } from "../../packages/wire/test/wire-model.ts";
import { arbitraryText } from "./arbitrary-text.ts";
import { PLANS } from "./policies.ts";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 150);

/** In hex, so that a counterexample can be pasted. */
function arbitraryRequest(signal: Signal): fc.Arbitrary<string> {
  return arbitraryMessage(REQUEST_TYPES[signal], { unknown: true, strings: arbitraryText }).map((parts) =>
    encodeParts(parts).toString("hex"),
  );
}

describe.each(Object.keys(PLANS))("policy: %s", (name) => {
  const redactor = createRedactor(PLANS[name]!);

  test.each(SIGNALS)(
    "any %s request: redacting twice changes nothing more, and the result can be read",
    (signal) => {
      fc.assert(
        fc.property(arbitraryRequest(signal), (hex) => {
          const once = redactor.redact(signal, Buffer.from(hex, "hex")).bytes;
          const read = decodeRequest(signal, once);
          const twice = redactor.redact(signal, once).bytes;
          if (!twice.equals(once)) expect(decodeRequest(signal, twice)).toEqual(read);
          expect(twice.equals(once)).toBe(true);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test("any text: redacting twice changes nothing more", () => {
    fc.assert(
      fc.property(arbitraryText, fc.option(arbitraryText, { nil: undefined }), (text, key) => {
        const once = redactor.redactText(Buffer.from(text), key).bytes;
        expect(redactor.redactText(once, key).bytes.toString()).toBe(once.toString());
      }),
      { numRuns: 4 * RUNS },
    );
  });
});

test("any bytes: a result, or an error with the byte offset; and the next request is served", () => {
  const redactor = createRedactor(PLANS.default!);
  const good = Buffer.from([0x0a, 0x00]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...SIGNALS), (bytes, signal) => {
      try {
        redactor.redact(signal, Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(?:WIRE_|TOO_DEEP)/),
          path: expect.stringMatching(/^byte \d+$/),
        });
      }
      expect(redactor.redact("logs", good).bytes).toBe(good);
    }),
    { numRuns: 10 * RUNS },
  );
});
