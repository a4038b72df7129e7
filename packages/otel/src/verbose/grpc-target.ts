/** Schemes of targets that name one host (gRPC name resolution); others name a file, a service in a registry, or what an application invents. */
const SCHEMES = ["dns", "ipv4", "ipv6"];

/** What grpc-js takes a proxy from. */
const PROXY_VARIABLES = ["grpc_proxy", "https_proxy", "http_proxy"] as const;

/** Host and port; an IPv6 address stands in brackets. No comma: several addresses are no one host. */
const HOST_AND_PORT = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:,/]+))(?::\d+)?$/;

/**
 * The host that the target of a channel names: of `dns:checkout.internal:50051`, `dns:///checkout.internal` or `ipv4:10.0.0.7:50051`. Undefined where it
 * names none, or several, or where it is that of a proxy, which a channel says instead of the host behind it.
 */
export function hostOfTarget(target: string): string | undefined {
  const colon = target.indexOf(":");
  if (!SCHEMES.includes(target.slice(0, colon))) return undefined;
  const rest = target.slice(colon + 1);
  const path = rest.startsWith("//") ? rest.slice(rest.indexOf("/", 2) + 1) : rest;
  const match = HOST_AND_PORT.exec(path);
  const host = (match?.[1] ?? match?.[2])?.toLowerCase();
  return host === undefined || proxyHosts().includes(host) ? undefined : host;
}

function proxyHosts(): readonly string[] {
  return PROXY_VARIABLES.flatMap((name) => {
    const url = process.env[name];
    return url === undefined ? [] : (URL.parse(url)?.hostname ?? []);
  });
}
