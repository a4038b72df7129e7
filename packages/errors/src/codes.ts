/**
 * Every code an {@link OperatingError} can carry, with its meaning. Codes are stable: programs may switch on
 * them. `docs/reference/errors.md` is generated from this table and compared with it in CI.
 */
export const ERROR_CODES = {
  ACCESS_REFUSED: "The control plane refuses a request: it may not be done, or not as it is asked.",
  AUDIT_INVALID: "An audit log, or a checkpoint or proof of one, is malformed, forged or contradicts itself.",
  BUNDLE_REFUSED:
    "A bundle of grants, or another signed document, is not signed, not for this service, too old or broken.",
  CONFIG_INVALID: "A configuration file or option has a wrong key, type or value.",
  CONFIG_UNREADABLE: "A configuration file, or a file it names, can't be read or parsed.",
  CONFIG_UNREDACTED: "A pipeline would let data leave without passing a policy processor.",
  DETECTOR_INVALID: "A detector's definition breaks a rule: pattern, atoms, examples or limits.",
  ENCODING_MALFORMED: "Compressed bytes that their Content-Encoding can't decode.",
  ENGINE_UNAVAILABLE: "The engine for regular expressions that is asked for can't be loaded.",
  INPUT_INVALID: "A command's input or arguments can't be used.",
  JSON_MALFORMED: "Text is not well-formed JSON.",
  JSON_MAPPING: "Well-formed JSON that the OTLP JSON mapping does not allow.",
  KEY_INVALID: "A file or text holds no key of the kind that is needed.",
  KEYS_END:
    "The set of keys that may sign ends within two weeks, or has ended. What is signed behind its end is refused.",
  LISTEN_FAILED: "A network port can't be opened.",
  POLICY_INVALID: "A policy document has a wrong key, type or value.",
  POLICY_KEY_MISSING: "A policy needs a key that is not configured, can't be read or is too short.",
  PREDICATE_INVALID: "The predicate of a grant is no CEL expression, or uses what is not allowed there.",
  PROCESS_SHARED: "A reveal service and a gateway would run in one process.",
  QUEUE_FAILED: "The queue that batches wait in could not keep one: the disk refused. It may be sent again.",
  QUEUE_FULL: "The queue that batches wait in has no room. It may be sent again later.",
  SDK_MISSING: "A part of the OpenTelemetry SDK that is needed is not installed.",
  SDK_UNKNOWN: "The OpenTelemetry SDK is built unlike the versions that can be made to redact.",
  SOURCE_UNREACHABLE: "A server that grants or policies come from does not answer as it should.",
  STORE_UNUSABLE:
    "A store of grants, an audit log or a spool can't be read or written, or another process holds it.",
  TOO_DEEP: "Nesting goes past the limit.",
  TOO_LARGE: "A message or value is larger than its limit.",
  WIRE_MALFORMED: "Protobuf bytes that break the encoding's rules.",
  WIRE_TRUNCATED: "Protobuf bytes that end inside a field.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
