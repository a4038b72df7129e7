import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { promisify } from "node:util";
import { OperatingError } from "@scrim/errors";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { Opened } from "../../testing/opened.ts";
import { startByteServer } from "../../testing/tcp-proxy.ts";
import { createAuthority, type KeyPairFiles, pemOf, type SignOptions } from "../../testing/tls-files.ts";
import { startTlsExporter, startTlsSink, TRANSPORTS, type Transport } from "../../testing/tls-sink.ts";

/** Both exporters before servers with certificates of all kinds. */

const authority = createAuthority();
const otherAuthority = createAuthority();
afterAll(() => {
  authority.remove();
  otherAuthority.remove();
});

const opened = new Opened();
afterEach(async () => {
  vi.unstubAllEnvs();
  await opened.closeAll();
});

const DELIVERED = { status: "delivered", rejected: 0 };
const UNTRUSTED = { status: "failed", retryable: true, reason: "certificate_untrusted" };

const signed = new Map<string, KeyPairFiles>();
/** Keys take a while to make: each is made once. */
function sign(name: string, options: SignOptions = {}, by = authority): KeyPairFiles {
  if (!signed.has(name)) signed.set(name, by.sign(name, options));
  return signed.get(name)!;
}

async function attempt(
  transport: Transport,
  server: TlsOptions,
  tls: object = { ca_file: "ca.pem" },
  times = 1,
) {
  const sink = opened.add(await startTlsSink(transport, server), (one) => one.close());
  const exporter = opened.add(await startTlsExporter(transport, sink.port, tls, authority.folder), (one) =>
    one.shutdown(),
  );
  let result = await exporter.attempt();
  for (let n = 1; n < times; n++) result = await exporter.attempt();
  return { result, sink, exporter };
}

const bothWays = <Row extends readonly unknown[]>(rows: readonly Row[]) =>
  TRANSPORTS.flatMap((transport) => rows.map((row) => [transport, ...row] as const));

test.each(TRANSPORTS)("84: %s: a server whose certificate holds is sent to", async (transport) => {
  const { result, sink } = await attempt(transport, pemOf(sign("good")));
  expect(result).toEqual(DELIVERED);
  expect(sink.clients).toEqual([""]);
});

