import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { resolve } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { AuditLog, type PseudonymKey, readSigner } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { close, type Endpoint, listen, takeProcessRole } from "@scrim/gateway";
import {
  type BundleSource,
  type Clock,
  FileSource,
  HttpSource,
  RevealIntake,
  RevealSet,
  readPublicKey,
  systemClock,
  VersionFile,
} from "@scrim/grants";
import type { Authenticate } from "../authentication/authenticate.ts";
import { RefusalLimits } from "./refusal-limits.ts";
import { createRevealApp } from "./reveal-app.ts";
import type { RevealConfig } from "./reveal-config.ts";
import { RevealCounts } from "./reveal-counts.ts";
import { revealEntries } from "./reveal-entry.ts";
import { fileRevealKeys, type RevealKeys } from "./reveal-keys.ts";
import { readPlainFile, readSecretFile } from "./secret-file.ts";

/** Each idle connection costs some 10 KiB. */
const CONNECTIONS_MAX = 512;
const HEADER_BYTES_MAX = 16 * 1024;

/** Requests are small: one that takes longer is held open on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CHECK_MS = 500;

/** How long requests on their way may take when the service stops. */
const GRACE_MS = 2_000;

const SECRET_BYTES = 32;

export interface RevealServiceOptions {
  readonly config: RevealConfig;
  /** The folder that relative paths start from; the working directory unless given. */
  readonly baseDir?: string;
  /** Says who calls. */
  readonly authenticate: Authenticate;
  /** The keys of the configuration's files unless given. */
  readonly keys?: RevealKeys;
  /** Hears of what goes wrong while it runs. */
  readonly told: (problem: unknown) => void;
  readonly clock?: Clock;
  /** For tests of slow requests, in milliseconds. */
  readonly requestMs?: number;
}

export interface RevealService {
  /** Where it listens: the port is the one taken, if 0 was asked for. */
  readonly endpoint: Endpoint;
  /** Stops answering, forgets its grants and lets another process write its log. May come twice. */
  shutdown(): Promise<void>;
}

/**
 * Starts a service that opens sealed values for who holds a signed grant. It has the private keys: run it as a process of its own, under a user of
 * its own. Every value that it opens, and every refusal, is an entry of its audit log before anything is answered.
 *
 * @throws {OperatingError} `PROCESS_SHARED` where a gateway runs in this process; `CONFIG_UNREADABLE`, also where others may read what is
 *   secret; `KEY_INVALID`; `STORE_UNUSABLE`, `AUDIT_INVALID` of the audit log; `LISTEN_FAILED`
 */
export async function startRevealService(options: RevealServiceOptions): Promise<RevealService> {
  const closers: (() => Promise<void> | void)[] = [takeProcessRole("reveal")];
  const shutdown = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    return { endpoint: await start(options, closers), shutdown };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

/** What is opened is put before what closes it was needed: whatever fails, all that is open is closed. */
async function start(
  options: RevealServiceOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Endpoint> {
  const { config, baseDir = process.cwd(), authenticate, told, clock = systemClock } = options;
  const keys = options.keys ?? fileRevealKeys(config.keys, baseDir);
  const server = createServer(config, baseDir, options.requestMs);

  const { audit, grants, limits } = config;
  const entries = revealEntries(readPseudonymKey(audit.pseudonyms, baseDir));
  const reveals = new RevealSet(clock);
  const intake = new RevealIntake(reveals, {
    audience: grants.audience,
    trusted: grants.trusted.map((file) =>
      readPublicKey("signing", readPlainFile(resolve(baseDir, file)), file),
    ),
    versions: new VersionFile(resolve(baseDir, grants.versions_file)),
    clock,
  });

  const directory = resolve(baseDir, audit.directory);
  const signer = readSigner("log", readSecretFile(resolve(baseDir, audit.key)), audit.key);
  const log = await AuditLog.open({
    directory,
    signer,
    create: audit.create,
    heartbeatMs: audit.heartbeat,
    told,
    clock: clock.wallMs,
  });
  closers.push(() => log.close());
  const counts = await RevealCounts.of(directory, signer);
  await log.append({ kind: "administration", action: "start" }); // what can't be logged does not begin

  const source = sourceOf(grants, baseDir);
  closers.push(() => reveals.clear());
  source.start(intake, told);
  closers.push(() => source.close());

  const refusals = { perMin: limits.refusals_per_min, perDay: limits.refusals_per_day };
  const app = createRevealApp({
    keys,
    reveals,
    counts,
    log,
    entries,
    authenticate,
    limits: new RefusalLimits(refusals, clock),
    told,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  server.on("request", (request, response) => {
    if (!server.listening) response.setHeader("connection", "close");
    void listener(request, response);
  });
  closers.push(() => close(server, GRACE_MS));
  return await listen(server, config.listen, "listen");
}

function createServer({ tls }: RevealConfig, baseDir: string, requestMs: number = REQUEST_MS): Server {
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(HEADERS_MS, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, requestMs),
    insecureHTTPParser: false,
  };
  const server = tls === undefined ? createHttpServer(limits) : createTlsServer(tls, baseDir, limits);
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

/** A client may send no certificate, or one that nobody here knows: then it has no name by it. */
function createTlsServer(
  { certificate, key, client_ca }: NonNullable<RevealConfig["tls"]>,
  baseDir: string,
  limits: object,
): Server {
  const files = {
    cert: readPlainFile(resolve(baseDir, certificate)),
    key: readSecretFile(resolve(baseDir, key)),
    ...(client_ca !== undefined && { ca: readPlainFile(resolve(baseDir, client_ca)) }),
  };
  try {
    return createHttpsServer({
      ...limits,
      ...files,
      requestCert: client_ca !== undefined,
      rejectUnauthorized: false,
      handshakeTimeout: HEADERS_MS,
    });
  } catch {
    throw new OperatingError("KEY_INVALID", "certificate and key are no pair in PEM", { path: "tls" });
  }
}

function sourceOf(
  { file, url, token_file, audience }: RevealConfig["grants"],
  baseDir: string,
): BundleSource {
  if (url === undefined) return new FileSource(resolve(baseDir, file!));
  return new HttpSource({
    url: `${url.replace(/\/+$/, "")}/v1/reveal-bundles/${encodeURIComponent(audience)}`,
    ...(token_file !== undefined && { authorization: () => bearer(resolve(baseDir, token_file)) }),
  });
}

/** Read each time, so that it may be rotated. Without it the server refuses, which is told. */
function bearer(file: string): string | undefined {
  try {
    return `Bearer ${readSecretFile(file).trim()}`;
  } catch {
    return undefined;
  }
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID` */
function readPseudonymKey(
  { version, file }: RevealConfig["audit"]["pseudonyms"],
  baseDir: string,
): PseudonymKey {
  const text = readSecretFile(resolve(baseDir, file)).trim();
  const secret = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : Buffer.alloc(0);
  if (secret.length === SECRET_BYTES) return { version, secret };
  throw new OperatingError("KEY_INVALID", `the key is not ${SECRET_BYTES} bytes in base64`, {
    path: file,
    hint: "make one with: (umask 077; openssl rand -base64 32 > pseudonym.key)",
  });
}
