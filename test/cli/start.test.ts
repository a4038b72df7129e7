import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { scrim } from "./scrim.ts";

/** Whoever runs a command waits for what it loads. */

const LISTS_MODULES = pathToFileURL(join(import.meta.dirname, "loaded-modules.ts"));
const PACKAGES = `${pathToFileURL(join(ROOT, "packages"))}/`;

/** Our own files that a command line loads, from `packages/` on. */
async function filesOf(args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await scrim(args, "", { NODE_OPTIONS: `--import ${LISTS_MODULES}` });
  const loaded = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url!);
  const files = loaded.filter((url) => url.startsWith(PACKAGES)).map((url) => url.slice(PACKAGES.length));
  expect(files).toContain("cli/src/main.ts");
  return files;
}

test.each([
  [["--version"]],
  [["--help"]],
  [["grant", "list", "--help"]],
  [["audit", "show", "--help"]],
  [["redact", "--fromat"]],
])("scrim %j loads definitions of commands alone", async (args) => {
  const others = (await filesOf(args)).filter((file) => !/^(?:cli|errors)\//.test(file));
  expect(others, "import it where the command runs").toEqual([]);
});

/** Predicates test texts: that door of `@scrim/detect` leads to no detector. */
const TEXT_TEST = /^detect\/src\/(?:expressions|automaton)\//;

test.each([
  [["grant", "list", "--store", "no-such-store"]],
  [["reveal", "keygen", "--out", "no-such-folder/reveal"]],
])("scrim %j loads grants, and no detector, policy or gateway", async (args) => {
  const files = await filesOf(args);
  const others = files.filter((file) => !/^(?:cli|errors|hpke|grants)\//.test(file) && !TEXT_TEST.test(file));
  expect(others).toEqual([]);
  expect(files).toContain("grants/src/index.ts");
});

test.each([
  [["access", "list", "--url", "http://127.0.0.1:1"]],
  [["access", "approve", "req-0011223344556677"]],
])(
  "scrim %j loads the documents of the control plane, and neither its policies, its stores nor a server",
  async (args) => {
    const files = await filesOf(args);
    expect(files).toContain("access/src/client.ts");
    expect(
      files.filter(
        (file) =>
          /^(?:gateway|pipeline|redact)\//.test(file) || /start-access|\/(?:sqlite|postgres)\//.test(file),
      ),
    ).toEqual([]);
  },
);

test("scrim audit verify loads the audit log, and nothing of grants, detectors or the gateway", async () => {
  const files = await filesOf(["audit", "verify", "no-such-log", "--key", "no-such-key"]);
  expect(files.filter((file) => !/^(?:cli|errors|audit)\//.test(file))).toEqual([]);
  expect(files).toContain("audit/src/index.ts");
});

test("scrim reveal loads what finds tokens, and nothing of the service that opens them", async () => {
  const args = ["reveal", "--url", "https://reveal.example", "--token-file", "no-such-file"];
  const files = await filesOf(args);
  expect(files.filter((file) => !/^(?:cli|errors|hpke|seal)\//.test(file))).toEqual([]);
  expect(files).toContain("seal/src/index.ts");
});

test("the check sees what a command loads that needs all", async () => {
  const files = await filesOf(["redact"]);
  expect(files).toContain("redact/src/index.ts");
  expect(files).toContain("detect/src/catalogue.ts");
});

/** A gateway with one extension, which its pipelines don't need. */
function gatewayWith(extension: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "scrim-start-")), "gateway.yaml");
  writeFileSync(
    file,
    `receivers: { otlp: {} }
processors: { policy: {} }
exporters: { debug: {} }
extensions: { ${extension}: {} }
service:
  extensions: [${extension}]
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [debug], ack: delivered } }
`,
  );
  return file;
}

test("a gateway loads the control plane where an extension is named that is none of its own, and else doesn't", async () => {
  const validate = async (extension: string) =>
    (await filesOf(["gateway", "validate", "-c", gatewayWith(extension)])).filter((file) =>
      file.startsWith("access/"),
    );
  expect(await validate("zpages")).toEqual([]);
  expect(await validate("access")).toContain("access/src/access-extension.ts");
});

test("whoever misspells the extension that is seldom loaded is still told its name", async () => {
  const { code, stderr } = await scrim(["gateway", "validate", "-c", gatewayWith("acess")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/unknown extension type "acess" \[CONFIG_INVALID\]/);
  expect(stderr).toMatch(/hint: did you mean "access"/);
});
