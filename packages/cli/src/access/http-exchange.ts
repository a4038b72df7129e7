import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** PEM texts. */
export interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpExchange {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly tls: TlsTexts;
  /** From the first byte that is sent until the last one has come. */
  readonly timeoutMs: number;
  readonly bytesMax: number;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** The answer has more bytes than it may. */
export class AnswerTooLarge extends Error {
  override readonly name = "AnswerTooLarge";
}

/**
 * Sends one request, and reads the whole answer. Follows no redirects: the credentials are for one address. Rejects with what Node says where the
 * connection fails, with a `TimeoutError`, and with {@link AnswerTooLarge}.
 */
export async function exchange(options: HttpExchange): Promise<HttpAnswer> {
  const { method, url, headers, body, tls, timeoutMs, bytesMax, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const why = (error: unknown): unknown => (timeout.aborted ? timeout.reason : error);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return await new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method,
        headers: { ...headers, ...(body !== undefined && { "content-length": Buffer.byteLength(body) }) },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        ...tls,
        agent: false, // one command, one connection: nothing is kept that the process would wait for
      },
      (response) => {
        readBody(response, bytesMax).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          (error: unknown) => {
            request.destroy();
            reject(why(error));
          },
        );
      },
    );
    request.on("error", (error) => reject(why(error)));
    request.end(body);
  });
}

async function readBody(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bytesMax) throw new AnswerTooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
