import type { IncomingMessage } from "node:http";
import { decompress } from "../../codec/content-encoding.ts";
import { GrowingBuffer, type Reserve } from "../../codec/growing-buffer.ts";
import { Refusal } from "./refusal.ts";
import type { AcceptedHead } from "./request-head.ts";

/**
 * The body of a request, decompressed. At most `bytesMax` are taken from the network, and at most that many come out
 * of decompression.
 *
 * @throws {Refusal} and {OperatingError} `TOO_LARGE`, `ENCODING_MALFORMED`. What was not read is still to be read.
 */
export async function readBody(
  request: IncomingMessage,
  { announcedBytes, compression }: AcceptedHead,
  bytesMax: number,
  reserve: Reserve,
): Promise<Buffer> {
  const body = await collect(request, new GrowingBuffer(bytesMax, announcedBytes, reserve));
  if (compression === "identity") return body;
  return await decompress(compression, body, new GrowingBuffer(bytesMax, 0, reserve));
}

function collect(request: IncomingMessage, target: GrowingBuffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const onData = (piece: Buffer): void => {
      try {
        target.append(piece);
      } catch (error) {
        request.off("data", onData);
        request.pause();
        reject(error);
      }
    };
    request.on("data", onData);
    request.on("end", () => resolve(target.take()));
    request.on("error", () => reject(new Refusal("cut_off")));
    request.on("close", () => reject(new Refusal("cut_off"))); // no effect behind "end"
  });
}
