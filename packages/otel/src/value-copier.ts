import type { Limits } from "@scrim/policy";
import { type KeyNode, type ValueRedactor, type WithheldReason, withheldLabel } from "@scrim/redact";
import { copyOf, FAILED, jsonOf, keysOf, kindOf, lengthOf, read, setOwn } from "./read-value.ts";

/** Containers inside one another that are looked at here; what is deeper goes the way of requests. */
const NESTING_LOOKED_AT = 16;
/** Below this the engine withholds everything, and nothing is copied. */
const NESTING_MAX = 50;
/** Bytes of a record that are copied. */
const BYTES_MAX = 16 << 20;

/** High halves of the bytes that may be characters. */
const HEX_TWO = 0x32;
const HEX_SEVEN = 0x37;

/**
 * Copies an application's values, and hands each to a {@link ValueRedactor}. Each property is read once; what throws when it is
 * read is withheld. The copy is plain data, which may be read again: by the writer, where a record has to go the way of requests.
 */
export class ValueCopier {
  /** What could not even be read, by reason. */
  readonly withheld = new Map<WithheldReason, number>();
  readonly values: ValueRedactor;
  readonly #keys: ValueRedactor["keys"];
  readonly #nodesMax: number;
  readonly #isForJson: boolean;
  #mayShare = false;
  #hasShared = false;
  #nodes = 0;
  #bytesLeft = 0;

  /** @param isForJson the copy becomes JSON at once: objects say what they are there, and what is kept whole is shared */
  constructor(values: ValueRedactor, limits: Limits, isForJson: boolean) {
    this.values = values;
    this.#isForJson = isForJson;
    this.#keys = values.keys;
    this.#nodesMax = limits.record_nodes_max;
  }

  /** Begins a record. */
  begin(): void {
    this.#begin(this.#isForJson);
  }

  /** Begins the same record again, of which nothing is to be shared. */
  beginWhole(): void {
    this.#begin(false);
  }

