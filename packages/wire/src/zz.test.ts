import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "../test/arbitrary-message.ts";
import { codeOf } from "../test/error-of.ts";
import { secondDecoder } from "../test/second-decoder.ts";
import { encodeParts } from "../test/wire-model.ts";
import { decodeRequest, REQUEST_TYPES, SIGNALS } from "./index.ts";

test.each(SIGNALS)("hunt %s", (signal) => {
  const second = secondDecoder(REQUEST_TYPES[signal]);
  const kinds = new Map<string, string>();
  for (let seed = 1; seed < 12; seed++)
    for (const parts of fc.sample(arbitraryMessage(REQUEST_TYPES[signal], { unknown: true }), {
      numRuns: 300,
      seed,
    })) {
      const bytes = encodeParts(parts);
      for (let k = 0; k < 12 && bytes.length > 0; k++) {
        const b = Buffer.from(bytes);
        b[Math.floor(Math.random() * b.length)] = Math.floor(Math.random() * 256);
        const code = codeOf(() => decodeRequest(signal, b));
        if (code !== undefined) continue;
        let other: unknown;
        let err = "";
        try {
          other = second(b);
        } catch (e) {
          err = (e as Error).message;
        }
        const mine = decodeRequest(signal, b);
        if (err !== "")
          kinds.set("ERR " + err.replace(/\d+/g, "N"), b.length < 80 ? b.toString("hex") : "long");
        else {
          try {
            expect(mine).toEqual(other);
          } catch (e) {
            kinds.set(
              "DIFF " + (e as Error).message.slice(0, 2500),
              b.length < 200 ? b.toString("hex") : "long",
            );
          }
        }
      }
    }
  console.log(signal, [...kinds].slice(0, 4));
});
