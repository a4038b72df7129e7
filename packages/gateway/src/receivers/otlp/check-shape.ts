import type { Batch } from "@scrim/pipeline";
import {
  DEPTH_MAX,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  FieldWalker,
  HISTOGRAM_DATA_POINT,
  INSTRUMENTATION_SCOPE,
  KEY_VALUE,
  LEN,
  LOG_RECORD,
  type MessageType,
  NUMBER_DATA_POINT,
  PROFILE,
  REQUEST_TYPES,
  RESOURCE,
  SPAN,
  SUMMARY_DATA_POINT,
} from "@scrim/wire";
import type { LimitsConfig } from "./config/limits-config.ts";
import { Refusal } from "./refusal.ts";

/** Messages whose attributes are counted together. Those above them only hold others. */
const COUNTED: ReadonlySet<MessageType> = new Set([
  RESOURCE,
  INSTRUMENTATION_SCOPE,
  LOG_RECORD,
  SPAN,
  NUMBER_DATA_POINT,
  HISTOGRAM_DATA_POINT,
  EXPONENTIAL_HISTOGRAM_DATA_POINT,
  SUMMARY_DATA_POINT,
  PROFILE,
]);

/** A tag and a length: what an attribute without a key and a value takes. */
const ATTRIBUTE_BYTES_MIN = 2;

type ShapeLimits = Pick<
  LimitsConfig,
  "max_items" | "max_attributes_per_item" | "max_key_size" | "max_value_size"
>;

/**
 * Holds a request to the limits on its shape. Steps over whatever is too short to break one, which is nearly every
 * item, and makes nothing for each item or attribute. What lies deeper than OTLP may be nested is not looked into
 * here: a policy withholds it.
 *
 * @throws {Refusal} `items`, `attributes`, `key_size`, `value_size`, with the byte offset
 * @throws {OperatingError} `WIRE_TRUNCATED`, `WIRE_MALFORMED` where broken framing comes by
 */
export function checkShape(
  { signal, bytes, items }: Pick<Batch, "signal" | "bytes" | "items">,
  limits: ShapeLimits,
): void {
  if (items > limits.max_items)
    throw new Refusal("items", {
      violation: { field: "body", description: `${items} items, over the limit of ${limits.max_items}` },
    });
  new ShapeWalk(bytes, limits).enter(REQUEST_TYPES[signal], 0, bytes.length, 0);
}

class ShapeWalk {
  readonly #bytes: Buffer;
  readonly #limits: ShapeLimits;
  /** Nothing of this length or less can break a limit, whatever is in it. */
  readonly #harmlessBytes: number;
  /** One for each level of nesting. */
  readonly #walkers: FieldWalker[] = [];
  /** Attributes so far of the message that is being counted; -1 outside of one. */
  #attributes = -1;

  constructor(bytes: Buffer, limits: ShapeLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#harmlessBytes = Math.min(
      ATTRIBUTE_BYTES_MIN * limits.max_attributes_per_item,
      limits.max_key_size,
      limits.max_value_size,
    );
  }

  enter(type: MessageType, start: number, end: number, depth: number): void {
    if (depth >= DEPTH_MAX) return;
    const walker = (this.#walkers[depth] ??= new FieldWalker());
    walker.enter(this.#bytes, start, end);
    while (walker.next()) {
      if (walker.wire !== LEN) continue;
      const field = type.fields[walker.field];
      if (field === undefined) continue;
      const length = walker.end - walker.start;
      if (field.message === undefined) {
        if (field.role === "key") this.#check("key_size", length, this.#limits.max_key_size, walker.tag);
        else this.#check("value_size", length, this.#limits.max_value_size, walker.tag);
      } else if (this.#attributes >= 0) {
        if (field.message === KEY_VALUE)
          this.#check("attributes", ++this.#attributes, this.#limits.max_attributes_per_item, walker.tag);
        this.enter(field.message, walker.start, walker.end, depth + 1);
      } else if (length > this.#harmlessBytes) {
        if (COUNTED.has(field.message)) this.#attributes = 0;
        this.enter(field.message, walker.start, walker.end, depth + 1);
        this.#attributes = -1;
      }
    }
  }

  #check(reason: "attributes" | "key_size" | "value_size", found: number, max: number, offset: number): void {
    if (found <= max) return;
    throw new Refusal(reason, {
      violation: { field: `byte ${offset}`, description: `${found}, over the limit of ${max}` },
    });
  }
}