  #begin(mayShare: boolean): void {
    this.#mayShare = mayShare;
    this.#hasShared = false;
    this.values.begin();
    this.#nodes = 0;
    this.#bytesLeft = BYTES_MAX;
    if (this.withheld.size > 0) this.withheld.clear();
  }

  /** Parts of the copy are the application's own objects, which nobody has read. */
  get hasShared(): boolean {
    return this.#hasShared;
  }

  /** A text of OTLP's own, to be `holder[name]`. */
  text(holder: object, name: string, text: string): void {
    (holder as Record<string, unknown>)[name] = text;
    this.values.takeText(holder, name, text, this.#keys.text);
  }

  /** The body of a log record, to be `holder[name]`. */
  body(holder: object, name: string, body: unknown): void {
    (holder as Record<string, unknown>)[name] = this.#value(holder, name, body, this.#keys.body, 0);
  }

  /** An id by its hexadecimal digits, which may spell a text only if each byte of it is a character. */
  id(digits: string): void {
    for (let at = 0; at < digits.length; at += 2) {
      const high = digits.charCodeAt(at);
      if (high < HEX_TWO || high > HEX_SEVEN) return;
    }
    if (digits !== "") this.values.leaveToEngine();
  }

  attributes(attributes: object): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    const keys = keysOf(attributes);
    if (keys === FAILED) {
      this.#nodes++;
      this.#member(copy, "", FAILED, this.#keys.attribute(""), 0);
      return copy;
    }
    for (let i = 0; i < keys.length && this.#takeNode(keys.length - i); i++) {
      const key = keys[i]!;
      this.#member(copy, key, read(attributes, key), this.#keys.attribute(key), 0);
    }
    return copy;
  }

  /** Whether the record may have another attribute or element, as the engine counts them. If not, the `left` ones are withheld. */
  #takeNode(left: number): boolean {
    if (this.#nodes++ < this.#nodesMax) return true;
    this.#withhold("record_nodes", left);
    return false;
  }

  #member(copy: Record<string, unknown>, key: string, value: unknown, node: KeyNode, nesting: number): void {
    if (node.isForEngine) this.values.leaveToEngine();
    if (node.removesAll) {
      setOwn(copy, key, null);
      if (!this.values.isForEngine) this.values.removeAll(copy, key, node);
    } else {
      setOwn(copy, key, this.#value(copy, key, value, node, nesting));
    }
  }

  /** The copy of a value that is to be `holder[name]`. */
  #value(holder: object, name: string | number, value: unknown, node: KeyNode, nesting: number): unknown {
    switch (typeof value) {
      case "string":
        if (!node.keeps) this.values.takeText(holder, name, value, node);
        return value;
      case "number":
        if (!node.keeps) this.values.takeNumber(holder, name, value, node);
        return value;
      case "boolean":
        if (!node.keeps) this.values.takeBoolean(holder, name, node);
        return value;
      case "object":
        if (value === null) return null;
        return this.#isForJson
          ? this.#objectForJson(holder, name, value, node, nesting)
          : this.#object(value, node, nesting);
      case "undefined":
        return value;
      default:
        return value === FAILED ? this.#label("error") : null; // exporters write no value either
    }
  }

  /** Bytes are no JSON: the text that they may be would go unseen among numbers. */
  #objectForJson(
    holder: object,
    name: string | number,
    value: object,
    node: KeyNode,
    nesting: number,
  ): unknown {
    if (this.#mayShare && node.keepsAll) {
      this.#hasShared = true;
      return value;
    }
    if (kindOf(value) === "bytes") return this.#object(value, node, nesting);
    const json = jsonOf(value, name);
    if (typeof json === "object" && json !== null) return this.#object(json, node, nesting);
    return this.#value(holder, name, json, node, nesting);
  }

  #object(value: object, node: KeyNode, nesting: number): unknown {
    if (nesting === NESTING_LOOKED_AT) this.values.leaveToEngine();
    switch (kindOf(value)) {
      case "bytes":
        return this.#bytes(value as Uint8Array, node);
      case "array":
        return this.#array(value as readonly unknown[], node, nesting);
      case "map":
        return this.#map(value, node, nesting);
      default:
        return this.#label("error");
    }
  }

  #bytes(value: Uint8Array, node: KeyNode): unknown {
    const copy = copyOf(value);
    if (copy === FAILED) return this.#label("error");
    if (copy.length > this.#bytesLeft) return this.#label("record_size");
    this.#bytesLeft -= copy.length;
    if (!node.keeps) this.values.takeBytes(copy.length, node);
    return new Uint8Array(copy);
  }

  #array(value: readonly unknown[], node: KeyNode, nesting: number): unknown[] {
    const copy: unknown[] = [];
    const length = nesting < NESTING_MAX ? lengthOf(value) : 0;
    if (node.isCommand) this.values.leaveToEngine();
    for (let i = 0; i < length && this.#takeNode(length - i); i++)
      copy.push(this.#value(copy, i, read(value, i), node, nesting + 1));
    this.values.takePieces(copy, node);
    return copy;
  }

  #map(value: object, node: KeyNode, nesting: number): Record<string, unknown> | string {
    const keys = nesting < NESTING_MAX ? keysOf(value) : [];
    if (keys === FAILED) return this.#label("error");
    const copy: Record<string, unknown> = {};
    if (node.entry.actsOnMaps) {
      this.values.leaveToEngine(); // to which it is the same map, whatever it holds
      return copy;
    }
    for (let i = 0; i < keys.length && this.#takeNode(keys.length - i); i++) {
      const key = keys[i]!;
      this.#member(copy, key, read(value, key), this.#keys.under(node, key), nesting + 1);
    }
    return copy;
  }

  #label(reason: WithheldReason): string {
    this.#withhold(reason, 1);
    return withheldLabel(reason).toString();
  }

  #withhold(reason: WithheldReason, count: number): void {
    this.withheld.set(reason, (this.withheld.get(reason) ?? 0) + count);
  }
}
