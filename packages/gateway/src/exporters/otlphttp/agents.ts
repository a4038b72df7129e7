import http from "node:http";
import https from "node:https";
import type { ConnectionOptions } from "node:tls";
import type { ComponentContext } from "@scrim/pipeline";
import { followClientCredentials } from "../../tls/client-credentials.ts";
import { lookupDestination } from "../sending/refused-address.ts";
import type { OtlpHttpConfig } from "./otlphttp-config.ts";

/** The connections to destinations, which are kept and used again. */
export interface Agents {
  /** For requests to a URL: its scheme alone says whether there is TLS. */
  of(url: URL): http.Agent;
  /** Cuts everything. */
  close(): void;
}

export function createAgents(config: OtlpHttpConfig, context: ComponentContext): Agents {
  const options = { keepAlive: true, maxSockets: config.max_conns_per_host, lookup: lookupDestination };
  const plain = new http.Agent(options);
  const credentials = followClientCredentials(config.tls, context);
  let madeWith: ConnectionOptions = credentials.current;
  // No session is resumed: that would skip the check of the certificate.
  const createSecure = () => new https.Agent({ ...options, maxCachedSessions: 0, ...madeWith });
  let secure = createSecure();

  /** Connections of the old agent end with the request that they serve. */
  function renew(): void {
    const old = secure;
    secure = createSecure();
    for (const sockets of Object.values(old.freeSockets))
      for (const socket of sockets ?? []) socket.destroy();
    old.maxFreeSockets = 0;
  }

  return {
    of(url) {
      if (url.protocol !== "https:") return plain;
      if (credentials.current !== madeWith) {
        madeWith = credentials.current;
        renew();
      }
      return secure;
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
