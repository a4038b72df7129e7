import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { close, type Endpoint, listen } from "../endpoint.ts";

/** What a page answers. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** By path, without the query. A page is made for each request, and takes no input but `Accept`. */
export type Pages = Readonly<Record<string, (request: PageRequest) => Page | Promise<Page>>>;

interface PageRequest {
  /** Whether a browser asks. */
  readonly wantsHtml: boolean;
}

export interface PageServer {
  readonly endpoint: Endpoint;
  shutdown(): Promise<void>;
}

/** Names and addresses a page is asked for by, where only this machine may ask. */
const LOCAL_HOSTS = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

export interface PageServerOptions {
  readonly endpoint: Endpoint;
  /** The key that says where to listen, for the error. */
  readonly path: string;
  /** Asked for at each request, so that a reload may change them. */
  pages(): Pages;
  /** Whether requests for another host than this machine are refused: a page in a browser could make them. */
  readonly isLocalOnly?: boolean;
}

/** Enough for a scraper, some probes and a person; everyone else waits. */
const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 8 * 1024;
/** No page takes a body, so a request is its head. */
const REQUEST_MS_MAX = 5_000;
const IDLE_MS_MAX = 60_000;
const CHECK_MS = 1_000;

const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
} as const;

/**
 * Serves a few pages to operators and their tools: metrics, health, debugging. GET and HEAD alone; whatever else comes is
 * answered briefly, and no request makes anything throw or stay.
 *
 * @throws {OperatingError} `LISTEN_FAILED`
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const server = createPageServer(options);
  const endpoint = await listen(server, options.endpoint, options.path);
  return { endpoint, shutdown: () => close(server, 0) };
}

function createPageServer(options: PageServerOptions): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: REQUEST_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: IDLE_MS_MAX,
      connectionsCheckingInterval: CHECK_MS,
      insecureHTTPParser: false,
    },
    (request, response) => void answer(request, response, options),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("checkContinue", (request, response) => void answer(request, response, options));
  server.on("checkExpectation", (_, response) => send(response, text(417, "no expectation is met here")));
  server.on("connect", (_, socket) => socket.destroy());
  server.on("upgrade", (_, socket) => socket.destroy());
  server.on("clientError", (_, socket) => {
    if (!socket.writable) return void socket.destroy();
    socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    // A peer that doesn't read must not keep the socket.
    setTimeout(() => socket.destroy(), CHECK_MS).unref();
  });
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: PageServerOptions,
): Promise<void> {
  const hasBody =
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"]) > 0;
  if (hasBody) response.setHeader("connection", "close"); // its body is nobody's next request
  request.resume();
  response.on("error", () => {});
  send(response, await pageOf(request, options));
}

async function pageOf(
  request: IncomingMessage,
  { pages, isLocalOnly = false }: PageServerOptions,
): Promise<Page> {
  const { method, url = "", headers } = request;
  if (isLocalOnly && !LOCAL_HOSTS.test(headers.host ?? "")) return text(421, "ask for 127.0.0.1");
  const served = pages();
  const path = url.split("?", 1)[0]!;
  const page = Object.hasOwn(served, path) ? served[path] : undefined;
  if (page === undefined) return text(404, `pages here: ${Object.keys(served).join(" ")}`);
  if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD only");
  try {
    return await page({ wantsHtml: (headers.accept ?? "").includes("text/html") });
  } catch {
    return text(500, "the page can't be made");
  }
}

function text(status: number, body: string): Page {
  return { status, type: "text/plain; charset=utf-8", body: `${body}\n` };
}

function send(response: ServerResponse, { status, type, body }: Page): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...HEADERS,
    ...(status === 405 && { allow: "GET, HEAD" }),
    "content-type": type,
    "content-length": bytes.length,
  });
  response.end(bytes); // Node sends none of it for HEAD
}
