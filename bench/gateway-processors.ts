import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPONENTS } from "@scrim/gateway";
import { GrantSchema, generateKeys, readPrivateKey, readPublicKey, signBundle } from "@scrim/grants";
import {
  MetricRegistry,
  type Processor,
  type ProcessorContext,
  type ProcessorDefinition,
  readFileContent,
} from "@scrim/pipeline";

const AUDIENCE = { service: "gateway", environment: "bench" };

/** A processor of the gateway, as a configuration makes it. */
export async function makeProcessor(type: string, config: object, baseDir = "."): Promise<Processor> {
  const found = COMPONENTS.find((component) => component.kind === "processor" && component.type === type);
  const { configSchema, create } = found as ProcessorDefinition;
  const context: ProcessorContext = {
    id: type,
    path: `processors.${type}`,
    signals: ["logs"],
    baseDir,
    log: { info: () => {}, warn: (message) => console.error(message) },
    metrics: new MetricRegistry(),
    print: () => {},
    keeperOf: () => undefined,
    readFile: readFileContent,
    dependsOn: () => {},
  };
  const processor = await create(configSchema.parse(config), context);
  await processor.start?.();
  return processor;
}

/** A `verbose_capture` with a floor, whose bundle approves so many traces, none of which come. */
export async function makeCapture(floor: "info" | "warn", traces: number): Promise<Processor> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-bench-"));
  const signing = generateKeys("signing");
  const service = generateKeys("service");
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: {
      trace_ids: Array.from({ length: Math.max(1, traces) }, (_, n) =>
        (n + 1).toString(16).padStart(32, "0"),
      ),
    },
    level: "trace",
    not_before: now,
    expires_at: now + 3_600,
  });
  const grants = traces === 0 ? [] : [{ grant, key: Buffer.alloc(32, 7) }];
  const bundle = signBundle(
    { audience: AUDIENCE, version: 1, issuedAt: now, expiresAt: now + 3_600, grants },
    readPrivateKey("signing", signing.privateKey, "signer.key"),
    [readPublicKey("service", service.publicKey, "gateway.pub")],
  );
  const put = (name: string, content: string | Buffer) =>
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  put("bundle", bundle);
  put("signer.pub", signing.publicKey);
  put("gateway.key", service.privateKey);
  const config = { floor, audience: AUDIENCE, file: "bundle", trusted: ["signer.pub"], key: ["gateway.key"] };
  return await makeProcessor("verbose_capture", config, folder);
}
