import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Where a gateway listens; 0 for whatever is free when it starts. */
export interface ListenPorts {
  readonly http: number;
  readonly grpc: number;
  readonly metrics: number;
  readonly pages: number;
}

export const ANY_PORTS: ListenPorts = { http: 0, grpc: 0, metrics: 0, pages: 0 };

/**
 * Ports that nobody has now, for a gateway with workers: where all of those are killed at once nobody holds a port, and whoever takes
 * their place must find it again.
 */
export async function freePorts(): Promise<ListenPorts> {
  const names = ["http", "grpc", "metrics", "pages"] as const;
  const servers = names.map(() => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server, index) => [names[index], (server.address() as AddressInfo).port]);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return Object.fromEntries(ports) as ListenPorts;
}
