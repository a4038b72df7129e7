import type { CorsConfig } from "../config/http-config.ts";
import { headerOf, type IncomingRequest } from "../incoming-request.ts";
import type { Reply } from "../reply.ts";

const MS_PER_SECOND = 1_000;

/** Content-Type is asked for by every browser that sends OTLP; the other is how it is compressed. */
const HEADERS_ALWAYS = ["content-type", "content-encoding"];

/**
 * What a browser is told about the page that sends, so that it may read the answer. Never that credentials are
 * welcome: https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function corsHeaders(request: IncomingRequest, cors: CorsConfig): Readonly<Record<string, string>> {
  const origin = headerOf(request, "origin");
  if (origin === undefined || !allows(cors, origin)) return { vary: "Origin" };
  return { vary: "Origin", "access-control-allow-origin": origin };
}

/** The answer to a preflight: what the page may send. */
export function preflightReply(request: IncomingRequest, cors: CorsConfig): Reply | undefined {
  if (request.method !== "OPTIONS") return undefined;
  if (headerOf(request, "access-control-request-method") === undefined) return undefined;
  const headers = corsHeaders(request, cors);
  const allowed = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": [...HEADERS_ALWAYS, ...cors.allowed_headers].join(", "),
    "access-control-max-age": String(Math.floor(cors.max_age / MS_PER_SECOND)),
  };
  const welcome = headers["access-control-allow-origin"] !== undefined;
  return { status: 204, headers: { ...headers, ...(welcome ? allowed : {}) }, body: Buffer.alloc(0) };
}

/** Longer ones are no origins: a host name has up to 253 characters. */
const ORIGIN_LENGTH_MAX = 512;

function allows({ allowed_origins }: CorsConfig, origin: string): boolean {
  if (origin.length > ORIGIN_LENGTH_MAX || !/^[\x21-\x7e]+$/.test(origin)) return false;
  const lower = origin.toLowerCase();
  return allowed_origins.some((pattern) => matches(pattern, lower));
}

/** Whether `text` is the pattern, where each `*` stands for any characters, none included. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
