import { EditList, FieldWalker, LEN, REQUEST_TYPES, Splicer } from "@scrim/wire";

/** Signals whose requests are built alike: resources, in them scopes, in them items. */
export type ItemSignal = "logs" | "traces";

/** Field numbers that logs and traces share (opentelemetry/proto: logs/v1, trace/v1, resource/v1, common/v1). */
const RESOURCE_ITEMS = 1; // of the request
const RESOURCE = 1; // of ResourceLogs and ResourceSpans
const SCOPE_ITEMS = 2; // of ResourceLogs and ResourceSpans
const SCOPE = 1; // of ScopeLogs and ScopeSpans
const ITEM = 2; // of ScopeLogs and ScopeSpans
const RESOURCE_ATTRIBUTES = 1;
const SCOPE_ATTRIBUTES = 3;

export interface SieveVisitor {
  /** Whether the item whose payload is `bytes[start, end)` stays. Edits inside it may be added, of the whole fields there. */
  stays(bytes: Buffer, start: number, end: number): boolean;
  /** Sees the payload of each resource and scope, which hold attributes in the field given. */
  surrounding?(bytes: Buffer, start: number, end: number, attributes: number): void;
}

/**
 * Walks an export request and takes out the items that a visitor does not want, where they lie. Resources and scopes that
 * lose all their items go with them. One sieve serves batch after batch.
 */
export class ItemSieve {
  readonly edits = new EditList();
  /** Payloads of the messages around the item that the visitor sees: `ResourceLogs` and `ScopeLogs`, or their like for spans. */
  resourceStart = 0;
  resourceEnd = 0;
  scopeStart = 0;
  scopeEnd = 0;
  /** Items that stayed in the last batch. */
  kept = 0;

  readonly #splicer = new Splicer();
  readonly #request = new FieldWalker();
  readonly #resource = new FieldWalker();
  readonly #scope = new FieldWalker();

  /**
   * The request without what the visitor did not want, and with its edits; the very buffer where nothing changed.
   *
   * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing along the way
   */
  sieve(signal: ItemSignal, bytes: Buffer, visitor: SieveVisitor): Buffer {
    const { edits } = this;
    const request = this.#request;
    edits.clear();
    this.kept = 0;
    request.enter(bytes, 0, bytes.length);
    while (request.next()) {
      if (request.field !== RESOURCE_ITEMS || request.wire !== LEN) continue;
      this.resourceStart = request.start;
      this.resourceEnd = request.end;
      const { length } = edits;
      if (this.#isEmptied(bytes, visitor)) {
        edits.truncate(length);
        edits.drop(request.tag, request.end);
      }
    }
    return this.#splicer.splice(bytes, REQUEST_TYPES[signal], edits);
  }

  /** Whether a resource had items, and lost them all. */
  #isEmptied(bytes: Buffer, visitor: SieveVisitor): boolean {
    const { edits } = this;
    const resource = this.#resource;
    let isLosing = false;
    let isKeeping = false;
    resource.enter(bytes, this.resourceStart, this.resourceEnd);
    while (resource.next()) {
      if (resource.wire !== LEN) continue;
      if (resource.field === RESOURCE)
        visitor.surrounding?.(bytes, resource.start, resource.end, RESOURCE_ATTRIBUTES);
      if (resource.field !== SCOPE_ITEMS) continue;
      this.scopeStart = resource.start;
      this.scopeEnd = resource.end;
      const { length } = edits;
      if (this.#isScopeEmptied(bytes, visitor)) {
        edits.truncate(length);
        edits.drop(resource.tag, resource.end);
        isLosing = true;
      } else {
        isKeeping = true;
      }
    }
    return isLosing && !isKeeping;
  }

  #isScopeEmptied(bytes: Buffer, visitor: SieveVisitor): boolean {
    const { edits } = this;
    const scope = this.#scope;
    let items = 0;
    let kept = 0;
    scope.enter(bytes, this.scopeStart, this.scopeEnd);
    while (scope.next()) {
      if (scope.wire !== LEN) continue;
      if (scope.field === SCOPE) visitor.surrounding?.(bytes, scope.start, scope.end, SCOPE_ATTRIBUTES);
      if (scope.field !== ITEM) continue;
      items++;
      const { length } = edits;
      if (visitor.stays(bytes, scope.start, scope.end)) {
        kept++;
      } else {
        edits.truncate(length);
        edits.drop(scope.tag, scope.end);
      }
    }
    this.kept += kept;
    return items > 0 && kept === 0;
  }
}
