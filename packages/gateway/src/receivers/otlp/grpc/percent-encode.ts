const LITERAL_FROM = 0x20;
const LITERAL_TO = 0x7e;
const PERCENT = 0x25;

/**
 * A text as `grpc-message` carries it: printable ASCII as it is, all else byte by byte as `%XX`.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function percentEncode(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text)) {
    const literal = byte >= LITERAL_FROM && byte <= LITERAL_TO && byte !== PERCENT;
    encoded += literal ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
