import { connect, type Socket } from "node:net";

/** Frames of HTTP/2 as they are on the wire: for what no client would send, and to see what a server really does. */

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const FRAME_HEAD_BYTES = 9;

export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header block without compression: every header as a literal that is not indexed. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(
    Object.entries(headers).map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)])),
  );
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const FULL = 0x7f;
  if (bytes.length < FULL) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  const length = [FULL];
  let rest = bytes.length - FULL;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.of(...length, rest), bytes]);
}

export interface RawSession {
  readonly socket: Socket;
  readonly frames: readonly Frame[];
  readonly isClosed: () => boolean;
  send(...frames: readonly Uint8Array[]): void;
  /** Resolves with the first frame that is meant, past or future; undefined if the connection closes before. */
  wait(isMeant: (frame: Frame) => boolean): Promise<Frame | undefined>;
  closed(): Promise<void>;
}

/** Opens a connection; sends the preface and empty settings, and acknowledges those of the server. */
export function openSession(port: number, socket = connect(port, "127.0.0.1")): RawSession {
  const frames: Frame[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isClosed = false;
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  socket.on("data", (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= FRAME_HEAD_BYTES) {
      const end = FRAME_HEAD_BYTES + rest.readUIntBE(0, 3);
      if (rest.length < end) break;
      const [type, flags] = [rest[3]!, rest[4]!];
      frames.push({
        type,
        flags,
        stream: rest.readUInt32BE(5),
        payload: Buffer.from(rest.subarray(FRAME_HEAD_BYTES, end)),
      });
      if (type === SETTINGS && (flags & ACK) === 0) socket.write(frame(SETTINGS, ACK, 0));
      rest = rest.subarray(end);
    }
    notify();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
    notify();
  });
  socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0)]));

  const until = <T>(find: () => T | undefined): Promise<T | undefined> =>
    new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found === undefined && !isClosed) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  return {
    socket,
    frames,
    isClosed: () => isClosed,
    send: (...sent) => void socket.write(Buffer.concat(sent)),
    wait: (isMeant) => until(() => frames.find(isMeant)),
    async closed() {
      await until(() => (isClosed ? true : undefined));
    },
  };
}
