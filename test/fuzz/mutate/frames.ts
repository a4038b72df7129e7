import type { Random } from "../random.ts";
import { mutateBytes } from "./bytes.ts";
import { cut, type Mutator } from "./mutator.ts";

/** https://www.rfc-editor.org/rfc/rfc9113#section-4.1 */
export const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export const FRAME_TYPES = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const END_STREAM = 0x01;
export const END_HEADERS = 0x04;

const HEAD_BYTES = 9;
const FRAMES_MAX = 512;

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length % 2 ** 24, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Whole frames from there on; the last one may be cut short. */
export function framesIn(bytes: Buffer, start: number): Frame[] {
  const frames: Frame[] = [];
  for (let at = start; at + HEAD_BYTES <= bytes.length && frames.length < FRAMES_MAX; ) {
    const end = at + HEAD_BYTES + bytes.readUIntBE(at, 3);
    frames.push({
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + HEAD_BYTES, end),
    });
    at = end;
  }
  return frames;
}

const STREAMS = [0, 1, 2, 3, 5, 7, 101, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const NUMBERS = [0, 1, 2 ** 14 - 1, 2 ** 14, 2 ** 24 - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Parts of header blocks: https://www.rfc-editor.org/rfc/rfc7541 */
const HEADER_PIECES = [
  "82", // :method GET, from the table
  "84",
  "be", // an entry that was never added
  "ff80808080808080808001", // an index without an end
  "3fe1ffffff07", // a table of gigabytes
  "20", // a table of nothing
  "00053a70617468012f", // :path once more
  "0003612042017a", // a name with a blank
  "000141017a", // a name in upper case
  "0001610301000a", // a value with control characters
  "00827f7f017a", // Huffman, badly padded
  "007fffffff0f", // a name of gigabytes
  "40016101624001630164", // entries that are added
  "000a636f6e6e656374696f6e05636c6f7365", // connection: close
  "00027465046e6f6e65",
].map((hex) => Buffer.from(hex, "hex"));

/** Changes a frame, or which there are, in which order. Lengths stay right, but for now and then. */
export const mutateFrames: Mutator = (bytes, random, donor) => {
  if (!bytes.subarray(0, PREFACE.length).equals(PREFACE)) return mutateBytes(bytes, random, donor);
  const frames = framesIn(bytes, PREFACE.length);
  if (frames.length === 0) return mutateBytes(bytes, random, donor);
  const at = random.below(frames.length);
  const one = frames[at]!;
  const others = framesIn(donor, PREFACE.length);
  switch (random.below(10)) {
    case 0:
      frames.splice(at, 1);
      break;
    case 1:
      frames.splice(at, 0, ...Array<Frame>(random.oneIn(20) ? 250 : 1 + random.below(3)).fill(one));
      break;
    case 2:
      frames.splice(random.below(frames.length), 0, ...frames.splice(at, 1));
      break;
    case 3:
      frames.splice(at, 0, others.length === 0 ? one : random.pick(others));
      break;
    case 4:
      frames[at] = { ...one, stream: random.pick(STREAMS) };
      break;
    case 5:
      frames[at] = { ...one, flags: one.flags ^ (1 << random.below(8)) };
      break;
    case 6:
      frames[at] = { ...one, payload: mutateBytes(one.payload, random, donor) };
      break;
    case 7:
      frames.splice(at, 0, anyFrame(random));
      break;
    case 8:
      if (one.type === FRAME_TYPES.HEADERS) {
        const payload = Buffer.concat([one.payload, random.pick(HEADER_PIECES)]);
        frames[at] = { ...one, payload };
      } else frames[at] = { ...one, type: random.below(12) };
      break;
    default: // in two: of a header block, the rest is a continuation
      frames.splice(at, 1, ...inTwo(one, random));
  }
  const written = frames.map(({ type, flags, stream, payload }) => frame(type, flags, stream, payload));
  if (written.length > 0 && random.oneIn(40)) random.pick(written).writeUIntBE(random.below(2 ** 24), 0, 3);
  return cut(Buffer.concat([PREFACE, ...written]));
};

function inTwo({ type, flags, stream, payload }: Frame, random: Random): Frame[] {
  const at = random.below(payload.length + 1);
  const isHead = type === FRAME_TYPES.HEADERS;
  const last = isHead ? END_HEADERS : END_STREAM;
  return [
    { type, flags: flags & ~last, stream, payload: payload.subarray(0, at) },
    {
      type: isHead ? FRAME_TYPES.CONTINUATION : type,
      flags: flags & last,
      stream,
      payload: payload.subarray(at),
    },
  ];
}

/** What peers that mean harm send most. */
function anyFrame(random: Random): Frame {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(random.pick(NUMBERS));
  const { PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE } = FRAME_TYPES;
  const stream = random.pick(STREAMS);
  switch (random.below(7)) {
    case 0:
      return { type: PRIORITY, flags: 0, stream, payload: Buffer.concat([number, Buffer.of(16)]) };
    case 1:
      return { type: RST_STREAM, flags: 0, stream, payload: number };
    case 2: {
      const setting = Buffer.concat([Buffer.of(0, random.below(10)), number]);
      const times = random.oneIn(5) ? 40 : 1;
      return { type: SETTINGS, flags: 0, stream: 0, payload: Buffer.alloc(6 * times, setting) };
    }
    case 3:
      return { type: PUSH_PROMISE, flags: END_HEADERS, stream, payload: number };
    case 4:
      return { type: PING, flags: random.below(2), stream: 0, payload: random.bytes(8) };
    case 5:
      return { type: GOAWAY, flags: 0, stream: 0, payload: Buffer.concat([number, number]) };
    default:
      return { type: WINDOW_UPDATE, flags: 0, stream, payload: number };
  }
}
