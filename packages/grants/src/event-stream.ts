/** One server-sent event. */
export interface ServerSentEvent {
  /** `message` unless the server names it. */
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2.6), each of at most `bytesMax`. `heard` is called for whatever arrives, comments
 * included.
 *
 * @throws {RangeError} where an event is larger
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
  heard: () => void,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let pending: string[] = []; // of a line that has not ended
  let pendingLength = 0;
  let fields = new Fields();
  for await (const part of body) {
    heard();
    const text = decoder.decode(part, { stream: true });
    const isMore = LINE_END.test(text) || pending.at(-1)?.endsWith("\r");
    pending.push(text);
    pendingLength += text.length;
    if (pendingLength + fields.length > bytesMax) throw new RangeError("an event is too large");
    if (!isMore) continue;
    const lines = splitLines(pending.join(""));
    const rest = lines.pop()!;
    pending = [rest];
    pendingLength = rest.length;
    for (const line of lines) {
      if (line !== "") {
        fields.take(line);
        continue;
      }
      const event = fields.event();
      if (event !== undefined) yield event;
      fields = new Fields(fields.id);
    }
  }
}

const LINE_END = /[\r\n]/;

/** Whole lines, and what is left; a carriage return at the end may be the half of a line's end, and is left. */
function splitLines(text: string): string[] {
  const end = text.endsWith("\r") ? text.length - 1 : text.length;
  const lines = text.slice(0, end).split(/\r\n|\r|\n/);
  lines[lines.length - 1] += text.slice(end);
  return lines;
}

/** What a line takes in memory beside its characters, in round figures. */
const LINE_BYTES = 16;

/** Fields of the event that is being read. */
class Fields {
  id: string | undefined;
  /** About the memory of all that was read for it. */
  length = 0;
  #name = "message";
  #data: string[] = [];

  constructor(id?: string) {
    this.id = id;
  }

  take(line: string): void {
    this.length += line.length + LINE_BYTES; // comments too: what is kept of a text keeps the rest of it
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "event") this.#name = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.id = value;
  }

  event(): ServerSentEvent | undefined {
    if (this.#data.length === 0) return undefined;
    return { event: this.#name, data: this.#data.join("\n"), id: this.id };
  }
}
