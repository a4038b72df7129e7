import { type EditList, FieldWalker, I32, LEN, readInt32, VARINT } from "@scrim/wire";
import { grantMark, isGrantMark } from "../items/grant-mark.ts";
import type { OwnAttributes } from "../items/own-attributes.ts";
import { TraceIdField } from "../items/trace-id-field.ts";
import { membersOf, withoutMember } from "../items/trace-state.ts";

/** Field numbers of `Span`, `Span.Event` and `Span.Link` (opentelemetry/proto/trace/v1/trace.proto). */
const TRACE_ID = 1;
const TRACE_STATE = 3;
const PARENT_SPAN_ID = 4;
export const SPAN_ATTRIBUTES = 9;
const EVENTS = 11;
const LINKS = 13;
const STATUS = 15;
const FLAGS = 16;
const EVENT_ATTRIBUTES = 3;
const LINK_TRACE_STATE = 3;
const LINK_ATTRIBUTES = 4;

/** Of `Status`, and its `STATUS_CODE_ERROR`. */
const STATUS_CODE = 3;
const ERROR = 2;

/** The parent is known to be in another process: SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK. */
const IS_REMOTE = 0x200;

/** Our member of `tracestate`. */
const MEMBER = "scrim";
const MEMBER_START = Buffer.from(`${MEMBER}=`);

/** What decides about a span, read where it lies. One reader serves span after span. */
export class Span {
  readonly traceId: TraceIdField = new TraceIdField();
  /** Tokens in its `tracestate`: one, in what is well formed. */
  tokens: readonly string[] = NO_TOKENS;
  /** Whether it begins what a service did: it has no parent, or one elsewhere. */
  isLocalRoot = true;
  /** Whether it ended with an error: its last status code says so, as it counts where a field occurs twice. */
  isError = false;
  /** Whether a trusted sender says that a grant keeps it. */
  isMarked = false;

  readonly #walker = new FieldWalker();
  readonly #inner = new FieldWalker();
  readonly #own: OwnAttributes;

  constructor(own: OwnAttributes) {
    this.#own = own;
  }

  /** Reads `bytes[start, end)`, and takes out what its sender may not set. */
  read(bytes: Buffer, start: number, end: number, edits: EditList): void {
    const walker = this.#walker;
    let hasParent = false;
    let isRemote = false;
    this.traceId.clear();
    this.tokens = NO_TOKENS;
    this.isError = false;
    this.isMarked = false;
    walker.enter(bytes, start, end);
    while (walker.next()) {
      if (walker.wire === LEN) {
        if (walker.field === PARENT_SPAN_ID && walker.end > walker.start) hasParent = true;
        else this.#field(bytes, walker, edits);
      } else if (walker.field === FLAGS && walker.wire === I32) {
        isRemote = (bytes.readUInt32LE(walker.start) & IS_REMOTE) !== 0;
      }
    }
    this.isLocalRoot = !hasParent || isRemote;
  }

  #field(bytes: Buffer, walker: FieldWalker, edits: EditList): void {
    switch (walker.field) {
      case TRACE_ID:
        this.traceId.add(bytes, walker);
        break;
      case TRACE_STATE: {
        const text = takeMember(bytes, walker, edits);
        if (text !== undefined) this.tokens = [...this.tokens, ...membersOf(text, MEMBER)];
        break;
      }
      case SPAN_ATTRIBUTES:
        if (this.#own.isSenderTrusted) this.isMarked ||= isGrantMark(bytes, walker.start, walker.end);
        this.#attribute(bytes, walker, edits);
        break;
      case STATUS:
        this.#status(bytes, walker);
        break;
      case EVENTS:
        this.#nested(bytes, walker, edits, EVENT_ATTRIBUTES, NO_FIELD);
        break;
      case LINKS:
        this.#nested(bytes, walker, edits, LINK_ATTRIBUTES, LINK_TRACE_STATE);
        break;
      default:
    }
  }

  #attribute(bytes: Buffer, { tag, start, end }: FieldWalker, edits: EditList): void {
    if (this.#own.isOwn(bytes, start, end)) edits.drop(tag, end);
  }

  #status(bytes: Buffer, { start, end }: FieldWalker): void {
    const inner = this.#inner;
    inner.enter(bytes, start, end);
    while (inner.next()) {
      if (inner.field === STATUS_CODE && inner.wire === VARINT)
        this.isError = readInt32(bytes, inner.start, inner.end) === ERROR;
    }
  }

  /** An event or a link. */
  #nested(
    bytes: Buffer,
    { start, end }: FieldWalker,
    edits: EditList,
    attributes: number,
    state: number,
  ): void {
    const inner = this.#inner;
    inner.enter(bytes, start, end);
    while (inner.next()) {
      if (inner.wire !== LEN) continue;
      if (inner.field === attributes) this.#attribute(bytes, inner, edits);
      else if (inner.field === state) takeMember(bytes, inner, edits);
    }
  }

  /** Says by which grant it is kept. It has a trace id. */
  mark(bytes: Buffer, edits: EditList, grant: string): void {
    this.traceId.addBehind(bytes, edits, grantMark(SPAN_ATTRIBUTES, grant));
  }
}

const NO_TOKENS: readonly string[] = [];
const NO_FIELD = 0;

/** Takes our member out of a `tracestate`; returns the text where there was one. */
function takeMember(bytes: Buffer, { tag, start, end }: FieldWalker, edits: EditList): string | undefined {
  if (start === end || !bytes.subarray(start, end).includes(MEMBER_START)) return undefined;
  const text = bytes.toString("latin1", start, end); // which keeps all bytes as they are
  const rest = withoutMember(text, MEMBER);
  if (rest.length === text.length) return undefined; // it is the value of another
  if (rest === "") edits.drop(tag, end);
  else edits.replace(start, end, Buffer.from(rest, "latin1"));
  return text;
}
