import type { Server as HttpServer } from "node:http";
import { isIP, type Server } from "node:net";
import { OperatingError } from "@scrim/errors";
import { z } from "zod";

/** Where to listen. */
export interface Endpoint {
  /** A name or an address, IPv6 without its brackets. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

const PORT_MAX = 65_535;

/** `127.0.0.1:4318`, `localhost:4318` or `[::1]:4318`; undefined if it is none. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, address, name, digits] = match;
  const port = Number(digits);
  if (port > PORT_MAX || (address !== undefined && isIP(address) !== 6)) return undefined;
  return { host: (address ?? name)!, port };
}

/** A configuration key that says where to listen. */
export const ListenEndpoint = z.string().transform((text, context) => {
  const endpoint = parseEndpoint(text);
  if (endpoint !== undefined) return endpoint;
  context.addIssue({
    code: "custom",
    message: "expected host:port",
    params: { hint: 'write it like "127.0.0.1:4318" or "[::1]:4318"; port 0 takes a free one' },
  });
  return z.NEVER;
});

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only programs on this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * Opens a server's port.
 *
 * @param path the key that says where to listen, for the error
 * @returns where it listens: the port is the one taken, if 0 was asked for
 * @throws {OperatingError} `LISTEN_FAILED`
 */
export async function listen(server: Server, endpoint: Endpoint, path: string): Promise<Endpoint> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, endpoint, path)));
    server.listen(endpoint.port, endpoint.host, resolve);
  });
  server.removeAllListeners("error");
  // From now on only single connections fail to be taken, for want of file descriptors perhaps; the server lives.
  server.on("error", () => {});
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : endpoint.port;
  return { host: endpoint.host, port };
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something listens there already",
  EACCES: "this user may not listen there",
  EADDRNOTAVAIL: "this machine does not have that address",
  ENOTFOUND: "the host name is unknown",
};

function listenError(error: NodeJS.ErrnoException, endpoint: Endpoint, path: string): OperatingError {
  const problem = LISTEN_PROBLEMS[error.code ?? ""] ?? error.code ?? "unknown error";
  return new OperatingError("LISTEN_FAILED", `can't listen on ${formatEndpoint(endpoint)}: ${problem}`, {
    path,
    hint: `give ${path} another address, or port 0 for any free one`,
    cause: error,
  });
}

/** How often a server that is closing looks for connections whose last request was answered. */
const CLOSE_CHECK_MS = 20;

/** Stops a server: no new connections; those in use get `graceMs` to finish, then they are cut. */
export async function close(server: HttpServer, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), CLOSE_CHECK_MS);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
