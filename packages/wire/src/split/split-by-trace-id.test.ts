import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryMessage } from "../../test/arbitrary-message.ts";
import { leavesOf } from "../../test/split-model.ts";
import { encodeParts, wrap } from "../../test/wire-model.ts";
import { decodeRequest, REQUEST_TYPES, splitByTraceId } from "../index.ts";

const SIGNALS = ["logs", "traces"] as const;
const byLastByte = (id: Uint8Array) => (id.at(-1) ?? 0) % 3;

test.each(SIGNALS)("%s: every item goes to the destination of its trace, in order", (signal) => {
  fc.assert(
    fc.property(arbitraryMessage(REQUEST_TYPES[signal], { unknown: true }), (tree) => {
      const bytes = encodeParts(tree);
      const leaves = leavesOf(signal, decodeRequest(signal, bytes));
      const requests = splitByTraceId(signal, bytes, 3, byLastByte);
      requests.forEach((request, destination) => {
        const expected = leaves.filter((leaf) => destinationOf(leaf) === destination);
        const actual = request === undefined ? [] : leavesOf(signal, decodeRequest(signal, request));
        expect(actual).toEqual(expected);
      });
    }),
    { numRuns: 400 },
  );
});

function destinationOf(leaf: string): number {
  const { traceId = "" } = (JSON.parse(leaf) as [...object[], { traceId?: string }]).at(-1) as {
    traceId?: string;
  };
  return byLastByte(Buffer.from(traceId, "hex"));
}

test("of a trace id that occurs twice the last counts, as for decoders", () => {
  const id = (last: number) => wrap(Buffer.from([...Buffer.alloc(15), last]), 0x0a);
  const bytes = wrap(Buffer.concat([id(1), id(2)]), 0x12, 0x12, 0x0a);
  expect(splitByTraceId("traces", bytes, 3, byLastByte)).toEqual([undefined, undefined, bytes]);
});
