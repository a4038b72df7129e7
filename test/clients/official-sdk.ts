import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Packages come from the language's registry, and are compiled. */
const PREPARE_MS = 5 * 60 * 1_000;
const RUN_MS = 90 * 1_000;

/** An official SDK of another language, with a small program that sends by it. */
export interface OfficialSdk {
  readonly language: string;
  /** Tells whether it is at hand: a command that prints its version. */
  readonly probe: readonly string[];
  /** Brings its packages into a folder, from the language's registry. */
  readonly fetch: readonly (readonly string[])[];
  /** Makes the program of its source, where that needs to be. */
  readonly compile?: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** The program, and the name that its source needs. */
  readonly source: readonly [file: string, name: string];
  readonly command: readonly string[];
}

const GO = "v1.47.0";
const GO_LOG = "v0.23.0";
const PYTHON = "1.45.2";
const JAVA = "1.67.0";

const goModules = [
  ["go.opentelemetry.io/otel", GO],
  ["go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc", GO_LOG],
  ["go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp", GO_LOG],
  ["go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc", GO],
  ["go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp", GO],
  ["go.opentelemetry.io/otel/exporters/otlp/otlptrace", GO],
  ["go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc", GO],
  ["go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp", GO],
  ["go.opentelemetry.io/otel/log", GO],
  ["go.opentelemetry.io/otel/sdk", GO],
  ["go.opentelemetry.io/otel/sdk/log", GO],
  ["go.opentelemetry.io/otel/sdk/metric", GO],
].map(([path, version]) => `require ${path} ${version}\n`);

const dependency = (artifact: string) =>
  `<dependency><groupId>io.opentelemetry</groupId><artifactId>${artifact}</artifactId><version>${JAVA}</version></dependency>`;

export const OFFICIAL_SDKS: readonly OfficialSdk[] = [
  {
    language: "Go",
    probe: ["go", "version"],
    files: { "go.mod": `module client\n\ngo 1.25\n\n${goModules.join("")}` },
    source: ["client.go.txt", "main.go"],
    fetch: [["go", "mod", "tidy"]],
    compile: ["go", "build", "-o", "client", "."],
    command: ["./client"],
  },
  {
    language: "Python",
    probe: ["python3", "-m", "venv", "--help"],
    files: {},
    source: ["client.py.txt", "client.py"],
    fetch: [
      ["python3", "-m", "venv", "venv"],
      [
        "venv/bin/pip",
        "install",
        "--quiet",
        `opentelemetry-sdk==${PYTHON}`,
        `opentelemetry-exporter-otlp-proto-grpc==${PYTHON}`,
        `opentelemetry-exporter-otlp-proto-http==${PYTHON}`,
      ],
    ],
    command: ["venv/bin/python", "client.py"],
  },
  {
    language: "Java",
    probe: ["mvn", "--version"],
    files: {
      "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>client</groupId><artifactId>client</artifactId><version>1</version>
<dependencies>${["opentelemetry-sdk", "opentelemetry-exporter-otlp", "opentelemetry-sdk-extension-autoconfigure"].map(dependency).join("\n")}</dependencies>
</project>\n`,
    },
    source: ["Client.java.txt", "Client.java"],
    fetch: [["mvn", "--quiet", "--batch-mode", "dependency:copy-dependencies", "-DoutputDirectory=jars"]],
    compile: ["javac", "-cp", "jars/*", "Client.java"],
    command: ["java", "-cp", "jars/*:.", "Client"],
  },
];

export interface PreparedSdk {
  /** Sends, and resolves with what was printed; rejects where it doesn't exit with 0. */
  send(environment: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/**
 * Fetches and compiles what it needs into a folder of its own; a text says why that can't be done on this machine. Its packages
 * may be out of reach, but then what came has to compile.
 */
export async function prepareSdk(sdk: OfficialSdk): Promise<PreparedSdk | string> {
  const { language, probe, files, source, fetch, compile, command } = sdk;
  const folder = mkdtempSync(join(tmpdir(), "scrim-client-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const inFolder = ([program, ...args]: readonly string[]) =>
    run(program!, args, { cwd: folder, timeout: PREPARE_MS });
  const skip = (reason: string) => {
    remove();
    return reason;
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  copyFileSync(join(import.meta.dirname, source[0]), join(folder, source[1]));
  if (
    await inFolder(probe).then(
      () => false,
      () => true,
    )
  )
    return skip(`${language} is not on this machine`);
  for (const step of fetch)
    if (
      await inFolder(step).then(
        () => false,
        () => true,
      )
    )
      return skip(`the packages of ${language} can't be had`);
  if (compile !== undefined) await inFolder(compile);
  return {
    async send(environment) {
      const [program, ...args] = command;
      const env = { ...process.env, ...environment };
      const { stdout, stderr } = await run(join(program!.includes("/") ? folder : "", program!), args, {
        cwd: folder,
        timeout: RUN_MS,
        env,
      });
      return stdout + stderr;
    },
    remove,
  };
}
