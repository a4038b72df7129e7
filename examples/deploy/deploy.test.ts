import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkGatewayConfig } from "@scrim/gateway";
import { encodeRequest } from "@scrim/wire";
import { expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
const read = (file: string) => readFileSync(join(HERE, file), "utf8");

const TOKEN = "a-token-of-a-client";
const HIDDEN_TOKEN = "canary-of-the-destination";

/** What an operator brings: configuration, policy, certificate and secrets, each in the folder that it is mounted in. */
function makeFolders() {
  const folder = mkdtempSync(join(tmpdir(), "scrim-deploy-"));
  const path = (name: string) => join(folder, name);
  for (const name of ["etc", "secrets", "tls", "state"]) mkdirSync(path(name), { mode: 0o700 });
  const secret = (name: string, text: string) => writeFileSync(path(name), text, { mode: 0o600 });
  secret("etc/gateway.yaml", read("gateway.yaml"));
  secret("etc/policy.yaml", read("policy.yaml"));
  secret("secrets/client-token", `${TOKEN}\n`);
  secret("secrets/destination-token", `${HIDDEN_TOKEN}\n`);
  const subject = ["-subj", "/CN=gateway", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", path("tls/tls.key"), "-out", path("tls/tls.crt")];
  const how = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
  ];
  execFileSync("openssl", [...how, ...subject, ...files], { stdio: "ignore" });
  return {
    path,
    secret,
    environment: (destination: string) => ({
      SCRIM_DESTINATION: destination,
      SCRIM_CONFIG_FILES: path("secrets"),
      SCRIM_TLS: path("tls"),
      SCRIM_GRPC_PORT: "0",
      SCRIM_HTTP_PORT: "0",
      SCRIM_HEALTH_PORT: "0",
      SCRIM_METRICS_PORT: "0",
    }),
  };
}

async function startSink() {
  const requests: { readonly authorization: string | undefined; readonly bytes: number }[] = [];
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray());
    requests.push({ authorization: incoming.headers.authorization, bytes: body.length });
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** The start script, as an operator runs it. */
function startScript(folders: ReturnType<typeof makeFolders>, environment: Readonly<Record<string, string>>) {
  const child = spawn(join(HERE, "start-gateway.sh"), [folders.path("etc/gateway.yaml")], {
    env: {
      PATH: process.env.PATH,
      SCRIM_HOME: ROOT,
      SCRIM_MAIN: join(ROOT, "packages/cli/src/main.ts"),
      STATE_DIRECTORY: folders.path("state"),
      ...environment,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const says = (text: string | RegExp) =>
    expect.poll(() => said, { timeout: 60_000, interval: 50 }).toMatch(text);
  return { child, ended, says, said: () => said };
}

/** The status of an answer; over TLS, with the certificate looked at. */
function send(address: string, ca: string, token: string): Promise<number> {
  const body = encodeRequest("logs", {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "all is well" } }] }] }],
  });
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/x-protobuf", authorization: `Bearer ${token}` };
    const sent = request(`https://${address}/v1/logs`, { method: "POST", ca, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

test("the start script runs a gateway that may do no more than it needs: it takes in, keeps, sends on, reloads and ends", async () => {
  const sink = await startSink();
  const folders = makeFolders();
  const gateway = startScript(folders, folders.environment(sink.url));
  await gateway.says("ready; Ctrl-C stops");
  const [, address] = /receivers\.otlp listens on http:\/\/([\d.:]+)/.exec(gateway.said())!;
  const ca = readFileSync(folders.path("tls/tls.crt"), "utf8");
  expect(await send(address!, ca, "another-token-of-nobody")).toBe(401);
  expect(await send(address!, ca, TOKEN)).toBe(200);
  await expect.poll(() => sink.requests.length, { timeout: 20_000 }).toBe(1);
  expect(sink.requests[0]?.authorization).toBe(`Bearer ${HIDDEN_TOKEN}`);

  // Beyond its folders there is nothing for it, whatever its configuration asks for.
  writeFileSync(join(folders.path("."), "policy-elsewhere.yaml"), "version: 1\n");
  const beyond = read("gateway.yaml").replace("file: policy.yaml", "file: ../policy-elsewhere.yaml");
  folders.secret("etc/gateway.yaml", beyond);
  gateway.child.kill("SIGHUP");
  await gateway.says(/policy-elsewhere\.yaml: can't read the policy: ERR_ACCESS_DENIED/);
  folders.secret("etc/gateway.yaml", read("gateway.yaml"));

  // A secret that changes is taken over by itself.
  folders.secret("secrets/new", "another-token-of-a-client");
  renameSync(folders.path("secrets/new"), folders.path("secrets/client-token"));
  await gateway.says("the new configuration is in force");
  expect(await send(address!, ca, "another-token-of-a-client")).toBe(200);
  expect(await send(address!, ca, TOKEN)).toBe(401);

  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
  expect(gateway.said()).not.toMatch(new RegExp(`${HIDDEN_TOKEN}|${TOKEN}`));
  for (const line of gateway
    .said()
    .trim()
    .split("\n")
    .filter((each) => each.startsWith("{")))
    expect(JSON.parse(line)).toHaveProperty("level");
}, 180_000);

test("the state may be a link, as systemd makes one with DynamicUser=, and so may where scrim is installed", async () => {
  const folders = makeFolders();
  symlinkSync(ROOT, folders.path("scrim"));
  mkdirSync(folders.path("private"), { mode: 0o700 });
  renameSync(folders.path("state"), folders.path("private/scrim"));
  symlinkSync("private/scrim", folders.path("state"));
  const gateway = startScript(folders, {
    ...folders.environment("http://127.0.0.1:9"),
    SCRIM_HOME: folders.path("scrim"),
    SCRIM_MAIN: folders.path("scrim/packages/cli/src/main.ts"),
  });
  await gateway.says("ready; Ctrl-C stops");
  expect(existsSync(folders.path("private/scrim/spool/worker-0/segments"))).toBe(true);
  gateway.child.kill("SIGTERM");
  expect(await gateway.ended).toBe(0);
}, 180_000);

test("the start script says what it misses", () => {
  const run = (args: readonly string[], env: Record<string, string>) =>
    spawnSync(join(HERE, "start-gateway.sh"), args, {
      env: { PATH: process.env.PATH, ...env },
      encoding: "utf8",
    });
  expect(run([], {}).stderr).toContain("usage: start-gateway.sh CONFIGURATION");
  expect(run(["x.yaml"], {}).stderr).toContain("where is scrim installed?");
  expect(run(["x.yaml"], { SCRIM_HOME: "/x" }).stderr).toContain("where may the spool lie?");
});

test("the configuration is one that a gateway starts with, and has nothing to warn about", async () => {
  const folders = makeFolders();
  const environment = folders.environment("https://otlp.example.com");
  const checked = await checkGatewayConfig({ configFile: folders.path("etc/gateway.yaml"), environment });
  expect(checked).toEqual({ problems: [], warnings: [] });
});

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd)("systemd takes the unit as it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-unit-"));
  const unit = join(folder, "scrim-gateway.service");
  writeFileSync(
    unit,
    read("scrim-gateway.service").replaceAll("/opt/scrim/start-gateway.sh", join(HERE, "start-gateway.sh")),
  );
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], {
    encoding: "utf8",
  });
  const complaints = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("scrim-gateway"));
  expect([complaints, status]).toEqual([[], 0]);
});

