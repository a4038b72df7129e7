import { message } from "../message-type.ts";
import { INSTRUMENTATION_SCOPE, KEY_VALUE, REPEATED, RESOURCE, SPAN_ID, TRACE_ID } from "./common.ts";

/** opentelemetry/proto/trace/v1/trace.proto */

const STATUS = message("Status", [
  [2, "message", "string"],
  [3, "code", "enum"],
]);

const SPAN_EVENT = message("Span.Event", [
  [1, "time_unix_nano", "fixed64"],
  [2, "name", "string"],
  [3, "attributes", KEY_VALUE, REPEATED],
  [4, "dropped_attributes_count", "uint32"],
]);

const SPAN_LINK = message("Span.Link", [
  [1, "trace_id", "bytes", TRACE_ID],
  [2, "span_id", "bytes", SPAN_ID],
  [3, "trace_state", "string"],
  [4, "attributes", KEY_VALUE, REPEATED],
  [5, "dropped_attributes_count", "uint32"],
  [6, "flags", "fixed32"],
]);

export const SPAN = message("Span", [
  [1, "trace_id", "bytes", TRACE_ID],
  [2, "span_id", "bytes", SPAN_ID],
  [3, "trace_state", "string"],
  [4, "parent_span_id", "bytes", SPAN_ID],
  [5, "name", "string"],
  [6, "kind", "enum"],
  [7, "start_time_unix_nano", "fixed64"],
  [8, "end_time_unix_nano", "fixed64"],
  [9, "attributes", KEY_VALUE, REPEATED],
  [10, "dropped_attributes_count", "uint32"],
  [11, "events", SPAN_EVENT, REPEATED],
  [12, "dropped_events_count", "uint32"],
  [13, "links", SPAN_LINK, REPEATED],
  [14, "dropped_links_count", "uint32"],
  [15, "status", STATUS],
  [16, "flags", "fixed32"],
]);

const SCOPE_SPANS = message("ScopeSpans", [
  [1, "scope", INSTRUMENTATION_SCOPE],
  [2, "spans", SPAN, REPEATED],
  [3, "schema_url", "string"],
]);

const RESOURCE_SPANS = message("ResourceSpans", [
  [1, "resource", RESOURCE],
  [2, "scope_spans", SCOPE_SPANS, REPEATED],
  [3, "schema_url", "string"],
]);

export const EXPORT_TRACE_REQUEST = message("ExportTraceServiceRequest", [
  [1, "resource_spans", RESOURCE_SPANS, REPEATED],
]);
