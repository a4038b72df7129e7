import type { IncomingMessage } from "node:http";
import { isLoopback } from "@scrim/gateway";
import type { ServiceName } from "../grants/grant-store.ts";
import { Refusal } from "./refusal.ts";

/** What is asked for, by method and path. */
export type Target = { readonly kind: "bundle"; readonly name: ServiceName } | { readonly kind: "uses" };

const METHODS = { bundle: "GET", uses: "POST" } as const;

const USES_PATH = "/v1/grant-uses";

/**
 * Reads a path: `/v1/bundles/SERVICE/ENVIRONMENT`, each percent-encoded, or `/v1/grant-uses`. A query says nothing here.
 *
 * @throws {Refusal} `unknown_path`, or `malformed` where it is wrongly encoded
 */
export function parseTarget(url: string): Target {
  const path = url.split("?", 1)[0]!;
  if (path === USES_PATH) return { kind: "uses" };
  const [root, version, kind, service, environment, ...more] = path.split("/", 6);
  if (root !== "" || version !== "v1" || kind !== "bundles" || more.length > 0)
    throw new Refusal("unknown_path");
  if (!service || !environment) throw new Refusal("unknown_path");
  try {
    return {
      kind: "bundle",
      name: { service: decodeURIComponent(service), environment: decodeURIComponent(environment) },
    };
  } catch {
    throw new Refusal("malformed");
  }
}

/** @throws {Refusal} `method` */
export function checkMethod({ method }: IncomingMessage, { kind }: Target): void {
  if (method !== METHODS[kind]) throw new Refusal("method");
}

/** The methods of a path, for `Allow`. */
export function allowedAt(url: string): string {
  return url.startsWith("/v1/bundles/") ? METHODS.bundle : METHODS.uses;
}

/**
 * A page in a browser here can make a name of its own lead to this machine, and then ask. Without a token only who names this machine is
 * answered.
 *
 * @throws {Refusal} `foreign_host`
 */
export function checkHost({ headers }: IncomingMessage): void {
  const name = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d+)?$/.exec(headers.host ?? "");
  if (name === null || !isLoopback((name[1] ?? name[2])!.toLowerCase())) throw new Refusal("foreign_host");
}

/**
 * Whether a bundle is wanted as a stream of events.
 *
 * @throws {Refusal} `not_acceptable`
 */
export function wantsEvents({ headers }: IncomingMessage): boolean {
  const types = (headers.accept ?? "*/*")
    .split(",")
    .map((type) => type.split(";", 1)[0]!.trim().toLowerCase());
  if (types.includes("text/event-stream")) return true;
  if (["*/*", "application/*", "application/octet-stream"].some((type) => types.includes(type))) return false;
  throw new Refusal("not_acceptable");
}

/** Whether the client has this version already (`If-None-Match`, RFC 9110 section 13.1.2). */
export function hasVersion({ headers }: IncomingMessage, version: string): boolean {
  const tags = (headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(`"${version}"`) || tags.includes("*");
}

/** @throws {Refusal} `content_type`; a page in a browser can't send this type elsewhere unasked */
export function checkContentType({ headers }: IncomingMessage): void {
  const type = (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type !== "application/json" || headers["content-encoding"] !== undefined)
    throw new Refusal("content_type");
}
