import { createServer, type Server } from "node:http";
import { DocumentStreams } from "@scrim/access";
import { close, type Endpoint, listen } from "@scrim/gateway";
import type { Key } from "@scrim/grants";
import type { Authorize } from "./bearer-tokens.ts";
import { BundleIssuer, type CurrentBundle, REFRESH_MS } from "./bundle-issuer.ts";
import { type HandlerContext, handleRequest } from "./handle-request.ts";
import { Refusal } from "./refusal.ts";
import { UseCounts } from "./use-counts.ts";
import { WatchedStore } from "./watched-store.ts";

/** Each idle connection costs some 10 KiB. Each process of a service has two. */
const CONNECTIONS_MAX = 2_048;
const HEADER_BYTES_MAX = 16 * 1024;

/** Requests are small: one that takes longer is held open on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CHECK_MS = 500;

/** Clients take a stream for dead after 45 s without a sign. */
const COMMENT_MS = 15_000;

/** How long requests on their way may take when the server stops. */
const GRACE_MS = 2_000;

export interface GrantServerOptions {
  readonly storePath: string;
  readonly signing: Key;
  readonly endpoint: Endpoint;
  /** Absent where all that reach the server may ask. */
  readonly authorize?: Authorize | undefined;
  /** Hears of what goes wrong while it runs. */
  readonly told: (problem: unknown) => void;
  /** For tests of slow requests, in milliseconds. */
  readonly requestMs?: number;
  /** For tests of how bundles are replaced, in milliseconds. */
  readonly refreshMs?: number;
  /** For tests of streams without news, in milliseconds. */
  readonly commentMs?: number;
}

export interface GrantServer {
  /** Where it listens: the port is the one taken, if 0 was asked for. */
  readonly endpoint: Endpoint;
  shutdown(): Promise<void>;
}

/**
 * Starts a server of bundles and leases over a store in a file.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where the store is broken or another server runs on it; `LISTEN_FAILED`
 */
export async function startGrantServer(options: GrantServerOptions): Promise<GrantServer> {
  const { storePath, signing, authorize, told } = options;
  const { refreshMs = REFRESH_MS, commentMs = COMMENT_MS } = options;
  const counts = await UseCounts.open(storePath);
  const store = await openStore(storePath, counts, () => void streams.push(), told);
  const issuer = new BundleIssuer(signing, counts, refreshMs);
  const current: CurrentBundle = async (name) => {
    if (store.current === undefined) throw new Refusal("unavailable");
    return await issuer.current(store.current, name);
  };
  const streams = new DocumentStreams(refreshMs, commentMs);
  const server = createHttpServer(options, {
    store: () => store.current,
    current,
    streams,
    counts,
    authorize,
    told,
  });
  const shutdown = async () => {
    store.close();
    streams.close();
    await close(server, GRACE_MS);
    await counts.close();
  };
  try {
    return { endpoint: await listen(server, options.endpoint, "--listen"), shutdown };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

async function openStore(
  path: string,
  counts: UseCounts,
  onChange: () => void,
  told: (problem: unknown) => void,
): Promise<WatchedStore> {
  try {
    return new WatchedStore(path, onChange, told);
  } catch (error) {
    await counts.close();
    throw error;
  }
}

function createHttpServer({ requestMs = REQUEST_MS }: GrantServerOptions, context: HandlerContext): Server {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(HEADERS_MS, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, requestMs),
    insecureHTTPParser: false,
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => {
    if (!server.listening) response.setHeader("connection", "close");
    void handleRequest(request, response, context);
  });
  return server;
}
