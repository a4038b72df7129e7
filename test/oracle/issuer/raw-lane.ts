import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { issuedRecord } from "../records/issued-record.ts";
import { logsRequest, profilesRequest } from "../records/requests.ts";
import { countingSent } from "./count-sent.ts";
import type { IssuedRequest, Journal, RequestOutcome } from "./journal.ts";
import type { LaneContext, RawLane } from "./lane.ts";

/** How one request is put on the wire. */
interface Manner {
  readonly encoding: "identity" | "gzip" | "zstd";
  readonly chunked: boolean;
  /** Goes away when half of it is sent. */
  readonly gives_up: boolean;
  /** The same bytes once more, as clients do that had no answer. */
  readonly tries: number;
}

/** What it issues: profiles are what no exporter of the SDK has. */
const RAW = {
  logs: { request: logsRequest, path: "/v1/logs" },
  profiles: { request: profilesRequest, path: "/v1development/profiles" },
} as const satisfies Readonly<Record<RawLane["signal"], object>>;

/** Sends requests in ways that no exporter of an SDK does. */
export async function runRawLane(lane: RawLane, context: LaneContext): Promise<void> {
  const { journal, random, stop, ports } = context;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!stop.aborted) {
    const records = Array.from({ length: random.int(1, lane.records_per_request) }, () =>
      issuedRecord(journal.nextNumber(), lane.padding),
    );
    const bytes = RAW[lane.signal].request(lane.name, records);
    const issued = journal.begin(
      lane.name,
      lane.signal,
      records.map(({ number }) => number),
      bytes,
    );
    const manner: Manner = {
      encoding: random.pick(["identity", "gzip", "zstd"] as const),
      chunked: random.chance(0.3),
      gives_up: random.chance(0.05),
      tries: random.int(1, 3),
    };
    let outcome: RequestOutcome = "unanswered";
    for (let tried = 0; tried < manner.tries && outcome !== "acknowledged"; tried++) {
      if (tried > 0) await sleep(random.int(20, 200));
      const answer = await countingSent(issued, () => post(lane, ports.http, agent, bytes, manner));
      outcome = worse(outcome, answer);
    }
    journal.end(issued, outcome);
    const pause = random.int(0, 2 * lane.pace_ms * records.length);
    await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
  }
  agent.destroy();
}

const PLAINLY: Manner = { encoding: "identity", chunked: false, gives_up: false, tries: 1 };

/** Sends one record in the plainest way, and waits as long as any client would. */
export async function sendOne(lane: string, port: number, journal: Journal): Promise<IssuedRequest> {
  const record = issuedRecord(journal.nextNumber());
  const bytes = logsRequest(lane, [record]);
  const issued = journal.begin(lane, "logs", [record.number], bytes);
  const agent = new Agent();
  const patient = { timeout_ms: 10_000, signal: "logs" } as const;
  journal.end(issued, await countingSent(issued, () => post(patient, port, agent, bytes, PLAINLY)));
  agent.destroy();
  return issued;
}

/** Once acknowledged is acknowledged; a refusal after no answer doesn't say that nobody has it. */
function worse(before: RequestOutcome, now: RequestOutcome): RequestOutcome {
  if (now === "acknowledged") return now;
  return before === "refused" || now === "refused" ? now : "unanswered";
}

function post(
  lane: Pick<RawLane, "timeout_ms" | "signal">,
  port: number,
  agent: Agent,
  bytes: Buffer,
  manner: Manner,
): Promise<RequestOutcome> {
  const body = compress(manner.encoding, bytes);
  return new Promise((resolve) => {
    const request = httpRequest({
      agent,
      port,
      host: "127.0.0.1",
      method: "POST",
      path: RAW[lane.signal].path,
      headers: {
        "content-type": "application/x-protobuf",
        ...(manner.encoding !== "identity" && { "content-encoding": manner.encoding }),
        ...(manner.chunked ? {} : { "content-length": body.length }),
      },
    });
    const timer = setTimeout(() => request.destroy(new Error("no answer in time")), lane.timeout_ms);
    const end = (outcome: RequestOutcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    let isAnswered = false;
    const giveUp = () => {
      if (!isAnswered) end("unanswered");
    };
    request.on("error", giveUp);
    request.on("close", giveUp);
    request.on("response", (response) => {
      isAnswered = true;
      void judge(response).then(end);
    });
    if (!manner.gives_up) {
      request.end(body);
      return;
    }
    request.write(body.subarray(0, body.length >> 1));
    setTimeout(() => request.destroy(), 5);
  });
}

/** The status counts, whatever happens to the rest of the answer: so it does for the SDK's exporters. */
async function judge(response: IncomingMessage): Promise<RequestOutcome> {
  const isSuccess = response.statusCode === 200;
  try {
    for await (const _ of response);
  } catch {
    return isSuccess ? "acknowledged" : "unanswered";
  }
  return isSuccess ? "acknowledged" : "refused";
}

function compress(encoding: Manner["encoding"], bytes: Buffer): Buffer {
  if (encoding === "identity") return bytes;
  return encoding === "gzip" ? gzipSync(bytes) : zstdCompressSync(bytes);
}
