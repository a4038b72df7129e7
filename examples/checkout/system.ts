/** The whole example: a server of grants, the gateway, and three services behind it, each a process of its own. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { runProgram } from "scrim";
import { freePort, listening, Processes, type Running } from "./processes.ts";

const here = (name: string) => join(import.meta.dirname, name);
export const SCRIM = here("node_modules/scrim/src/main.ts");
export const ENVIRONMENT = "production";
/** All that is given a key: what makes records with an SDK, and the gateway. Shipping has none, and needs none. */
const ENROLLED = ["checkout", "payment", "gateway"] as const;

/** Runs `scrim` with these arguments, and answers what it said. */
export type Scrim = (...args: string[]) => Promise<string>;

export interface Service {
  readonly url: string;
  readonly program: Running;
}

export interface System {
  readonly scrim: Scrim;
  /** Sends an order to the checkout; answers its status. */
  order(order: object, headers?: Readonly<Record<string, string>>): Promise<number>;
  /** What has left the gateway: a line each record. */
  left(): readonly string[];
  /** What the services wrote to their own output. */
  printed(): string;
  /** Whether python3 is there for the third service. */
  readonly hasShipping: boolean;
  stop(): Promise<void>;
}

export async function startSystem(): Promise<System> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-checkout-"));
  const processes = new Processes(folder);
  const stop = async () => {
    await processes.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const scrim = scrimIn(folder);
    await enrol(scrim, folder, ENROLLED);
    const { url: grants } = await startGrants(processes);
    const { gateway, otlp } = await startGateway(processes, folder, grants);
    const hasShipping = spawnSync("python3", ["--version"]).status === 0;
    const shipping = hasShipping ? [await startShipping(processes, otlp)] : [];
    // Payment is behind the checkout, so it believes the tokens it gets.
    const payment = await startService(processes, "payment", {
      grants,
      otlp,
      env: { SCRIM_GRANTS_TRUST_INCOMING: "true" },
    });
    const checkout = await startService(processes, "checkout", {
      grants,
      otlp,
      env: {
        SCRIM_GRANTS_DESTINATIONS: "127.0.0.1",
        PAYMENT_URL: payment.url,
        SHIPPING_URL: shipping[0]?.url ?? "http://shipping.invalid",
      },
    });
    const services = [...shipping, payment, checkout];
    return {
      scrim,
      async order(order, headers = {}) {
        const body = JSON.stringify(order);
        const { status } = await fetch(`${checkout.url}/pay`, { method: "POST", headers, body });
        return status;
      },
      left: () => gateway.stdout().split("\n").slice(0, -1),
      printed: () => services.map(({ program }) => program.stdout() + program.stderr()).join(""),
      hasShipping,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The command line on the store of a folder; in this process, which is quicker. */
export function scrimIn(folder: string): Scrim {
  const store = ["--store", join(folder, "scrim-grants.json")];
  return async (...args) => {
    const all = args[1] === "keygen" ? args : [...args, ...store];
    const { code, said } = await runScrim(all);
    if (code !== 0) throw new Error(said);
    return said;
  };
}

/** Runs one command line in this process, with what it reads; all that it says, and its exit code. */
export async function runScrim(
  args: readonly string[],
  input = "",
): Promise<{ readonly code: number; readonly said: string; readonly stdout: string }> {
  const said = { stdout: "", all: "" };
  const writer = (isStdout: boolean) =>
    new Writable({
      write(part, _, done) {
        said.all += part;
        if (isStdout) said.stdout += part;
        done();
      },
    });
  const stdin = Readable.from(input === "" ? [] : [Buffer.from(input)]);
  const code = await runProgram(args, { stdin, stdout: writer(true), stderr: writer(false) });
  return { code, said: said.all.trimEnd(), stdout: said.stdout.trimEnd() };
}

/** Makes the keys of the signer and of each service, which is enrolled. */
export async function enrol(scrim: Scrim, folder: string, services: readonly string[]): Promise<void> {
  const file = (name: string) => join(folder, name);
  await scrim("grant", "keygen", "signing", "--out", file("signing"));
  for (const service of services) {
    await scrim("grant", "keygen", "service", "--out", file(service));
    const key = file(`${service}.pub`);
    await scrim("grant", "enrol", "--service", service, "--environment", ENVIRONMENT, "--key", key);
  }
}

/** Starts the server of grants: on a free port, unless one is given. */
export async function startGrants(processes: Processes, port = 0): Promise<Service> {
  const args = ["grant", "serve", "--key", "signing.key", "--listen", `127.0.0.1:${port}`];
  const program = processes.start({ name: "scrim grant serve", command: [process.execPath, SCRIM, ...args] });
  const [, url] = await program.says(/on (http:\S+),[\s\S]*ready/);
  return { url: url!, program };
}

export async function startGateway(
  processes: Processes,
  folder: string,
  grants: string,
  file = "gateway.yaml",
) {
  copyFileSync(here(file), join(folder, file));
  const gateway = processes.start({
    name: "scrim gateway",
    command: [process.execPath, SCRIM, "gateway", "--config", file],
    env: { GATEWAY: "127.0.0.1:0", SCRIM_GRANTS_URL: grants },
  });
  const [, otlp] = await gateway.says(/listens on (http:\S+)[\s\S]*ready/);
  return { gateway, otlp: otlp! };
}

export async function startShipping(processes: Processes, otlp: string): Promise<Service> {
  const port = await freePort();
  const env = { PORT: String(port), OTEL_EXPORTER_OTLP_ENDPOINT: otlp };
  const program = processes.start({ name: "shipping", command: ["python3", here("shipping.py")], env });
  await listening(port, program);
  return { url: `http://127.0.0.1:${port}`, program };
}

export interface ServiceOptions {
  /** URL of the server of grants. */
  readonly grants: string;
  /** URL that telemetry goes to. */
  readonly otlp: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a service with an SDK. All that it is told of grants and telemetry stands here. */
export async function startService(
  processes: Processes,
  name: "checkout" | "payment",
  { grants, otlp, env }: ServiceOptions,
): Promise<Service> {
  const port = await freePort();
  const program = processes.start({
    name,
    command: [process.execPath, "--import", import.meta.resolve("@scrim/otel/register"), here(`${name}.ts`)],
    env: {
      PORT: String(port),
      OTEL_SERVICE_NAME: name,
      OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${ENVIRONMENT}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
      OTEL_METRICS_EXPORTER: "none",
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http,undici,pino,winston",
      OTEL_BLRP_SCHEDULE_DELAY: "200",
      OTEL_BSP_SCHEDULE_DELAY: "200",
      SCRIM_GRANTS_URL: grants,
      SCRIM_GRANTS_TRUSTED: "signing.pub",
      SCRIM_GRANTS_KEY: `${name}.key`,
      ...env,
    },
  });
  await listening(port, program);
  return { url: `http://127.0.0.1:${port}`, program };
}
