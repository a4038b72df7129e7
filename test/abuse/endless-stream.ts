/**
 * Listens for bundles to a server that sends a gigabyte, in a process of its own that runs with `--expose-gc`. Prints what that took of its
 * memory at most, the server's included, as JSON.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BundleIntake, GrantSet, HttpSource, readPrivateKey, readPublicKey } from "@scrim/grants";
import { AUDIENCE, enrol } from "./enrolment.ts";

export interface StreamResult {
  /** Bytes that the server got rid of before the other side hung up, or it had no more. */
  readonly sentBytes: number;
  /** The most that the process took, more than before. */
  readonly peakBytes: number;
  readonly problems: readonly string[];
}

const SENT_BYTES_MAX = 1e9;
const PIECE_BYTES = 60_000;

const fill = (line: string): string => line.repeat(Math.ceil(PIECE_BYTES / line.length));

/** What it sends first, and then again and again. */
const STREAMS: Readonly<Record<string, readonly [first: string, again: string]>> = {
  line: ["event: bundle\ndata: ", fill("A")],
  lines: ["event: bundle\n", fill("data\n")],
  comments: ["", fill(`:${"c".repeat(1_000)}\n\n`)],
  "parts of comments": ["event: bundle\n", `data: ${"A".repeat(20)}\n:${fill("c")}\n`],
  names: ["data: A\n", `event: ${fill("A")}\n`],
  bundles: ["", `event: bundle\ndata: ${fill("A")}\n\n`],
};

const [first, again] = STREAMS[process.argv[2]!]!;
let sentBytes = 0;
const server = createServer(async (request, response) => {
  if (request.headers.accept !== "text/event-stream") return void response.writeHead(304).end();
  response.writeHead(200, { "content-type": "text/event-stream" }).write(first);
  const piece = Buffer.from(again);
  const ended = once(response, "close");
  while (sentBytes < SENT_BYTES_MAX && !response.closed) {
    sentBytes += piece.length;
    if (!response.write(piece)) await Promise.race([once(response, "drain"), ended]);
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
  console.log(JSON.stringify({ sentBytes, peakBytes, problems } satisfies StreamResult));
  process.exit();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");

const { signing, service } = enrol();
const intake = new BundleIntake(new GrantSet(), {
  audience: AUDIENCE,
  trusted: [readPublicKey("signing", signing.publicKey, "signing.pub")],
  own: [readPrivateKey("service", service.privateKey, "service.key")],
});
const problems: string[] = [];
globalThis.gc!();
const before = process.memoryUsage().rss;
const source = new HttpSource({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  waitMinMs: 600_000,
});
source.start(intake, (problem) => problems.push(String(problem)));