const OTHER_NAME = "ERR_TLS_CERT_ALTNAME_INVALID";
const REFUSED: readonly (readonly [name: string, certificate: () => KeyPairFiles, detail: string])[] = [
  ["one that has expired", () => sign("expired", { days: -1 }), "CERT_HAS_EXPIRED"],
  ["one for another host", () => sign("other-host", { subjectAltName: "DNS:elsewhere.example" }), OTHER_NAME],
  ["one for a host below", () => sign("wildcard", { subjectAltName: "DNS:*.localhost" }), OTHER_NAME],
  ["one for clients", () => sign("client-only", { extendedKeyUsage: "clientAuth" }), "INVALID_PURPOSE"],
  ["one of another authority", () => sign("stranger", {}, otherAuthority), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ["one that signs itself", selfSigned, "DEPTH_ZERO_SELF_SIGNED_CERT"],
];
test.each(bothWays(REFUSED))(
  "84: %s: of certificates, %s is refused, and the log gets to know why",
  async (transport, _, certificate, detail) => {
    for (const variable of ["unset", "NODE_TLS_REJECT_UNAUTHORIZED"]) {
      vi.stubEnv(variable, "0");
      const { result, sink } = await attempt(transport, pemOf(certificate()));
      expect(result).toEqual({ ...UNTRUSTED, detail });
      await sink.close();
    }
  },
);

test.each(TRANSPORTS)(
  "84: %s: an authority of the system is asked for where none is named",
  async (transport) => {
    expect((await attempt(transport, pemOf(sign("good")), {})).result).toMatchObject(UNTRUSTED);
  },
);

test.each(TRANSPORTS)("84: %s: https wins over tls.insecure", async (transport) => {
  const tls = { ca_file: join(otherAuthority.folder, "ca.pem"), insecure: true };
  expect((await attempt(transport, pemOf(sign("good")), tls)).result).toMatchObject(UNTRUSTED);
});

test.each(TRANSPORTS)(
  "%s: server_name_override is the name that must be in the certificate",
  async (transport) => {
    const server = pemOf(sign("other-host", { subjectAltName: "DNS:elsewhere.example" }));
    const tls = { ca_file: "ca.pem", server_name_override: "elsewhere.example" };
    expect((await attempt(transport, server, tls)).result).toEqual(DELIVERED);
    expect((await attempt(transport, pemOf(sign("good")), tls)).result).toMatchObject(UNTRUSTED);
  },
);

const OLD = { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
const VERSIONS: readonly (readonly [name: string, server: TlsOptions, tls: object])[] = [
  ["TLS 1.1 is not spoken", OLD, {}],
  ["1.2 is not spoken where 1.3 is asked for", { maxVersion: "TLSv1.2" }, { min_version: "1.3" }],
];
test.each(bothWays(VERSIONS))("%s: %s", async (transport, _, server, tls) => {
  const { result } = await attempt(
    transport,
    { ...pemOf(sign("good")), ...server },
    { ca_file: "ca.pem", ...tls },
  );
  expect(result).toMatchObject({ status: "failed", retryable: true, reason: "tls_failed" });
});

test.each(TRANSPORTS)("131: %s: the certificate that a server asks for is shown", async (transport) => {
  const server = { ...pemOf(sign("good")), ca: readFileSync(authority.ca), requestCert: true };
  sign("sender", { subject: "/CN=sender" });
  const tls = { ca_file: "ca.pem", cert_file: "sender.pem", key_file: "sender.key" };
  const { result, sink } = await attempt(transport, server, tls);
  expect([result, sink.clients]).toEqual([DELIVERED, ["sender"]]);
});

test.each(bothWays([["1.2"], ["1.3"]]))(
  "131: %s: a server that refuses us (TLS %s) may be tried again",
  async (transport, version) => {
    const maxVersion = version === "1.2" ? "TLSv1.2" : "TLSv1.3";
    const server = {
      ...pemOf(sign("good")),
      ca: readFileSync(authority.ca),
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion,
    } as const;
    expect((await attempt(transport, server)).result).toMatchObject({ status: "failed", retryable: true });
  },
);

test.each(TRANSPORTS)("%s: a server without TLS may be tried again", async (transport) => {
  const server = opened.add(
    await startByteServer((socket) => socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\n"))),
    (one) => one.close(),
  );
  const port = Number(server.endpoint.split(":")[1]);
  const exporter = await startTlsExporter(transport, port, {}, authority.folder);
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true, reason: "tls_failed" });
  await exporter.shutdown();
});

test("a server that agrees on no protocol is sent no frames", async () => {
  let bytes = 0;
  const server = createTlsServer(pemOf(sign("good")), (socket) => {
    socket.on("data", (piece) => {
      bytes += piece.length;
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.add(server, async (one) => void one.close());
  const { port } = server.address() as AddressInfo;
  const exporter = await startTlsExporter("grpc", port, { ca_file: "ca.pem" }, authority.folder);
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true, reason: "tls_failed" });
  expect(bytes).toBe(0);
  await exporter.shutdown();
});

test("a server that knows HTTP/1.1 alone is sent no frames", async () => {
  const sink = opened.add(await startTlsSink("http", pemOf(sign("good"))), (one) => one.close());
  const exporter = await startTlsExporter("grpc", sink.port, { ca_file: "ca.pem" }, authority.folder);
  expect(await exporter.attempt()).toMatchObject({ status: "failed", retryable: true, reason: "tls_failed" });
  await exporter.shutdown();
});

test.each(TRANSPORTS)(
  "%s: a new authority holds for new connections; a broken file leaves the old one",
  async (transport) => {
    const ca = join(authority.folder, `${transport}-changing.pem`);
    copyFileSync(otherAuthority.ca, ca);
    const tls = { ca_file: ca, reload_interval: "100ms" };
    const { result, exporter } = await attempt(transport, pemOf(sign("good")), tls);
    expect(result).toMatchObject(UNTRUSTED);
    copyFileSync(authority.ca, ca);
    await expect.poll(() => exporter.attempt(), { timeout: 30_000 }).toEqual(DELIVERED);
    writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n");
    await expect
      .poll(
        async () => {
          await exporter.attempt();
          return exporter.warnings;
        },
        { timeout: 30_000 },
      )
      .toEqual([expect.stringMatching(/tls\.ca_file: a certificate in the file is broken/)]);
    expect(await exporter.attempt()).toEqual(DELIVERED);
    const type = transport === "grpc" ? "otlp_grpc" : "otlp_http";
    const metrics = exporter.metrics.exposition();
    expect(metrics).toContain(`scrim_tls_reloads_total{component="exporters.${type}",outcome="failure"} 1`);
    expect(metrics).toContain(`scrim_tls_reloads_total{component="exporters.${type}",outcome="success"} 1`);
  },
);

test.each(TRANSPORTS)("%s: a new certificate of our own is shown without a restart", async (transport) => {
  const server = { ...pemOf(sign("good")), ca: readFileSync(authority.ca), requestCert: true };
  const at = (name: string) => join(authority.folder, name);
  for (const name of ["first", "second"]) sign(name, { subject: `/CN=${name}` });
  const put = (name: string) => {
    for (const kind of ["pem", "key"])
      copyFileSync(at(`${name}.${kind}`), at(`${transport}-rotated.${kind}`));
  };
  put("first");
  const tls = {
    ca_file: "ca.pem",
    cert_file: `${transport}-rotated.pem`,
    key_file: `${transport}-rotated.key`,
    reload_interval: "100ms",
  };
  const { sink, exporter } = await attempt(transport, server, tls, 2);
  expect(sink.clients).toEqual(["first"]);
  put("second");
  await expect
    .poll(
      async () => {
        expect(await exporter.attempt()).toEqual(DELIVERED);
        return sink.clients;
      },
      { timeout: 30_000 },
    )
    .toEqual(["first", "second"]);
});

test("84: variables of proxies do not lead around the verification, nor anywhere else", async () => {
  const proxied: string[] = [];
  const proxy = createServer((request) => proxied.push(request.url ?? ""));
  proxy.on("connect", (request, socket) => {
    proxied.push(request.url ?? "");
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  opened.add(proxy, async () => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const [certificate, outcome] of [
    ["good", "delivered"],
    ["stranger", "failed"],
  ] as const) {
    const server = pemOf(certificate === "good" ? sign("good") : sign("stranger", {}, otherAuthority));
    for (const transport of TRANSPORTS) {
      const sink = opened.add(await startTlsSink(transport, server), (one) => one.close());
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", CHILD], {
        env: {
          ...process.env,
          NODE_USE_ENV_PROXY: "1",
          NODE_TLS_REJECT_UNAUTHORIZED: "0",
          HTTPS_PROXY: address,
          https_proxy: address,
          ALL_PROXY: address,
          TRANSPORT: transport,
          PORT: String(sink.port),
          FOLDER: authority.folder,
        },
      });
      expect(JSON.parse(stdout)).toMatchObject({ status: outcome });
    }
  }
  expect(proxied).toEqual([]);
});

const CHILD = `
const { startTlsExporter } = await import(${JSON.stringify(new URL("../../testing/tls-sink.ts", import.meta.url))});
const { TRANSPORT, PORT, FOLDER } = process.env;
const exporter = await startTlsExporter(TRANSPORT, Number(PORT), { ca_file: "ca.pem" }, FOLDER);
console.log(JSON.stringify(await exporter.attempt()));
await exporter.shutdown();
`;

const BROKEN: readonly (readonly [name: string, tls: () => object, path: string, code: string])[] = [
  ["a CA that isn't there", () => ({ ca_file: "no.pem" }), "ca_file", "CONFIG_UNREADABLE"],
  ["a CA that is a folder", () => ({ ca_file: "." }), "ca_file", "CONFIG_UNREADABLE"],
  ["a CA that is a key", () => ({ ca_file: sign("good").key }), "ca_file", "CONFIG_INVALID"],
  [
    "a key of another certificate",
    () => ({ cert_file: sign("good").cert, key_file: sign("stranger", {}, otherAuthority).key }),
    "key_file",
    "CONFIG_INVALID",
  ],
  ["no verification", () => ({ insecure_skip_verify: true }), "insecure_skip_verify", "CONFIG_INVALID"],
  [
    "no verification, said in words",
    () => ({ insecure_skip_verify: "false" }),
    "insecure_skip_verify",
    "CONFIG_INVALID",
  ],
  ["TLS 1.1", () => ({ min_version: "1.1" }), "min_version", "CONFIG_INVALID"],
];
test.each(bothWays(BROKEN))("%s: %s stops the start", async (transport, _, tls, key, code) => {
  const error = await startTlsExporter(transport, 1, tls(), authority.folder).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatingError);
  expect(error).toMatchObject({ code, path: expect.stringMatching(new RegExp(`\\.tls\\.${key}$`)) });
});

test("a key that others may read is warned of", async () => {
  const { cert, key } = sign("good");
  const open = join(authority.folder, "open.key");
  copyFileSync(key, open);
  execFileSync("chmod", ["644", open]);
  const exporter = await startTlsExporter("http", 1, { cert_file: cert, key_file: open }, authority.folder);
  expect(exporter.warnings).toEqual([expect.stringMatching(/others than its owner may read/)]);
  await exporter.shutdown();
});

function selfSigned(): KeyPairFiles {
  const name = "self";
  const files = { cert: join(authority.folder, `${name}.pem`), key: join(authority.folder, `${name}.key`) };
  const key =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost".split(" ");
  const out = ["-addext", "subjectAltName=DNS:localhost", "-keyout", files.key, "-out", files.cert];
  execFileSync("openssl", [...key, ...out], { stdio: "pipe" });
  return files;
}
