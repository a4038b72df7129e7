import { message } from "../message-type.ts";
import { ANY_VALUE, INSTRUMENTATION_SCOPE, REPEATED, RESOURCE, SPAN_ID, TRACE_ID } from "./common.ts";

/** opentelemetry/proto/profiles/v1development/profiles.proto */

const VALUE_TYPE = message("ValueType", [
  [1, "type_strindex", "int32"],
  [2, "unit_strindex", "int32"],
]);

const SAMPLE = message("Sample", [
  [1, "stack_index", "int32"],
  [2, "attribute_indices", "int32", REPEATED],
  [3, "link_index", "int32"],
  [4, "values", "int64", REPEATED],
  [5, "timestamps_unix_nano", "fixed64", REPEATED],
]);

export const PROFILE = message("Profile", [
  [1, "sample_type", VALUE_TYPE],
  [2, "samples", SAMPLE, REPEATED],
  [3, "time_unix_nano", "fixed64"],
  [4, "duration_nano", "uint64"],
  [5, "period_type", VALUE_TYPE],
  [6, "period", "int64"],
  [7, "profile_id", "bytes", TRACE_ID],
  [8, "dropped_attributes_count", "uint32"],
  [9, "original_payload_format", "string"],
  [10, "original_payload", "bytes", { role: "opaque" }],
  [11, "attribute_indices", "int32", REPEATED],
]);

const MAPPING = message("Mapping", [
  [1, "memory_start", "uint64"],
  [2, "memory_limit", "uint64"],
  [3, "file_offset", "uint64"],
  [4, "filename_strindex", "int32"],
  [5, "attribute_indices", "int32", REPEATED],
]);

const LINE = message("Line", [
  [1, "function_index", "int32"],
  [2, "line", "int64"],
  [3, "column", "int64"],
]);

const LOCATION = message("Location", [
  [1, "mapping_index", "int32"],
  [2, "address", "uint64"],
  [3, "lines", LINE, REPEATED],
  [4, "attribute_indices", "int32", REPEATED],
]);

const FUNCTION = message("Function", [
  [1, "name_strindex", "int32"],
  [2, "system_name_strindex", "int32"],
  [3, "filename_strindex", "int32"],
  [4, "start_line", "int64"],
]);

const LINK = message("Link", [
  [1, "trace_id", "bytes", TRACE_ID],
  [2, "span_id", "bytes", SPAN_ID],
]);

const STACK = message("Stack", [[1, "location_indices", "int32", REPEATED]]);

export const KEY_VALUE_AND_UNIT = message("KeyValueAndUnit", [
  [1, "key_strindex", "int32"],
  [2, "value", ANY_VALUE],
  [3, "unit_strindex", "int32"],
]);

export const PROFILES_DICTIONARY = message("ProfilesDictionary", [
  [1, "mapping_table", MAPPING, REPEATED],
  [2, "location_table", LOCATION, REPEATED],
  [3, "function_table", FUNCTION, REPEATED],
  [4, "link_table", LINK, REPEATED],
  [5, "string_table", "string", REPEATED],
  [6, "attribute_table", KEY_VALUE_AND_UNIT, REPEATED],
  [7, "stack_table", STACK, REPEATED],
]);

const SCOPE_PROFILES = message("ScopeProfiles", [
  [1, "scope", INSTRUMENTATION_SCOPE],
  [2, "profiles", PROFILE, REPEATED],
  [3, "schema_url", "string"],
]);

const RESOURCE_PROFILES = message("ResourceProfiles", [
  [1, "resource", RESOURCE],
  [2, "scope_profiles", SCOPE_PROFILES, REPEATED],
  [3, "schema_url", "string"],
]);

export const EXPORT_PROFILES_REQUEST = message("ExportProfilesServiceRequest", [
  [1, "resource_profiles", RESOURCE_PROFILES, REPEATED],
  [2, "dictionary", PROFILES_DICTIONARY],
]);
