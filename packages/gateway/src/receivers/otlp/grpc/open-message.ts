import { OperatingError } from "@scrim/errors";
import { GrowingBuffer, type Reserve } from "../../../codec/growing-buffer.ts";
import type { AcceptedHead, MessageSink } from "../protocol.ts";
import type { EndpointSettings } from "../receiver-settings.ts";
import { Refusal } from "../refusal.ts";

/** A byte that says whether the message is compressed, and four of its length, the highest first. */
const PREFIX_BYTES = 5;

const UNCOMPRESSED = 0;
const COMPRESSED = 1;

/**
 * One message with its prefix, and nothing behind it. A message over the limit is refused by its prefix, before memory
 * is taken for it. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#requests
 */
export function openMessage(
  { compression }: AcceptedHead,
  { request_bytes_max }: EndpointSettings,
  reserve: Reserve,
): MessageSink {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  let prefixLength = 0;
  let announced = 0;
  let received = 0;
  let message: GrowingBuffer | undefined;

  function open(): GrowingBuffer {
    const flag = prefix[0]!;
    if (flag !== UNCOMPRESSED && flag !== COMPRESSED) throw new Refusal("grpc_framing");
    if (flag === COMPRESSED && compression === "identity") throw new Refusal("grpc_framing");
    announced = prefix.readUInt32BE(1);
    if (announced > request_bytes_max)
      throw new OperatingError("TOO_LARGE", `over the limit of ${request_bytes_max} bytes`);
    return new GrowingBuffer(announced, announced, reserve);
  }

  return {
    append(piece) {
      let at = 0;
      while (prefixLength < PREFIX_BYTES && at < piece.length) prefix[prefixLength++] = piece[at++]!;
      if (prefixLength < PREFIX_BYTES) return;
      message ??= open();
      const rest = piece.subarray(at);
      received += rest.length;
      if (received > announced) throw new Refusal("grpc_framing"); // a second message, or bytes that belong to none
      message.append(rest);
    },
    take() {
      if (message === undefined || received < announced) throw new Refusal("grpc_framing");
      return { bytes: message.take(), compression: prefix[0] === COMPRESSED ? compression : "identity" };
    },
  };
}
