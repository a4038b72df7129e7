import { z } from "zod";
import { formatEndpoint, parseEndpoint } from "../../endpoint.ts";
import { isRefusedAddress } from "../sending/refused-address.ts";

/** Where a gRPC server is. */
export interface Target {
  /** A name or an address, IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
  /** What the scheme says; undefined where there is none, and `tls.insecure` decides. */
  readonly isSecure: boolean | undefined;
}

const PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };

/** `host:4317`, `http://host:4317` or `https://host`; undefined if it is none of them. */
function parseTarget(text: string): Target | undefined {
  if (!text.includes("://")) {
    const endpoint = parseEndpoint(text);
    return endpoint === undefined || endpoint.port === 0 ? undefined : { ...endpoint, isSecure: undefined };
  }
  const url = URL.parse(text);
  const port = PORTS[url?.protocol ?? ""];
  if (url === null || port === undefined) return undefined;
  // gRPC has its own paths; who writes another one expects what doesn't happen.
  if (url.username + url.password + url.search + url.hash !== "" || url.pathname !== "/") return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: url.port === "" ? port : Number(url.port), isSecure: url.protocol === "https:" };
}

/** The `:authority` of requests to a target. */
export function authorityOf(target: Target): string {
  return formatEndpoint(target);
}

/** A configuration key that says where a gRPC server is. */
export const TargetConfig = z.string().transform((text, context) => {
  const target = parseTarget(text);
  if (target !== undefined && !isRefusedAddress(target.host)) return target;
  context.addIssue({
    code: "custom",
    ...(target === undefined
      ? {
          message: "expected host:port, or an http or https URL without path, password and query",
          params: { hint: 'write it like "otlp.example.com:4317" or "https://otlp.example.com"' },
        }
      : { message: "nothing is sent to link-local addresses" }),
  });
  return z.NEVER;
});
