export { countItems } from "./count-items.ts";
export { decodeRequest } from "./decode.ts";
export { EditList } from "./edit-list.ts";
export { encodeRequest } from "./encode.ts";
export { EGROUP, FieldWalker, I32, I64, LEN, SGROUP, VARINT } from "./field-walker.ts";
export { jsonToProto } from "./json-to-proto.ts";
export type { JsonObject, JsonValue } from "./json-value.ts";
export { DEPTH_MAX, VARINT_BYTES_MAX } from "./limits.ts";
export type { Field, FieldRole, MessageType, ScalarType } from "./message-type.ts";
export { ANY_VALUE, INSTRUMENTATION_SCOPE, KEY_VALUE, RESOURCE } from "./otlp/common.ts";
export {
  ARRAY_VALUE,
  BOOL_VALUE,
  BYTES_VALUE,
  DOUBLE_VALUE,
  INT_VALUE,
  KEY,
  KVLIST_VALUE,
  STRING_VALUE,
  VALUE,
} from "./otlp/field-numbers.ts";
export { LOG_RECORD } from "./otlp/logs.ts";
export {
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  HISTOGRAM_DATA_POINT,
  METRIC,
  NUMBER_DATA_POINT,
  SUMMARY_DATA_POINT,
} from "./otlp/metrics.ts";
export { KEY_VALUE_AND_UNIT, PROFILE, PROFILES_DICTIONARY } from "./otlp/profiles.ts";
export { SPAN } from "./otlp/trace.ts";
export { PackedReader } from "./packed-reader.ts";
export { protoToJson } from "./proto-to-json.ts";
export { ProtoWriter } from "./proto-writer.ts";
export { REQUEST_TYPES, SIGNALS, type Signal } from "./signal.ts";
export { Splicer } from "./splice.ts";
export { splitByTraceId } from "./split/split-by-trace-id.ts";
export { type RequestPart, splitRequest } from "./split/split-request.ts";
export { readInt32, readInt64, readUint64, uint32Size, writeUint32 } from "./varint.ts";
