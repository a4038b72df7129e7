export { countItems } from "./count-items.ts";
export { EditList } from "./edit-list.ts";
export { EGROUP, FieldWalker, I32, I64, LEN, SGROUP, VARINT } from "./field-walker.ts";
export { DEPTH_MAX, VARINT_BYTES_MAX } from "./limits.ts";
export type { Field, FieldRole, MessageType, ScalarType } from "./message-type.ts";
export { ANY_VALUE, KEY_VALUE, RESOURCE } from "./otlp/common.ts";
export { REQUEST_TYPES, SIGNALS, type Signal } from "./signal.ts";
export { Splicer } from "./splice.ts";
export { readInt64, readUint64, uint32Size, writeUint32 } from "./varint.ts";