test("the unit gives the gateway time to drain, and nothing that it doesn't need", () => {
  const unit = read("scrim-gateway.service");
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(unit)?.[1];
  expect(Number.parseInt(value("TimeoutStopSec") ?? "0", 10)).toBeGreaterThan(25);
  expect(value("ExecReload")).toBe("/bin/kill -HUP $MAINPID");
  for (const [key, wanted] of Object.entries({
    StartLimitIntervalSec: "0",
    DynamicUser: "yes",
    ProtectSystem: "strict",
    NoNewPrivileges: "yes",
    CapabilityBoundingSet: "",
    LimitCORE: "0",
    StateDirectory: "scrim",
  }))
    expect([key, value(key)]).toEqual([key, wanted]);
});

interface Resource {
  readonly kind: string;
  // biome-ignore lint/suspicious/noExplicitAny: manifests are looked into key by key
  readonly spec: any;
}

test("the manifests probe what there is, drain in time, and run as nobody on a root that can't be written", () => {
  const resources = parseAllDocuments(read("kubernetes.yaml")).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Resource;
  });
  const of = (kind: string) => resources.find((one) => one.kind === kind)!.spec;
  const pod = of("StatefulSet").template.spec;
  const [container] = pod.containers;
  expect([container.startupProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual([
    "/readyz",
    "/readyz",
  ]);
  expect(container.livenessProbe.httpGet.path).toBe("/healthz");
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(25 + container.lifecycle.preStop.sleep.seconds);
  expect(pod.securityContext.runAsNonRoot).toBe(true);
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(container.resources.limits.memory).toBeDefined();
  const ports = new Map(
    container.ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
  );
  for (const { targetPort, port } of of("Service").ports) expect(ports.get(targetPort)).toBe(port);
  const exposed = read("Containerfile")
    .match(/^EXPOSE (.*)$/m)![1]!
    .split(" ")
    .map(Number);
  expect(exposed.sort()).toEqual([...(ports.values() as Iterable<number>)].sort());
  const mounts = container.volumeMounts.map(({ name }: { name: string }) => name);
  const volumes = [
    ...pod.volumes,
    ...of("StatefulSet").volumeClaimTemplates.map((one: { metadata: object }) => one.metadata),
  ];
  expect(volumes.map(({ name }) => name).sort()).toEqual(mounts.sort());
  expect(container.env.find(({ name }: { name: string }) => name === "STATE_DIRECTORY").value).toMatch(
    /^\/var\/lib\/scrim\//,
  );
  const network = of("NetworkPolicy");
  expect(network.policyTypes).toEqual(["Ingress", "Egress"]);
  expect(JSON.stringify(network.egress)).toContain("169.254.0.0/16");
  const generated = parse(read("kustomization.yaml"));
  expect(generated.resources).toEqual(["kubernetes.yaml"]);
  expect(generated.configMapGenerator).toEqual([
    { name: "scrim-gateway", files: ["gateway.yaml", "policy.yaml"] },
  ]);
  expect(pod.volumes[0].configMap.name).toBe("scrim-gateway");
});

test("the image runs as nobody, from files that are here", () => {
  const lines = read("Containerfile");
  expect(/^USER (\d+):(\d+)$/m.exec(lines)?.slice(1)).toEqual(["65532", "65532"]);
  for (const [, file] of lines.matchAll(/^COPY --chown=root:root --chmod=\d+ (\S+) /gm))
    expect(read(file!)).toBeTruthy();
  expect(lines).toContain('ENTRYPOINT ["/opt/scrim/start-gateway.sh", "/etc/scrim/gateway.yaml"]');
});
