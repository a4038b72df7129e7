import { define, type FieldOptions, forward, message } from "../message-type.ts";

/** opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto */

export const REPEATED: FieldOptions = { repeated: true };
export const TRACE_ID: FieldOptions = { role: "id", idBytes: 16 };
export const SPAN_ID: FieldOptions = { role: "id", idBytes: 8 };
const STRING_INDEX: FieldOptions = { role: "index" };

export const ANY_VALUE = forward("AnyValue");

export const KEY_VALUE = message("KeyValue", [
  [1, "key", "string", { role: "key" }],
  [2, "value", ANY_VALUE],
  [3, "key_strindex", "int32", STRING_INDEX],
]);

const ARRAY_VALUE = message("ArrayValue", [[1, "values", ANY_VALUE, REPEATED]]);

const KEY_VALUE_LIST = message("KeyValueList", [[1, "values", KEY_VALUE, REPEATED]]);

define(ANY_VALUE, [
  [1, "string_value", "string", { oneof: "value" }],
  [2, "bool_value", "bool", { oneof: "value" }],
  [3, "int_value", "int64", { oneof: "value" }],
  [4, "double_value", "double", { oneof: "value" }],
  [5, "array_value", ARRAY_VALUE, { oneof: "value" }],
  [6, "kvlist_value", KEY_VALUE_LIST, { oneof: "value" }],
  [7, "bytes_value", "bytes", { oneof: "value" }],
  [8, "string_value_strindex", "int32", { oneof: "value", role: "index" }],
]);

export const INSTRUMENTATION_SCOPE = message("InstrumentationScope", [
  [1, "name", "string"],
  [2, "version", "string"],
  [3, "attributes", KEY_VALUE, REPEATED],
  [4, "dropped_attributes_count", "uint32"],
]);

const ENTITY_REF = message("EntityRef", [
  [1, "schema_url", "string"],
  [2, "type", "string"],
  [3, "id_keys", "string", REPEATED],
  [4, "description_keys", "string", REPEATED],
]);

export const RESOURCE = message("Resource", [
  [1, "attributes", KEY_VALUE, REPEATED],
  [2, "dropped_attributes_count", "uint32"],
  [3, "entity_refs", ENTITY_REF, REPEATED],
]);
