import { createRedactor } from "@scrim/redact";
import { REQUEST_TYPES, SIGNALS } from "@scrim/wire";
import fc from "fast-check";
import { arbitraryMessage } from "../../packages/wire/test/arbitrary-message.ts";
import { encodeParts } from "../../packages/wire/test/wire-model.ts";
import { arbitraryText } from "./arbitrary-text.ts";
import { PLANS } from "./policies.ts";

/** What becomes of random requests and texts under each of the policies: the same ones for the same seed. */
export function redactedSamples(seed: number, runs: number): readonly string[] {
  return Object.entries(PLANS).flatMap(([name, plan]) => {
    const redactor = createRedactor(plan);
    const requests = SIGNALS.flatMap((signal) => {
      const messages = arbitraryMessage(REQUEST_TYPES[signal], { unknown: true, strings: arbitraryText });
      return fc.sample(messages, { seed, numRuns: runs }).map((parts) => {
        const { bytes } = redactor.redact(signal, encodeParts(parts));
        return `${name}, ${signal}: ${bytes.toString("hex")}`;
      });
    });
    const texts = fc
      .sample(fc.tuple(arbitraryText, fc.option(arbitraryText, { nil: undefined })), {
        seed,
        numRuns: 8 * runs,
      })
      .map(([text, key]) => `${name}: ${redactor.redactText(Buffer.from(text), key).bytes.toString()}`);
    return [...requests, ...texts];
  });
}
