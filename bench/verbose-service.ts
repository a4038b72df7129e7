import assert from "node:assert";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { join } from "node:path";
import { table } from "./measure.ts";
import { APPROVED_TRACES, approvedTraceId, otherTraceId } from "./verbose-traces.ts";

/** Servers are started anew so often: two processes of one program differ by a percent or two. */
const STARTS = 4;
const ROUNDS = 8;
const WARM_UP_ROUNDS = 3;
const REQUESTS = 2_000;
const CONNECTIONS = 8;

interface Variant {
  readonly name: string;
  readonly captures: boolean;
  /** Of requests, whose traces are approved. */
  readonly share: number;
}

const BASE: Variant = { name: "without capture", captures: false, share: 0 };
const VARIANTS: readonly Variant[] = [
  { name: "the same once more", captures: false, share: 0 },
  { name: "capture, 0 % of traces approved", captures: true, share: 0 },
  { name: "capture, 0.1 % approved", captures: true, share: 0.001 },
  { name: "capture, 10 % approved", captures: true, share: 0.1 },
];

/** What a round took of one variant: in the server, and on the clock. */
interface Round {
  readonly cpuUs: number;
  readonly elapsedMs: number;
}

class Service {
  readonly #child: ChildProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #approvedEvery: number;
  #port = 0;
  #requests = 0;

  constructor({ captures, share }: Variant) {
    this.#child = fork(join(import.meta.dirname, "verbose-server.ts"), [captures ? "capture" : "plain"]);
    this.#child.on("exit", (code) => assert.equal(code, 0, "the server failed"));
    this.#approvedEvery = share === 0 ? Number.POSITIVE_INFINITY : 1 / share;
  }

  async start(): Promise<void> {
    [this.#port] = (await once(this.#child, "message")) as [number];
  }

  async round(): Promise<Round> {
    const cpuBefore = await this.#cpuUs();
    const start = performance.now();
    const end = this.#requests + REQUESTS;
    const work = async () => {
      while (this.#requests < end) await this.#request(this.#requests++);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    const elapsedMs = performance.now() - start;
    return { cpuUs: (await this.#cpuUs()) - cpuBefore, elapsedMs };
  }

  async #request(n: number): Promise<void> {
    const isApproved = (n + 1) % this.#approvedEvery === 0;
    const traceId = isApproved ? approvedTraceId(n % APPROVED_TRACES) : otherTraceId(n);
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-00` };
    const request = httpRequest({
      host: "127.0.0.1",
      port: this.#port,
      path: "/pay",
      agent: this.#agent,
      headers,
    });
    const [response] = await once(request.end(), "response");
    assert.equal(response.statusCode, 200);
    await once(response.resume(), "end");
  }

  async #cpuUs(): Promise<number> {
    this.#child.send("cpu");
    const [cpuUs] = (await once(this.#child, "message")) as [number];
    return cpuUs;
  }

  stop(): void {
    this.#agent.destroy();
    this.#child.disconnect();
  }
}

/** By variant, the base first. */
async function measure(): Promise<Round[][]> {
  const variants = [BASE, ...VARIANTS];
  const rounds: Round[][] = variants.map(() => []);
  for (let start = 0; start < STARTS; start++) {
    const services = variants.map((variant) => new Service(variant));
    for (const service of services) await service.start();
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      for (const [at, service] of services.entries()) {
        const result = await service.round();
        if (round >= WARM_UP_ROUNDS) rounds[at]!.push(result);
      }
    }
    for (const service of services) service.stop();
  }
  return rounds;
}

/** The quantile of ratios of pairs that were measured one after the other. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)]!;
}

function spread(values: readonly number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(3));
  return `${middle} × (${low} to ${high})`;
}

/** What capture costs a service, by how many of its requests are approved. */
export async function verboseServiceSections(): Promise<string[]> {
  const [base, ...others] = (await measure()) as [Round[], ...Round[][]];
  const rows = VARIANTS.map(({ name }, at) => {
    const rounds = others[at]!;
    const ratios = (of: (round: Round) => number) => rounds.map((round, n) => of(round) / of(base[n]!));
    const cpuUs = quantile(
      rounds.map((round) => round.cpuUs / REQUESTS),
      0.5,
    );
    return [
      name,
      cpuUs.toFixed(1),
      spread(ratios((round) => round.cpuUs)),
      spread(ratios((round) => round.elapsedMs)),
    ];
  });
  const baseUs = quantile(
    base.map((round) => round.cpuUs / REQUESTS),
    0.5,
  ).toFixed(1);
  return [
    "### Verbose capture: a service over HTTP",
    `A server of node:http that extracts a context, begins a span and logs 20 debug records and two of INFO for each request, which are redacted, batched and serialized. Nothing else: what an application does makes shares smaller. Medians and quartiles of ${STARTS * ROUNDS} pairs of rounds of ${REQUESTS.toLocaleString("en")} requests, all variants in turn, servers started anew ${STARTS} times.`,
    table(
      ["", "µs of processor time a request", "against without capture", "time on the clock"],
      [[BASE.name, baseUs, "1 ×", "1 ×"], ...rows],
    ),
  ];
}
