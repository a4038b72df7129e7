import type { Signal } from "../signal.ts";
import { dataPointsOf, itemsOf, type PlacedItem } from "./items-of.ts";
import { RequestPacker } from "./request-packer.ts";

/** A part of a request that was split: a request of its own. */
export interface RequestPart {
  readonly bytes: Buffer;
  /** Larger than asked for, since what is in it can't be divided any further. */
  readonly isOversized: boolean;
}

/**
 * What is around items is repeated in every part. Past this many times the whole request in all, what is left comes in
 * one oversized part: else a resource just below the limit, with a million small items, would become terabytes.
 */
const REPEATED_MAX = 16;

/**
 * Divides an export request into requests of at most `bytesMax` bytes, one after the other as they are asked for.
 * Items keep their order, and each part repeats what is around its items: resource, scope, schema URLs, of profiles the
 * dictionary, and fields that nobody knows. Metrics stay whole where they fit, else they are divided between data
 * points. Resources and scopes without items are left out, so that a request of nothing else has no parts.
 *
 * An item that is over the limit alone, with what is around it, comes as an oversized part.
 *
 * @param bytes not written to; a request within the limit is its own only part, without a copy
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing, where the walk comes by
 *
 * @example
 * ```ts
 * import { decodeRequest, encodeRequest, splitRequest } from "@scrim/wire";
 * const logRecords = [{ eventName: "login" }, { eventName: "logout" }];
 * const bytes = encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
 * for (const part of splitRequest("logs", bytes, 16))
 *   console.log(JSON.stringify(decodeRequest("logs", part.bytes)));
 * // {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"login"}]}]}]}
 * // {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"logout"}]}]}]}
 * ```
 */
export function* splitRequest(signal: Signal, bytes: Buffer, bytesMax: number): Generator<RequestPart> {
  if (bytes.length <= bytesMax) {
    yield { bytes, isOversized: false };
    return;
  }
  const packer = new RequestPacker();
  let limit = bytesMax;
  let taken = 0;

  function take(): RequestPart {
    const part = packer.take();
    taken += part.length;
    if (taken > REPEATED_MAX * bytes.length) limit = Number.POSITIVE_INFINITY;
    return { bytes: part, isOversized: part.length > bytesMax };
  }

  function* place(item: PlacedItem, smaller: Iterable<PlacedItem>): Generator<RequestPart> {
    const fits = () => packer.sizeWith(item.path, item.end - item.start) <= limit;
    if (!fits() && !packer.isEmpty) yield take();
    const isTooLarge = !fits();
    if (isTooLarge) {
      let isDivided = false;
      for (const part of smaller) {
        isDivided = true;
        yield* place(part, NOTHING);
      }
      if (isDivided) return;
    }
    packer.add(item.path, bytes, item.start, item.end);
    if (isTooLarge) yield take();
  }

  for (const item of itemsOf(bytes)) yield* place(item, dataPointsOf(signal, bytes, item));
  if (!packer.isEmpty) yield take();
}

const NOTHING: readonly PlacedItem[] = [];
