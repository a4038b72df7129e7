import http2, { type IncomingHttpHeaders, type IncomingHttpStatusHeader } from "node:http2";
import { OperatingError } from "@scrim/errors";
import { type Compression, decompress, parseContentEncoding } from "../../codec/content-encoding.ts";
import { GrowingBuffer } from "../../codec/growing-buffer.ts";
import { parseRetryAfter } from "../sending/retry-after.ts";
import type { OpenSession } from "./connection.ts";
import { type GrpcStatus, parseGrpcStatus, statusOfHttp, statusOfReset } from "./grpc-status.ts";
import { type FramedMessage, framePrefix, MessageReader } from "./message-reader.ts";
import { checkMetadata } from "./metadata.ts";
import { parseRetryInfo } from "./retry-info.ts";

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

export interface UnaryRequest {
  /** `/package.Service/Method` */
  readonly path: string;
  /** All that isn't said by the protocol itself, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it is sent: compressed, if `grpc-encoding` says so. */
  readonly message: Buffer;
  readonly isCompressed: boolean;
  /** How long the server is told to have. */
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

export interface UnaryAnswer {
  readonly status: GrpcStatus;
  /** How long the server asked to be left alone; undefined if it didn't. */
  readonly retryDelayMs: number | undefined;
  /** Decompressed; empty where there is none. */
  readonly message: Buffer;
  /** Whether the server has said that it did not begin with it, as while it closes a connection: nothing is done twice. */
  readonly isUnprocessed: boolean;
}

/** An answer in its last state before the message is decompressed. */
interface RawAnswer extends Omit<UnaryAnswer, "message"> {
  readonly encoding: string | undefined;
  readonly message: FramedMessage | undefined;
}

/**
 * Makes one unary call over a session. Whatever the server does, it ends with an answer or an error, at the latest when the
 * signal aborts, and the stream is closed. `grpc-message` is never read: it may quote data.
 *
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 *
 * @throws {OperatingError} `TOO_LARGE`, `WIRE_MALFORMED` or `ENCODING_MALFORMED` for the answer; the signal's reason;
 *   anything else is a connection that broke
 */
export async function callUnary(
  connection: OpenSession,
  request: UnaryRequest,
  signal: AbortSignal,
): Promise<UnaryAnswer> {
  const { message, encoding, ...answer } = await exchange(connection, request, signal);
  if (answer.status !== "ok" || message === undefined) return { ...answer, message: NOTHING };
  return { ...answer, message: await inflate(message, encoding, request.responseBytesMax) };
}

const NOTHING = Buffer.alloc(0);

function exchange(
  { session, socket }: OpenSession,
  request: UnaryRequest,
  signal: AbortSignal,
): Promise<RawAnswer> {
  signal.throwIfAborted();
  const stream = session.request(headersOf(request));
  const reader = new MessageReader(request.responseBytesMax);
  let encoding: string | undefined;
  return new Promise((resolve, reject) => {
    let problem: unknown;

    function end(settle: () => void): void {
      signal.removeEventListener("abort", cancel);
      settle();
      if (!stream.closed) stream.close(NGHTTP2_CANCEL);
    }
    const cancel = () => end(() => reject(signal.reason));
    const answer = (status: GrpcStatus, retryDelayMs?: number) =>
      end(() => {
        const isUnprocessed = stream.rstCode === NGHTTP2_REFUSED_STREAM;
        resolve({ status, retryDelayMs, encoding, message: reader.take(), isUnprocessed });
      });

    /** What a peer sends may be anything: it ends the call, and nothing else. */
    const guarded = (handle: () => void) => {
      try {
        handle();
      } catch (error) {
        end(() => reject(error));
      }
    };

    signal.addEventListener("abort", cancel, { once: true });
    stream.on("response", (headers, flags) =>
      guarded(() => {
        checkMetadata(headers);
        encoding = oneOf(headers["grpc-encoding"]);
        const status = parseGrpcStatus(headers["grpc-status"]);
        const isWhole = status !== undefined && (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
        // Proxies fail in gRPC's words too, but only a gRPC server can have taken the data.
        if (isWhole && (status !== "ok" || isGrpc(headers)))
          answer(status, parseRetryInfo(headers["grpc-status-details-bin"]));
        else if (!isGrpc(headers)) answer(statusOfHttp(headers[":status"] ?? 0), retryAfterOf(headers));
      }),
    );
    stream.on("trailers", (trailers) =>
      guarded(() => {
        checkMetadata(trailers);
        const status = parseGrpcStatus(trailers["grpc-status"]) ?? "unknown";
        answer(status, parseRetryInfo(trailers["grpc-status-details-bin"]));
      }),
    );
    stream.on("data", (piece: Buffer) => guarded(() => reader.append(piece)));
    stream.on("error", (error) => {
      problem = error;
    });
    stream.on("end", () => {
      // Trailers may be on their way to us, but nothing else. What we still send would be for nobody.
      if (!stream.closed) stream.close(NGHTTP2_NO_ERROR);
    });
    stream.on("close", () => {
      if (session.destroyed)
        end(() => reject(problem ?? socket.errored ?? new Error("the connection closed")));
      else answer(stream.rstCode === NGHTTP2_NO_ERROR ? "unknown" : statusOfReset(stream.rstCode));
    });
    stream.write(framePrefix(request.message, request.isCompressed));
    stream.end(request.message);
  });
}

function headersOf({ path, headers, timeoutMs }: UnaryRequest): http2.OutgoingHttpHeaders {
  return {
    ":method": "POST",
    ":path": path,
    ...headers,
    te: "trailers",
    "content-type": "application/grpc",
    "grpc-timeout": formatTimeout(timeoutMs),
    // Credentials may be among them: kept out of compression's memory, where their length could be guessed at.
    [http2.sensitiveHeaders]: Object.keys(headers),
  };
}

/** At most eight digits and a unit. */
const TIMEOUT_MAX = 99_999_999;

function formatTimeout(ms: number): string {
  return `${Math.min(TIMEOUT_MAX, Math.max(1, Math.ceil(ms)))}m`;
}

/** Anything else is some proxy's or web server's answer, whose HTTP status is all it says to us. */
function isGrpc(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): boolean {
  return headers[":status"] === 200 && /^application\/grpc(?:[+;]|$)/i.test(headers["content-type"] ?? "");
}

function retryAfterOf(headers: IncomingHttpHeaders): number | undefined {
  const header = headers["retry-after"];
  return header === undefined ? undefined : parseRetryAfter(header, Date.now());
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.join(",");
}

/** We never ask for compression, but some compress all the same. */
async function inflate(
  { bytes, isCompressed }: FramedMessage,
  encoding: string | undefined,
  bytesMax: number,
): Promise<Buffer> {
  if (!isCompressed || bytes.length === 0) return bytes;
  const compression = parseContentEncoding(encoding);
  if (compression === undefined || compression === "identity")
    throw new OperatingError("ENCODING_MALFORMED", "the answer has an unknown grpc-encoding");
  return await decompress(compression satisfies Compression, bytes, new GrowingBuffer(bytesMax));
}
