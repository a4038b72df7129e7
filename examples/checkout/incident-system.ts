/** The system of the incident: the control plane, the reveal service, the gateway, and services behind it, each a process of its own. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Processes, type Running } from "./processes.ts";
import { ENVIRONMENT, runScrim, SCRIM, startGateway, startService, startShipping } from "./system.ts";

/** Who is there: jane asks, ben approves. */
export type Person = "jane" | "ben";

export interface IncidentSystem {
  readonly folder: string;
  /** Runs `scrim` as somebody; what it says, on both streams. */
  as(person: Person, ...args: string[]): Promise<string>;
  /** The lines, with what somebody may have opened. */
  reveal(person: Person, lines: string): Promise<{ readonly lines: string; readonly said: string }>;
  order(order: object): Promise<number>;
  /** What has left the gateway: a line each record. */
  left(): readonly string[];
  stop(): Promise<void>;
}

/** @param postgresUrl of a database, in place of the store in a file */
export async function startIncidentSystem(postgresUrl?: string): Promise<IncidentSystem> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-incident-"));
  const processes = new Processes(folder);
  const stop = async () => {
    await processes.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await start(folder, processes, postgresUrl)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  processes: Processes,
  postgresUrl: string | undefined,
): Promise<Omit<IncidentSystem, "stop">> {
  const file = (name: string) => join(folder, name);
  await makeControlPlane(file);
  if (postgresUrl !== undefined) useDatabase(file, postgresUrl);
  const access = await serve(processes, "scrim access serve", [
    "access",
    "serve",
    "--config",
    "access/access.yaml",
  ]);
  const caller = (person: Person) => ["--url", access.url, "--token-file", file(`access/${person}.token`)];
  const as = async (person: Person, ...args: string[]) => {
    const { code, said } = await runScrim([...args, ...caller(person)]);
    if (code !== 0) throw new Error(said);
    return said;
  };
  for (const service of ["checkout", "payment", "gateway"]) {
    await succeed(["grant", "keygen", "service", "--out", file(service)]);
    const names = ["--service", service, "--environment", ENVIRONMENT];
    await as("ben", "access", "enrol", ...names, "--public-key", file(`${service}.pub`));
  }
  const reveal = await startReveal(processes, file, access.url);
  copyFileSync(join(import.meta.dirname, "policy.yaml"), file("policy.yaml"));
  const { gateway, otlp } = await startGateway(processes, folder, access.url, "incident-gateway.yaml");
  const checkout = await startServices(processes, access.url, otlp);
  return {
    folder,
    as,
    async reveal(person, lines) {
      const token = file(`access/${person}.token`);
      const { said, stdout } = await runScrim(["reveal", "--url", reveal.url, "--token-file", token], lines);
      return { lines: stdout, said };
    },
    async order(order) {
      const { status } = await fetch(`${checkout}/pay`, { method: "POST", body: JSON.stringify(order) });
      return status;
    },
    left: () => gateway.stdout().split("\n").slice(0, -1),
  };
}

/** What `scrim access init` and `scrim reveal keygen` make for a newcomer. */
async function makeControlPlane(file: (name: string) => string): Promise<void> {
  const people = ["jane:engineer", "ben:approver,reveal_approver,admin"].flatMap((person) => [
    "--person",
    person,
  ]);
  const services = [
    ...["checkout", "payment", "gateway"].map((name) => `${name}@${ENVIRONMENT}`),
    "scrim-reveal@reveal",
  ];
  const workloads = services.flatMap((service) => ["--workload", service]);
  await succeed(["access", "init", file("access"), ...people, ...workloads, "--listen", "127.0.0.1:0"]);
  await succeed(["reveal", "keygen", "--out", file("reveal")]);
  await succeed(["audit", "keygen", "log", "--name", "shop.example/reveals", "--out", file("reveal-audit")]);
}

function useDatabase(file: (name: string) => string, url: string): void {
  writeFileSync(file("access/database.url"), url, { mode: 0o600 });
  const config = readFileSync(file("access/access.yaml"), "utf8");
  const changed = config.replace(/^store: .*$/m, "store: { postgres_url_file: database.url }");
  if (changed === config) throw new Error("access.yaml has no store");
  writeFileSync(file("access/access.yaml"), changed, { mode: 0o600 });
}

/** Under a user of its own, it would have copies of what it reads of the control plane. */
async function startReveal(processes: Processes, file: (name: string) => string, access: string) {
  const secrets = readFileSync(file("access/access.secrets"), "utf8");
  writeFileSync(file("pseudonyms.secret"), `${/^pseudonyms .*$/m.exec(secrets)?.[0]}\n`, { mode: 0o600 });
  const config = {
    listen: "127.0.0.1:0",
    key_files: ["reveal.key"],
    grants: {
      url: access,
      token_file: "access/scrim-reveal-reveal.token",
      trusted_files: ["access/signing.pub"],
    },
    audit: { key_file: "reveal-audit.key", pseudonyms_file: "pseudonyms.secret", create: true },
    directory_file: "access/directory.yaml",
    authentication: { token_file: "access/tokens" },
  };
  writeFileSync(file("reveal.yaml"), JSON.stringify(config));
  return await serve(processes, "scrim reveal serve", ["reveal", "serve", "--config", "reveal.yaml"]);
}

async function serve(
  processes: Processes,
  name: string,
  args: readonly string[],
): Promise<{ readonly url: string; readonly program: Running }> {
  const program = processes.start({ name, command: [process.execPath, SCRIM, ...args] });
  const [, url] = await program.says(/(http:\/\/[\d.]+:\d+)[\s\S]*ready/);
  return { url: url!, program };
}

async function startServices(processes: Processes, grants: string, otlp: string): Promise<string> {
  const hasShipping = spawnSync("python3", ["--version"]).status === 0;
  const shipping = hasShipping ? (await startShipping(processes, otlp)).url : "http://shipping.invalid";
  const told = (service: string) => ({
    SCRIM_GRANTS_TOKEN_FILE: `access/${service}-${ENVIRONMENT}.token`,
    SCRIM_GRANTS_TRUSTED: "access/signing.pub",
    SCRIM_POLICY_FILE: "policy.yaml",
  });
  const payment = await startService(processes, "payment", {
    grants,
    otlp,
    env: { ...told("payment"), SCRIM_GRANTS_TRUST_INCOMING: "true" },
  });
  const checkout = await startService(processes, "checkout", {
    grants,
    otlp,
    env: {
      ...told("checkout"),
      SCRIM_GRANTS_DESTINATIONS: "127.0.0.1",
      PAYMENT_URL: payment.url,
      SHIPPING_URL: shipping,
    },
  });
  return checkout.url;
}

async function succeed(args: readonly string[]): Promise<void> {
  const { code, said } = await runScrim(args);
  if (code !== 0) throw new Error(said);
}
