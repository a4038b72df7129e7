import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { OperatingError } from "@scrim/errors";
import { decompress, parseContentEncoding } from "../../codec/content-encoding.ts";
import { GrowingBuffer } from "../../codec/growing-buffer.ts";

export interface PostOptions {
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

export interface PostResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly contentType: string | undefined;
  /** Decompressed. */
  readonly body: Buffer;
}

/**
 * Makes one POST request. Redirects are answers like any other: following one would carry credentials and data to
 * wherever the destination says.
 *
 * @throws {OperatingError} `TOO_LARGE` or `ENCODING_MALFORMED` for the response; anything else is a connection that
 *   failed or took too long
 */
export async function post(url: URL, body: Buffer, options: PostOptions): Promise<PostResponse> {
  const response = await send(url, body, options);
  const compressed = await collect(response, options.responseBytesMax);
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers["retry-after"],
    contentType: response.headers["content-type"],
    body: await inflate(response, compressed, options.responseBytesMax),
  };
}

function send(url: URL, body: Buffer, { agent, headers, timeoutMs }: PostOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
    const client = url.protocol === "https:" ? https : http;
    const request = client.request(url, {
      method: "POST",
      agent,
      signal,
      headers: { ...headers, "content-length": body.length },
    });
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
}

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
