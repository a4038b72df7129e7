import { message } from "../message-type.ts";
import {
  ANY_VALUE,
  INSTRUMENTATION_SCOPE,
  KEY_VALUE,
  REPEATED,
  RESOURCE,
  SPAN_ID,
  TRACE_ID,
} from "./common.ts";

/** opentelemetry/proto/logs/v1/logs.proto */

export const LOG_RECORD = message("LogRecord", [
  [1, "time_unix_nano", "fixed64"],
  [2, "severity_number", "enum"],
  [3, "severity_text", "string"],
  [5, "body", ANY_VALUE],
  [6, "attributes", KEY_VALUE, REPEATED],
  [7, "dropped_attributes_count", "uint32"],
  [8, "flags", "fixed32"],
  [9, "trace_id", "bytes", TRACE_ID],
  [10, "span_id", "bytes", SPAN_ID],
  [11, "observed_time_unix_nano", "fixed64"],
  [12, "event_name", "string"],
]);

const SCOPE_LOGS = message("ScopeLogs", [
  [1, "scope", INSTRUMENTATION_SCOPE],
  [2, "log_records", LOG_RECORD, REPEATED],
  [3, "schema_url", "string"],
]);

const RESOURCE_LOGS = message("ResourceLogs", [
  [1, "resource", RESOURCE],
  [2, "scope_logs", SCOPE_LOGS, REPEATED],
  [3, "schema_url", "string"],
]);

export const EXPORT_LOGS_REQUEST = message("ExportLogsServiceRequest", [
  [1, "resource_logs", RESOURCE_LOGS, REPEATED],
]);
