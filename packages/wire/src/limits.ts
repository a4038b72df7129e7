/**
 * How deep messages may nest, counted in protobuf message levels: the limit of protobuf's own decoders. The
 * request is the first level. A key-value list inside a value takes three levels, an array two.
 */
export const DEPTH_MAX = 100;

/** A varint is at most ten bytes: 64 bits, seven to a byte. */
export const VARINT_BYTES_MAX = 10;

/** Tags and lengths are 32 bits. */
export const UINT32_BYTES_MAX = 5;

/**
 * JSON that is turned into protobuf at once. A list of short numbers grows fourfold (`0,` is eight bytes as a
 * fixed64), and offsets into the result must fit 31 bits. Receivers have limits of their own far below.
 */
export const JSON_BYTES_MAX = 256 * 1024 * 1024;
