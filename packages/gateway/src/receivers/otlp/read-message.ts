import { decompress } from "../../codec/content-encoding.ts";
import { GrowingBuffer, type Reserve } from "../../codec/growing-buffer.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { AcceptedHead, MessageSink, Protocol, SentMessage } from "./protocol.ts";
import type { EndpointSettings } from "./receiver-settings.ts";
import { Refusal } from "./refusal.ts";

/**
 * Small frames cost time out of proportion to their bytes. So many are free; beyond them they must hold 64 bytes on
 * average.
 */
const PIECES_FREE = 4_096;
const PIECE_BYTES_MIN = 64;

/**
 * The message of a request, decompressed. No more than the limit is taken from the network, and no more than that
 * comes out of decompression.
 *
 * @throws {Refusal} and {OperatingError} `TOO_LARGE`, `ENCODING_MALFORMED`. What was not read is still to be read.
 */
export async function readMessage(
  request: IncomingRequest,
  protocol: Protocol,
  head: AcceptedHead,
  endpoint: EndpointSettings,
  reserve: Reserve,
): Promise<Buffer> {
  const sink = protocol.openMessage(head, endpoint, reserve);
  const { bytes, compression } = await collect(request, sink, endpoint.read_timeout_ms);
  if (compression === "identity") return bytes;
  return await decompress(compression, bytes, new GrowingBuffer(endpoint.request_bytes_max, 0, reserve));
}

function collect(request: IncomingRequest, sink: MessageSink, timeoutMs: number): Promise<SentMessage> {
  const { body } = request;
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let pieces = 0;
    const timer = setTimeout(() => fail(new Refusal("slow")), timeoutMs);

    function fail(error: unknown): void {
      clearTimeout(timer);
      body.off("data", onData);
      body.pause();
      reject(error);
    }

    function onData(piece: Buffer): void {
      bytes += piece.length;
      pieces++;
      try {
        if (pieces > PIECES_FREE && pieces * PIECE_BYTES_MIN > bytes) throw new Refusal("fragmented");
        sink.append(piece);
      } catch (error) {
        fail(error);
      }
    }

    body.on("data", onData);
    body.on("end", () => {
      clearTimeout(timer);
      try {
        if (!request.isWhole()) throw new Refusal("cut_off");
        resolve(sink.take());
      } catch (error) {
        reject(error);
      }
    });
    body.on("error", () => fail(new Refusal("cut_off")));
    body.on("close", () => fail(new Refusal("cut_off"))); // no effect behind "end"
    if (body.destroyed) fail(new Refusal("cut_off")); // a stream that was reset at once says nothing any more
  });
}
