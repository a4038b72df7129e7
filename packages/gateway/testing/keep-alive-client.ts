import { Agent, request } from "node:http";

/** A client that keeps its connections, and tells how many it had to open. */
export interface KeepAliveClient {
  post(url: string, body: Buffer): Promise<number>;
  readonly connections: number;
  close(): void;
}

/** @param connections_max requests that are under way at once */
export function keepAliveClient(connections_max: number): KeepAliveClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections_max });
  let connections = 0;
  return {
    post: (url, body) =>
      new Promise((resolve, reject) => {
        const headers = { "content-type": "application/x-protobuf", "content-length": body.length };
        const sent = request(url, { agent, method: "POST", headers }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
          response.on("error", reject);
        });
        sent.on("socket", (socket) => {
          if (socket.connecting) connections++;
        });
        sent.on("error", reject);
        sent.end(body);
      }),
    get connections() {
      return connections;
    },
    close: () => agent.destroy(),
  };
}
