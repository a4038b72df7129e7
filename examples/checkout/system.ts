/** The whole example: a server of grants, the gateway, and three services behind it, each a process of its own. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, listening, Processes, type Running } from "./processes.ts";

const here = (name: string) => join(import.meta.dirname, name);
const SCRIM = here("node_modules/scrim/src/main.ts");
const ENVIRONMENT = "production";
/** Everything that is given a key: those that make records, and the gateway. Shipping has no SDK, and needs none. */
const ENROLLED = ["checkout", "payment", "gateway"] as const;

export interface System {
  /** Runs `scrim` with these arguments, and answers what it said. */
  scrim(...args: string[]): Promise<string>;
  /** Sends an order to the checkout; answers its status. */
  order(order: object): Promise<number>;
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
  const scrim = (...args: string[]) =>
    processes.run({
      name: `scrim ${args.slice(0, 2).join(" ")}`,
      command: [process.execPath, SCRIM, ...args],
    });
  const stop = async () => {
    await processes.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    await enrolAll(scrim);
    const grantsUrl = await startGrants(processes);
    const { gateway, otlp } = await startGateway(processes, folder, grantsUrl);
    const { url, services, hasShipping } = await startServices(processes, grantsUrl, otlp);
    return {
      scrim,
      async order(order) {
        const { status } = await fetch(url, { method: "POST", body: JSON.stringify(order) });
        return status;
      },
      left: () => gateway.stdout().split("\n").slice(0, -1),
      printed: () => services.map((service) => service.stdout() + service.stderr()).join(""),
      hasShipping,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function enrolAll(scrim: System["scrim"]): Promise<void> {
  await scrim("grant", "keygen", "signing");
  for (const service of ENROLLED) {
    await scrim("grant", "keygen", "service", "--out", service);
    const key = `${service}.pub`;
    await scrim("grant", "enrol", "--service", service, "--environment", ENVIRONMENT, "--key", key);
  }
}

async function startGrants(processes: Processes): Promise<string> {
  const args = ["grant", "serve", "--key", "signing.key", "--listen", "127.0.0.1:0"];
  const server = processes.start({ name: "scrim grant serve", command: [process.execPath, SCRIM, ...args] });
  const [, url] = await server.says(/on (http:\S+),[\s\S]*ready/);
  return url!;
}

async function startGateway(processes: Processes, folder: string, grantsUrl: string) {
  copyFileSync(here("gateway.yaml"), join(folder, "gateway.yaml"));
  const gateway = processes.start({
    name: "scrim gateway",
    command: [process.execPath, SCRIM, "gateway", "--config", "gateway.yaml"],
    env: { GATEWAY: "127.0.0.1:0", SCRIM_GRANTS_URL: grantsUrl },
  });
  const [, otlp] = await gateway.says(/listens on (http:\S+)[\s\S]*ready/);
  return { gateway, otlp: otlp! };
}

async function startServices(processes: Processes, grantsUrl: string, otlp: string) {
  const hasShipping = spawnSync("python3", ["--version"]).status === 0;
  const services: Running[] = [];
  const start = async (name: string, command: [string, ...string[]], env: Record<string, string>) => {
    const port = await freePort();
    const program = processes.start({
      name,
      command,
      env: { PORT: String(port), OTEL_EXPORTER_OTLP_ENDPOINT: otlp, ...env },
    });
    services.push(program);
    await listening(port, program);
    return `http://127.0.0.1:${port}`;
  };
  const shipping = hasShipping ? await start("shipping", ["python3", here("shipping.py")], {}) : "";
  // Payment is behind the checkout, so it believes the tokens it gets.
  const payment = await start("payment", nodeCommand("payment.ts"), {
    ...telemetryOf("payment", grantsUrl),
    SCRIM_GRANTS_TRUST_INCOMING: "true",
  });
  const url = await start("checkout", nodeCommand("checkout.ts"), {
    ...telemetryOf("checkout", grantsUrl),
    SCRIM_GRANTS_DESTINATIONS: "127.0.0.1",
    PAYMENT_URL: payment,
    SHIPPING_URL: shipping,
  });
  return { url: `${url}/pay`, services, hasShipping };
}

function nodeCommand(file: string): [string, ...string[]] {
  return [process.execPath, "--import", import.meta.resolve("@scrim/otel/register"), here(file)];
}

/** All that a service with an SDK is told. */
function telemetryOf(service: string, grantsUrl: string): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${ENVIRONMENT}`,
    OTEL_METRICS_EXPORTER: "none",
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: "http,undici,pino,winston",
    OTEL_BLRP_SCHEDULE_DELAY: "200",
    OTEL_BSP_SCHEDULE_DELAY: "200",
    SCRIM_GRANTS_URL: grantsUrl,
    SCRIM_GRANTS_TRUSTED: "signing.pub",
    SCRIM_GRANTS_KEY: `${service}.key`,
  };
}
