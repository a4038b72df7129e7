import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeRequest, type JsonObject, protoToJson } from "@scrim/wire";
import { startSink } from "../../packages/gateway/testing/sink.ts";
import { startTestGateway } from "../../packages/gateway/testing/test-gateway.ts";
import { AUDIENCE, type Enrolment } from "./enrolment.ts";

const INFO = 9;

/** What of an item left the gateway. */
interface Arrived {
  readonly severityNumber?: number;
  readonly name?: string;
  readonly attributes?: readonly { readonly key: string; readonly value?: JsonObject }[];
}

/** A gateway with `verbose_capture`, whose destination keeps what it gets. Of spans it samples none by itself. */
export interface CapturingGateway {
  readonly warnings: readonly string[];
  /** Sends a request; rejects unless it is accepted. */
  send(signal: "logs" | "traces", tree: JsonObject, encoding?: "protobuf" | "json"): Promise<void>;
  /** Sends a body as it is; resolves with the status. */
  post(path: string, body: Uint8Array, type: string): Promise<number>;
  /** Records that left, below INFO. */
  verbose(): readonly Arrived[];
  /** Records that left, from INFO on. */
  others(): readonly Arrived[];
  spans(): readonly Arrived[];
  close(): Promise<void>;
}

export interface CaptureFolder {
  readonly path: string;
  /** Replaces the bundle in the file. */
  put(bundle: Buffer): void;
  remove(): void;
}

/** A folder with the keys of a gateway. */
export function makeFolder({ signing, service }: Enrolment): CaptureFolder {
  const path = mkdtempSync(join(tmpdir(), "scrim-abuse-"));
  const write = (name: string, content: string | Buffer) =>
    writeFileSync(join(path, name), content, { mode: 0o600 });
  write("signer.pub", signing.publicKey);
  write("service.key", service.privateKey);
  return {
    path,
    put(bundle) {
      write("next", bundle);
      renameSync(join(path, "next"), join(path, "bundle"));
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

export async function startCapturing(folder: CaptureFolder, capture: object): Promise<CapturingGateway> {
  const sink = await startSink();
  const gateway = await startTestGateway({
    baseDir: folder.path,
    processors: {
      verbose_capture: { audience: AUDIENCE, trusted: ["signer.pub"], key: ["service.key"], ...capture },
      probabilistic_sampler: { sampling_percentage: 0 },
      policy: {},
    },
    exporters: { otlphttp: { endpoint: sink.url, compression: "none" } },
    service: {
      pipelines: {
        logs: {
          receivers: ["otlp"],
          processors: ["verbose_capture", "policy"],
          exporters: ["otlphttp"],
          ack: "delivered",
        },
        traces: {
          receivers: ["otlp"],
          processors: ["verbose_capture", "probabilistic_sampler", "policy"],
          exporters: ["otlphttp"],
          ack: "delivered",
        },
      },
    },
  });
  const post = async (path: string, body: Uint8Array, type: string) => {
    const headers = { "content-type": type };
    const response = await fetch(`${gateway.url}${path}`, {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    await response.body?.cancel();
    return response.status;
  };
  const arrived = (signal: "logs" | "traces") =>
    sink.requests
      .filter(({ path }) => path === `/v1/${signal}`)
      .flatMap(({ body }) => itemsOf(JSON.parse(protoToJson(signal, body).toString())));
  return {
    warnings: gateway.warnings,
    post,
    async send(signal, tree, encoding = "protobuf") {
      const body = encoding === "json" ? Buffer.from(JSON.stringify(tree)) : encodeRequest(signal, tree);
      const type = encoding === "json" ? "application/json" : "application/x-protobuf";
      const status = await post(`/v1/${signal}`, body, type);
      if (status !== 200) throw new Error(`status ${status}`);
    },
    verbose: () => arrived("logs").filter((record) => severityOf(record) < INFO),
    others: () => arrived("logs").filter((record) => severityOf(record) >= INFO),
    spans: () => arrived("traces"),
    async close() {
      await gateway.shutdown();
      await sink.close();
    },
  };
}

/** A record without a severity counts as INFO, as at the gateway's floor. */
const severityOf = ({ severityNumber }: Arrived): number => severityNumber ?? INFO;

interface Request {
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly Arrived[] }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Arrived[] }[];
  }[];
}

function itemsOf({ resourceLogs = [], resourceSpans = [] }: Request): Arrived[] {
  const records = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return [...records, ...spans];
}
