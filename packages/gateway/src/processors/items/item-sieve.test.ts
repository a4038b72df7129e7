import { OperatingError } from "@scrim/errors";
import { createBatch } from "@scrim/pipeline";
import { countItems, encodeRequest, type JsonObject } from "@scrim/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchOf, startCapture, stringAttribute } from "../../../testing/capture.ts";
import { keyedGrant, TRACE_ID, token, tokenGrant } from "../../../testing/grants.ts";
import { ItemSieve, type ItemSignal } from "./item-sieve.ts";

const SIGNALS: readonly ItemSignal[] = ["logs", "traces"];
const NAMES = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
} as const;

/** Requests by their items: those of each scope of each resource, which stay or don't. */
const TREES = fc.array(fc.array(fc.array(fc.boolean(), { maxLength: 4 }), { maxLength: 3 }), {
  maxLength: 3,
});

function requestOf(signal: ItemSignal, tree: readonly (readonly (readonly boolean[])[])[]): Buffer {
  const [resources, scopes, items] = NAMES[signal];
  const item = (stays: boolean): JsonObject => ({ traceId: (stays ? "01" : "02").repeat(16) });
  return encodeRequest(signal, {
    [resources]: tree.map((ofResource) => ({
      schemaUrl: "r",
      [scopes]: ofResource.map((ofScope) => ({ schemaUrl: "s", [items]: ofScope.map(item) })),
    })),
  });
}

/** What has to be left: scopes and resources go with the last of their items. */
function left(tree: readonly (readonly (readonly boolean[])[])[]): boolean[][][] {
  return tree
    .map((scopes) => ({
      scopes: scopes.filter((items) => items.length === 0 || items.includes(true)),
      lost: scopes.some((items) => items.length > 0 && !items.includes(true)),
    }))
    .filter(({ scopes, lost }) => scopes.length > 0 || !lost)
    .map(({ scopes }) => scopes.map((items) => items.filter(Boolean)));
}

test.each(SIGNALS)("%s, any request: what stays is what was chosen, byte for byte", (signal) => {
  const sieve = new ItemSieve();
  const visitor = {
    stays: (bytes: Buffer, start: number, end: number) =>
      bytes.subarray(start, end).includes(Buffer.alloc(16, 1)),
  };
  fc.assert(
    fc.property(TREES, (tree) => {
      const sieved = sieve.sieve(signal, requestOf(signal, tree), visitor);
      expect(sieved).toEqual(requestOf(signal, left(tree)));
      expect(sieve.kept).toBe(countItems(signal, sieved));
    }),
  );
});

/** Requests with everything in them that is looked at. */
function fullRequest(signal: ItemSignal): Buffer {
  const attributes = [stringAttribute("scrim.token", token()), stringAttribute("a", "b")];
  const item: JsonObject = { traceId: TRACE_ID, attributes };
  return batchOf(signal, [
    signal === "logs"
      ? { ...item, severityNumber: 5 }
      : {
          ...item,
          traceState: `scrim=${token()}`,
          links: [{ traceState: "scrim=x" }],
          events: [{ attributes }],
        },
    item,
  ]).bytes;
}

test.each(SIGNALS)(
  "%s, any damage to a request: it is refused for its framing, or what leaves is well formed",
  (signal) => {
    const request = fullRequest(signal);
    const grants = [keyedGrant({ records_per_s: 1_000_000 }), tokenGrant({ id: "ffffffffffffffff" })];
    const { sift } = startCapture({ grants, seesWholeTraces: true, hold: {} });
    const damage = fc.record({
      at: fc.nat({ max: request.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
      length: fc.integer({ min: 0, max: request.length }),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const bytes = Buffer.from(request.subarray(0, damages[0]!.length));
        for (const { at, byte } of damages) if (at < bytes.length) bytes[at] = byte;
        try {
          const { batch } = sift(createBatch(signal, bytes, { address: undefined }));
          expect(countItems(signal, batch.bytes)).toBe(batch.items);
        } catch (error) {
          expect(error).toBeInstanceOf(OperatingError);
          expect((error as OperatingError).code).toMatch(/^WIRE_|^TOO_DEEP$/);
        }
      }),
      { numRuns: 2_000 },
    );
  },
);
