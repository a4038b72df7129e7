import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { requestProto } from "../../packages/gateway/testing/otlp.ts";
import { type RawResponse, rawRequest, sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import { type GatewayProcess, startGatewayProcess } from "../cli/gateway-process.ts";
import { MARKER } from "../fuzz/parser.ts";

/** Memory and processor time of a process are read where Linux shows them. */
export const CAN_MEASURE = process.platform === "linux";

/** What one request may have, so that what takes more memory stands out. */
export const LIMIT_BYTES = 4 * 1024 * 1024;

/** Requests of one attack, all at once. */
const AT_ONCE = 4;

/** What a piece of work took of the gateway. */
export interface Cost {
  /** The most memory it had meanwhile. */
  readonly peakBytes: number;
  /** Time of the processor. */
  readonly cpuMs: number;
}

/** A gateway as users run it, in a process of its own, whose memory and time are measured from outside. */
export interface AttackedGateway {
  readonly process: GatewayProcess;
  readonly port: number;
  /** What ordinary requests of as many bytes take. */
  readonly ordinary: Cost;
  /** What a piece of work takes, which is told what it took so far. */
  measure(work: (soFar: () => Cost) => Promise<unknown>): Promise<Cost>;
  /** Sends the same request several times at once. */
  sendAll(request: Uint8Array): Promise<(number | undefined)[]>;
  metrics(): Promise<string>;
  /** That it is alive, and said nothing of what it was sent, nor of any error of its own. */
  expectUnharmed(): Promise<void>;
  stop(): Promise<void>;
}

export interface AttackedGatewayOptions {
  /** The URL of the destination; prints instead unless given. */
  readonly sink?: string;
  /** How much one request may have, and all of them together. */
  readonly requestSize?: string;
  readonly inFlightSize?: string;
  /** Further `limits` of the receiver: `max_key_size: 4MiB`. */
  readonly limits?: string;
  readonly exporter?: string;
}

function configOf(options: AttackedGatewayOptions): string {
  const {
    sink,
    requestSize = `${LIMIT_BYTES}B`,
    inFlightSize = "64MiB",
    limits = "",
    exporter = "",
  } = options;
  const name = sink === undefined ? "debug" : "otlphttp";
  const settings = sink === undefined ? "verbosity: basic" : `endpoint: "${sink}"${exporter}`;
  const pipeline = `{ receivers: [otlp], processors: [policy], exporters: [${name}], ack: delivered }`;
  return `receivers:
  otlp:
    protocols: { http: { endpoint: "127.0.0.1:0", max_request_body_size: ${requestSize} } }
    limits: { max_in_flight_size: ${inFlightSize}, ${limits} }
processors: { policy: {} }
exporters: { ${name}: { ${settings} } }
extensions: { health_check: { endpoint: "127.0.0.1:0" } }
service:
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines: { logs: ${pipeline}, traces: ${pipeline}, metrics: ${pipeline} }
`;
}

export async function startAttacked(options: AttackedGatewayOptions = {}): Promise<AttackedGateway> {
  const gateway = await startGatewayProcess(configOf(options));
  const pid = gateway.child.pid!;
  const port = portOf(gateway, "receivers.otlp");
  const sendAll = async (request: Uint8Array) => {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => sendRaw(port, [request])));
    return answers.map(([answer]) => answer?.status);
  };
  const metrics = async () => (await fetch(`http://${gateway.addresses.get("metrics")}/metrics`)).text();
  const measure: AttackedGateway["measure"] = async (work) => {
    const before = cpuMsOf(pid);
    forgetPeak(pid);
    const soFar = () => ({ peakBytes: peakBytesOf(pid), cpuMs: cpuMsOf(pid) - before });
    await work(soFar);
    return soFar();
  };
  const work = async () => {
    for (let round = 0; round < ORDINARY_ROUNDS; round++) await sendAll(ORDINARY);
  };
  await work(); // what is compiled and filled once is no part of it
  const ordinary = await measure(work);
  return {
    process: gateway,
    port,
    ordinary: { ...ordinary, cpuMs: ordinary.cpuMs / ORDINARY_ROUNDS },
    measure,
    sendAll,
    metrics,
    async expectUnharmed() {
      expect(await sendRaw(port, [post(requestProto("logs"))]).then(statusOf)).toBe(200);
      expect(gateway.child.exitCode).toBeNull();
      expect(gateway.said()).not.toMatch(new RegExp(`${MARKER}|internal|Error|    at `));
      expect(await metrics()).not.toContain(MARKER);
    },
    async stop() {
      gateway.child.kill("SIGTERM");
      await gateway.ended;
    },
  };
}

export function portOf(gateway: GatewayProcess, name: string): number {
  return Number(gateway.addresses.get(name)!.split(":").at(-1));
}

const ORDINARY_ROUNDS = 2;

/** A request of nearly the limit, as services send them. */
const ORDINARY = (() => {
  const texts = Array.from(
    { length: 12_000 },
    (_, n) => `GET /cart/${n} took ${n % 97} ms, ${"ordinary text ".repeat(20)}`,
  );
  const body = requestProto("logs", texts);
  expect(body.length).toBeGreaterThan(LIMIT_BYTES * 0.8);
  expect(body.length).toBeLessThan(LIMIT_BYTES);
  return post(body);
})();

/** How much more an attack may take than ordinary requests of as many bytes. */
const PEAK_FACTOR = 1.6;
const CPU_FACTOR = 12;

/** That an attack took no more than so many times what ordinary requests take. */
export function expectBounded(cost: Cost, { ordinary }: AttackedGateway, cpuFactor = CPU_FACTOR): void {
  expect(
    cost.peakBytes / ordinary.peakBytes,
    "memory, as a multiple of what ordinary requests take",
  ).toBeLessThan(PEAK_FACTOR);
  expect(cost.cpuMs / ordinary.cpuMs, "time, as a multiple of what ordinary requests take").toBeLessThan(
    cpuFactor,
  );
}

export function post(
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = { "content-type": "application/x-protobuf" },
  path = "/v1/logs",
): Buffer {
  return rawRequest(path, headers, body);
}

export function statusOf([response]: readonly RawResponse[]): number | undefined {
  return response?.status;
}

function statusLine(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)![1]) * 1024;
}

function peakBytesOf(pid: number): number {
  return statusLine(pid, "VmHWM");
}

/** https://docs.kernel.org/filesystems/proc.html: 5 resets the peak to what is resident now. */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Ticks are a hundredth of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}
