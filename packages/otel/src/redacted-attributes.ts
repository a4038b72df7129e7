import type { RecordEngine } from "./record-engine.ts";
import { addKeyValue, eachField } from "./value-reader.ts";

/** `LogRecord.attributes`: what decides an attribute is its key, not what it stands in. */
const ATTRIBUTES = 6;

/** A resource that no `where` clause holds for. */
const NO_RESOURCE = { attributes: {} };

/** What the properties of an object become as attributes of a record that belongs to no resource. */
export function redactedAttributes(engine: RecordEngine, incoming: object): Record<string, unknown> {
  let source = incoming;
  let attributes: Record<string, unknown> = {};
  const changed = engine.redact(
    "logs",
    NO_RESOURCE,
    (writer) => {
      attributes = writer.attributes(ATTRIBUTES, source);
    },
    (copier) => {
      attributes = copier.attributes(incoming);
      source = attributes;
    },
  );
  if (changed === undefined) return attributes;
  const redacted: Record<string, unknown> = {};
  eachField(changed, (field, payload) => {
    if (field === ATTRIBUTES) addKeyValue(redacted, payload);
  });
  return redacted;
}
