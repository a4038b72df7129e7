import { KEY, LOG_RECORD, type MessageType, RESOURCE, SPAN, STRING_VALUE, VALUE } from "@scrim/wire";
import type { RecordPlace } from "./actions/apply.ts";
import { fieldRanges, type Range } from "./field-ranges.ts";

/** `ResourceLogs.resource` and its like, and `Resource.attributes`. */
const RESOURCE_FIELD = 1;
const ATTRIBUTES = 1;

/** Field numbers of `LogRecord.trace_id` and `Span.trace_id`. */
const TRACE_ID: ReadonlyMap<MessageType, number> = new Map([
  [LOG_RECORD, 9],
  [SPAN, 1],
]);
const TRACE_ID_BYTES = 16;

/** No service, and no trace. */
export const NOWHERE: Readonly<RecordPlace> = { service: "", traceId: "" };

const SERVICE = "service.name";

/**
 * Service and trace of the record that is walked over, for what is sealed in it. What stands twice, on which decoders disagree, is not known.
 */
export class PlaceOfRecord {
  readonly #place: RecordPlace;

  constructor(place: RecordPlace) {
    this.#place = place;
  }

  /** Whether a message of this type has a place of its own. */
  changes(type: MessageType): boolean {
    return TRACE_ID.has(type) || isOfResource(type);
  }

  /** Enters the message that lies in `range`; answers the place around it. */
  enter(type: MessageType, bytes: Buffer, range: Range): RecordPlace {
    const around = { ...this.#place };
    const field = TRACE_ID.get(type);
    if (field !== undefined) this.#place.traceId = traceIdIn(bytes, range, field);
    else this.#place.service = serviceIn(bytes, range);
    return around;
  }

  leaveTo(around: Readonly<RecordPlace>): void {
    Object.assign(this.#place, around);
  }
}

/** `ResourceLogs` and its like. */
function isOfResource(type: MessageType): boolean {
  return type.fields[RESOURCE_FIELD]?.message === RESOURCE;
}

function traceIdIn(bytes: Buffer, range: Range, field: number): string {
  const [id, ...others] = fieldRanges(bytes, range, field);
  if (id === undefined || others.length > 0 || id[1] - id[0] !== TRACE_ID_BYTES) return "";
  return bytes.toString("hex", ...id);
}

function serviceIn(bytes: Buffer, range: Range): string {
  const names = fieldRanges(bytes, range, RESOURCE_FIELD)
    .flatMap((resource) => fieldRanges(bytes, resource, ATTRIBUTES))
    .filter((attribute) =>
      fieldRanges(bytes, attribute, KEY).some((key) => bytes.toString("utf8", ...key) === SERVICE),
    )
    .flatMap((attribute) => fieldRanges(bytes, attribute, VALUE))
    .flatMap((value) => fieldRanges(bytes, value, STRING_VALUE));
  return names.length === 1 ? bytes.toString("utf8", ...names[0]!) : "";
}
