/**
 * How deep messages may nest, counted in protobuf message levels: the limit of protobuf's own decoders.
 * A key-value list inside a value takes three levels, an array two.
 */
export const DEPTH_MAX = 100;

/** A varint is at most ten bytes: 64 bits, seven to a byte. */
export const VARINT_BYTES_MAX = 10;
