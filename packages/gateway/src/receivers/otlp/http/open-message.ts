import { GrowingBuffer, type Reserve } from "../../../codec/growing-buffer.ts";
import type { AcceptedHead, MessageSink } from "../protocol.ts";
import type { EndpointSettings } from "../receiver-settings.ts";

/** The body is the message. */
export function openMessage(
  { announcedBytes, compression }: AcceptedHead,
  { request_bytes_max }: EndpointSettings,
  reserve: Reserve,
): MessageSink {
  const buffer = new GrowingBuffer(request_bytes_max, announcedBytes, reserve);
  return {
    append: (piece) => buffer.append(piece),
    take: () => ({ bytes: buffer.take(), compression }),
  };
}
