import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { CaptureFolder } from "./capturing-gateway.ts";
import { AUDIENCE } from "./enrolment.ts";

/** Where bundles come from: whoever writes there may write anything. */
export interface BundlePlace {
  /** As a source and as `verbose_capture` is told. */
  readonly file?: string;
  readonly url?: string;
  put(bundle: Buffer): void;
  close(): Promise<void>;
}

export const filePlace = async (folder: CaptureFolder): Promise<BundlePlace> => ({
  file: join(folder.path, "bundle"),
  put: folder.put,
  close: async () => {},
});

/** How a server serves: pushed over a stream, and to whoever asks. */
export interface Serving {
  answer(response: ServerResponse, bundle: Buffer): void;
  push(stream: ServerResponse, bundle: Buffer): void;
}

export const HONEST: Serving = {
  answer: (response, bundle) => void response.end(bundle),
  push: (stream, bundle) => void stream.write(`event: bundle\ndata: ${bundle.toString("base64")}\n\n`),
};

/** Serves what is genuine in a way that may not count. */
export const SERVINGS: readonly (readonly [name: string, serving: Serving])[] = [
  [
    "compressed",
    {
      answer: (response, bundle) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(bundle)),
      push: (stream, bundle) =>
        void stream.write(`event: bundle\ndata: ${gzipSync(bundle).toString("base64")}\n\n`),
    },
  ],
  [
    "with the status of a failure",
    {
      answer: (response, bundle) => void response.writeHead(500).end(bundle),
      push: (stream) => void stream.destroy(),
    },
  ],
  [
    "with the status of a redirect",
    {
      answer: (response, bundle) => void response.writeHead(302, { location: "/v1/elsewhere" }).end(bundle),
      push: (stream) => void stream.destroy(),
    },
  ],
  [
    "in an event of another name",
    {
      answer: (response) => void response.writeHead(304).end(),
      push: (stream, bundle) =>
        void stream.write(
          `data: ${bundle.toString("base64")}\n\nevent: bundles\ndata: ${bundle.toString("base64")}\n\n`,
        ),
    },
  ],
  [
    "in an event that never ends",
    {
      answer: (response) => void response.writeHead(304).end(),
      push: (stream, bundle) => void stream.write(`event: bundle\ndata: ${bundle.toString("base64")}\n`),
    },
  ],
  [
    "in hexadecimal digits",
    {
      answer: (response) => void response.writeHead(304).end(),
      push: (stream, bundle) => void stream.write(`event: bundle\ndata: ${bundle.toString("hex")}\n\n`),
    },
  ],
];

export interface ServedPlace extends BundlePlace {
  /** Serves all that follows otherwise. */
  serve(serving: Serving): void;
}

export async function servedPlace(): Promise<ServedPlace> {
  let bundle = Buffer.alloc(0);
  let serving = HONEST;
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url !== `/v1/bundles/${AUDIENCE.service}/${AUDIENCE.environment}`) {
      response.end(bundle); // whoever follows a redirect gets what it wants
    } else if (request.headers.accept !== "text/event-stream") {
      serving.answer(response, bundle);
    } else {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(":\n\n");
      streams.add(response);
      response.on("close", () => streams.delete(response));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(next) {
      serving = next;
    },
    put(next) {
      bundle = next as Buffer<ArrayBuffer>;
      for (const stream of streams) serving.push(stream, next);
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
