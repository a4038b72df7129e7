import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { OperatingError } from "@scrim/errors";
import { decompress, parseContentEncoding } from "../../codec/content-encoding.ts";
import { GrowingBuffer } from "../../codec/growing-buffer.ts";

export interface PostOptions {
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Aborts when nobody waits for the answer any more. */
  readonly aborted: AbortSignal;
  readonly responseBytesMax: number;
}

export interface PostResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** Decompressed. */
  readonly body: Buffer;
}

/** What is read of an answer that is not looked at, so that its connection serves again. A longer or slower one is cut. */
const DISCARDED_BYTES_MAX = 64 * 1024;
const DISCARD_MS_MAX = 1_000;

/**
 * Makes one POST request. Redirects are answers like any other: following one would carry credentials and data to
 * wherever the destination says. Only of success the body is waited for; else the status says it all.
 *
 * @throws {OperatingError} `TOO_LARGE` or `ENCODING_MALFORMED` for the response; anything else is a connection that
 *   failed or took too long
 */
export async function post(url: URL, body: Buffer, options: PostOptions): Promise<PostResponse> {
  const timeUp = AbortSignal.timeout(Math.max(1, Math.ceil(options.timeoutMs)));
  const signal = AbortSignal.any([options.aborted, timeUp]);
  signal.throwIfAborted();
  const request = open(url, body, options);
  // Not given to the request itself: an answer that is known may be followed by an abort, which is of no interest then.
  const abort = () => request.destroy(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const response = await responseTo(request);
    return {
      status: response.statusCode ?? 0,
      retryAfter: response.headers["retry-after"],
      contentType: response.headers["content-type"],
      body: await bodyOf(response, options.responseBytesMax),
    };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function open(url: URL, body: Buffer, { agent, headers }: PostOptions): ClientRequest {
  const client = url.protocol === "https:" ? https : http;
  const request = client.request(url, {
    method: "POST",
    agent,
    headers: { ...headers, "content-length": body.length },
  });
  request.end(body);
  return request;
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => {
      response.on("error", () => {}); // who reads it is told; later nobody listens any more
      resolve(response);
    };
    request.on("response", answered);
    request.on("upgrade", (response, socket) => {
      socket.destroy(); // nobody asked for another protocol
      answered(response);
    });
    request.on("error", reject);
  });
}

async function bodyOf(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const { statusCode = 0 } = response;
  if (200 <= statusCode && statusCode < 300)
    return await inflate(response, await collect(response, bytesMax), bytesMax);
  discard(response);
  return NOTHING;
}

function discard(response: IncomingMessage): void {
  const cut = setTimeout(() => response.destroy(), DISCARD_MS_MAX);
  collect(response, DISCARDED_BYTES_MAX)
    .catch(() => {})
    .finally(() => clearTimeout(cut));
}

const NOTHING = Buffer.alloc(0);

async function collect(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const collected = new GrowingBuffer(bytesMax);
  for await (const piece of response) collected.append(piece); // leaving early cuts the connection
  return collected.take();
}

/** We never ask for compression, but some compress all the same. */
async function inflate(response: IncomingMessage, body: Buffer, bytesMax: number): Promise<Buffer> {
  const compression = parseContentEncoding(response.headers["content-encoding"]);
  if (compression === "identity" || body.length === 0) return body;
  if (compression === undefined)
    throw new OperatingError("ENCODING_MALFORMED", "the response has an unknown Content-Encoding");
  return await decompress(compression, body, new GrowingBuffer(bytesMax));
}
