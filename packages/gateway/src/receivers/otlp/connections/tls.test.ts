import { execFile } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { type Credentials, defineExtension } from "@scrim/pipeline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { callOn, framed } from "../../../../testing/grpc-call.ts";
import { requestProto } from "../../../../testing/otlp.ts";
import { startTestGateway, type TestGateway } from "../../../../testing/test-gateway.ts";
import { type Authority, createAuthority, type KeyPairFiles, pemOf } from "../../../../testing/tls-files.ts";
import { GRPC_PATHS } from "../grpc/paths.ts";

let authority: Authority;
let stranger: Authority;
let server: KeyPairFiles;
beforeAll(() => {
  authority = createAuthority();
  stranger = createAuthority();
  server = authority.sign("server");
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});

const filesOf = ({ cert, key }: KeyPairFiles) => ({ cert_file: cert, key_file: key });

async function start(options: Parameters<typeof startTestGateway>[0]): Promise<TestGateway> {
  const gateway = await startTestGateway(options);
  onTestFinished(() => gateway.shutdown());
  return gateway;
}

/** What becomes of a handshake and, behind it, of a first byte: with TLS 1.3 a server refuses a client's certificate only then. */
function shakeHands(
  port: number,
  options: ConnectionOptions = {},
): Promise<TLSSocket | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", ca: readFileSync(authority.ca), ...options });
    socket.once("error", resolve);
    socket.once("close", () => resolve(new Error("closed")));
    socket.once("secureConnect", () => {
      socket.write("POST /v1/logs HTTP/1.1\r\nhost: x\r\n");
      setTimeout(() => resolve(socket), 100);
    });
  });
}

/** What a call says whose connection was cut. */
const NO_ANSWER = -1;

async function callOver(port: number, options: ConnectionOptions) {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: readFileSync(authority.ca), ...options });
  try {
    return await new Promise<Awaited<ReturnType<typeof callOn>>>((resolve, reject) => {
      session.on("error", reject);
      callOn(session, { path: GRPC_PATHS.logs, body: framed(requestProto("logs")) }).then(resolve, reject);
    });
  } finally {
    session.destroy();
  }
}

describe("TLS", () => {
  test("7: ALPN offers h2 and http/1.1, and clients without ALPN get HTTP/1.1", async () => {
    const gateway = await start({ http: { tls: filesOf(server) } });
    for (const [offered, chosen] of [
      [["h2", "http/1.1"], "h2"],
      [["http/1.1"], "http/1.1"],
      [undefined, false],
    ] as const) {
      const socket = await shakeHands(
        gateway.port,
        offered === undefined ? {} : { ALPNProtocols: [...offered] },
      );
      expect((socket as TLSSocket).alpnProtocol).toBe(chosen);
      (socket as TLSSocket).destroy();
    }
  });

  test("7: curl sends by HTTP/2 and by HTTP/1.1", async () => {
    const gateway = await start({ http: { tls: filesOf(server) } });
    for (const [flag, version] of [
      ["--http2", "2"],
      ["--http1.1", "1.1"],
    ] as const)
      expect(await curl([flag, "--cacert", authority.ca, `https://localhost:${gateway.port}/v1/logs`])).toBe(
        `200 ${version}`,
      );
    expect(gateway.printed).toHaveLength(2);
  });

  test("gRPC is served over TLS, to clients that say h2", async () => {
    const gateway = await start({ grpc: { tls: filesOf(server) } });
    expect((await callOver(gateway.grpcPort, {})).status).toBe(0);
    const silent = await shakeHands(gateway.grpcPort);
    expect(silent).toBeInstanceOf(Error);
  });

  test("131: TLS 1.1 is not spoken, and 1.2 only where it may be", async () => {
    const usual = await start({ http: { tls: filesOf(server) } });
    const strict = await start({ http: { tls: { ...filesOf(server), min_version: "1.3" } } });
    const old = { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    expect(await shakeHands(usual.port, { ...old, maxVersion: "TLSv1.1" })).toBeInstanceOf(Error);
    const modern = await shakeHands(usual.port, { maxVersion: "TLSv1.2" });
    expect(modern).not.toBeInstanceOf(Error);
    (modern as TLSSocket).destroy();
    expect(await shakeHands(strict.port, { maxVersion: "TLSv1.2" })).toBeInstanceOf(Error);
    expect(usual.metrics.exposition()).toMatch(/refused_requests_total\{[^}]*reason="tls_handshake"\} 1/);
  });

  test("plain HTTP on a port of TLS gets no answer, and the gateway lives", async () => {
    const gateway = await start({ http: { tls: filesOf(server) } });
    await expect(fetch(`http://127.0.0.1:${gateway.port}/v1/logs`)).rejects.toThrow();
    expect(await curl(["--cacert", authority.ca, `https://localhost:${gateway.port}/v1/logs`])).toMatch(
      /^200/,
    );
  });
});

describe("hostile handshakes", () => {
  /** The beginning of a record that holds a ClientHello of 512 bytes. */
  const HELLO = Buffer.from("16030102000100", "hex");
  const unfinished: readonly [name: string, bytes: Buffer][] = [
    ["nothing", Buffer.alloc(0)],
    ["half the head of a record", HELLO.subarray(0, 3)],
    ["a record that does not go on", HELLO],
    ["a record of 16 KiB that does not go on", Buffer.from("1603014000010041", "hex")],
  ];

  /** Resolves once the server has cut the connection. */
  async function cut(port: number, bytes: Uint8Array): Promise<void> {
    const socket = connectTcp(port, "127.0.0.1").on("error", () => {});
    socket.resume().write(bytes);
    await new Promise((resolve) => socket.once("close", resolve));
  }

  test.each(unfinished)("33: %s: the connection is closed in time, and counted", async (_, bytes) => {
    const tls = filesOf(server);
    const gateway = await start({
      http: { tls, read_header_timeout: "300ms" },
      grpc: { tls, read_timeout: "300ms" },
    });
    for (const port of [gateway.port, gateway.grpcPort]) await cut(port, bytes);
    const lines = gateway.metrics
      .exposition()
      .matchAll(/refused_requests_total\{[^}]*"tls_handshake"\} (\d+)/g);
    expect([...lines].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(2);
    expect((await callOver(gateway.grpcPort, {})).status).toBe(0);
  });

  test.each(unfinished)(
    "a client that sends %s and ends it is let go at once, and counted as nothing",
    async (_, bytes) => {
      const tls = filesOf(server);
      const gateway = await start({
        http: { tls, read_header_timeout: "60s" },
        grpc: { tls, read_timeout: "60s" },
      });
      for (const port of [gateway.port, gateway.grpcPort]) {
        const socket = connectTcp(port, "127.0.0.1");
        socket.resume().end(bytes);
        await new Promise((resolve) => socket.once("close", resolve));
      }
      expect(gateway.metrics.exposition()).not.toContain("scrim_receiver_refused_requests_total{");
    },
  );

  test("any bytes that are no handshake: the connection is closed, and the gateway lives", async () => {
    const tls = filesOf(server);
    const gateway = await start({
      http: { tls, read_header_timeout: "200ms" },
      grpc: { tls, read_timeout: "200ms" },
    });
    const anything = fc.uint8Array({ minLength: 1, maxLength: 600 });
    const behindHello = anything.map((bytes) => Buffer.concat([HELLO, bytes]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, behindHello), async (bytes) => {
        await Promise.all([cut(gateway.port, bytes), cut(gateway.grpcPort, bytes)]);
      }),
      { numRuns: 60 },
    );
    expect((await callOver(gateway.grpcPort, {})).status).toBe(0);
  });

  test("a client gets no second handshake on its connection", async () => {
    const tls = filesOf(server);
    const gateway = await start({ http: { tls }, grpc: { tls } });
    const ca = readFileSync(authority.ca);
    for (const [port, protocol] of [
      [gateway.port, "http/1.1"],
      [gateway.grpcPort, "h2"],
    ] as const) {
      const options = { port, host: "127.0.0.1", ca, maxVersion: "TLSv1.2" } as const;
      const socket = connect({ ...options, ALPNProtocols: [protocol] });
      socket.on("error", () => {}).resume();
      await new Promise((resolve) => socket.once("secureConnect", resolve));
      const isShaken = await new Promise<boolean>((resolve) => {
        setTimeout(() => resolve(false), 500); // refused: Node does not say so
        socket.renegotiate({ rejectUnauthorized: true }, (error) => resolve(error === null));
      });
      expect(isShaken).toBe(false);
      socket.destroy();
    }
    expect((await callOver(gateway.grpcPort, {})).status).toBe(0);
  });
});

describe("mTLS", () => {
  const clients: readonly [name: string, sign: () => KeyPairFiles | undefined, accepted: boolean][] = [
    ["a certificate of the authority", () => authority.sign("good"), true],
    ["no certificate", () => undefined, false],
    ["one of another authority", () => stranger.sign("other"), false],
    ["one that has expired", () => authority.sign("old", { days: -1 }), false],
    [
      "one that is for servers alone",
      () => authority.sign("wrong", { extendedKeyUsage: "serverAuth" }),
      false,
    ],
  ];
  test.each(clients)("131: %s", async (_, sign, accepted) => {
    const gateway = await start({ grpc: { tls: { ...filesOf(server), client_ca_file: authority.ca } } });
    const files = sign();
    const answer = await callOver(gateway.grpcPort, files === undefined ? {} : pemOf(files)).catch(
      () => undefined,
    );
    expect(answer?.status ?? NO_ANSWER).toBe(accepted ? 0 : NO_ANSWER);
    expect(gateway.printed).toHaveLength(accepted ? 1 : 0);
  });

  test("131: whose certificate it is, is told to the authenticator", async () => {
    const seen: Credentials[] = [];
    const asking = defineExtension({
      type: "asking",
      description: "Knows everybody.",
      configSchema: z.strictObject({}),
      create: () => ({
        authenticator: {
          authenticate(credentials) {
            seen.push(credentials);
            return { status: "known", identity: { name: "all", tenant: undefined, is_trusted: false } };
          },
        },
      }),
    });
    const tls = { ...filesOf(server), client_ca_file: authority.ca };
    const gateway = await start({
      http: { tls, auth: { authenticator: "asking" } },
      grpc: { tls, auth: { authenticator: "asking" } },
      components: [asking],
      extensions: { asking: {} },
    });
    const files = authority.sign("checkout", {
      subjectAltName: "URI:spiffe://shop.example/checkout,DNS:checkout",
    });
    expect((await callOver(gateway.grpcPort, pemOf(files))).status).toBe(0);
    const certificate = ["--cacert", authority.ca, "--cert", files.cert, "--key", files.key];
    expect(await curl([...certificate, `https://localhost:${gateway.port}/v1/logs`])).toBe("200 2");
    expect(await curl(["--http1.1", ...certificate, `https://localhost:${gateway.port}/v1/logs`])).toBe(
      "200 1.1",
    );
    const shown = seen.map(({ certificate }) => [certificate?.subject, certificate?.subjectAltName]);
    expect(shown).toEqual(
      Array(3).fill(["O=Shop\nCN=checkout", "URI:spiffe://shop.example/checkout, DNS:checkout"]),
    );
  });
});

describe("files", () => {
  test("131: new files hold without a restart; connections stay; bad files change nothing", async () => {
    const files = { cert: join(authority.folder, "live.pem"), key: join(authority.folder, "live.key") };
    const put = ({ cert, key }: KeyPairFiles) => {
      copyFileSync(cert, files.cert);
      copyFileSync(key, files.key);
    };
    put(authority.sign("first", { subject: "/CN=first" }));
    const gateway = await start({ http: { tls: { ...filesOf(files), reload_interval: "100ms" } } });
    const served = async () => {
      const socket = (await shakeHands(gateway.port)) as TLSSocket;
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    expect(await served()).toBe("first");
    const stays = connectHttp2(`https://127.0.0.1:${gateway.port}`, { ca: readFileSync(authority.ca) });
    await new Promise((resolve) => stays.once("connect", resolve));

    put(authority.sign("second", { subject: "/CN=second" }));
    await expect.poll(served, { timeout: 20_000 }).toBe("second");

    writeFileSync(files.key, "nothing");
    await expect
      .poll(() => gateway.warnings.join("\n"), { timeout: 20_000 })
      .toMatch(
        /key_file: the file does not hold a private key in PEM \[KEY_INVALID\]; the last good files stay in force/,
      );
    expect(await served()).toBe("second");
    expect(gateway.metrics.exposition()).toMatch(/scrim_tls_reloads_total\{[^}]*outcome="failure"\} 1/);
    expect(gateway.warnings).toHaveLength(1);

    const answer = await callOn(stays, {
      path: "/v1/logs",
      headers: { "content-type": "application/x-protobuf" },
      body: requestProto("logs"),
    });
    expect(answer.headers[":status"]).toBe(200);
    stays.destroy();
  });

  const mistakes: readonly [name: string, tls: () => object, key: string, code: string][] = [
    [
      "a file that is not there",
      () => ({ ...filesOf(server), key_file: "/nowhere/key.pem" }),
      "key_file",
      "CONFIG_UNREADABLE",
    ],
    ["a key that is none", () => ({ ...filesOf(server), key_file: server.cert }), "key_file", "KEY_INVALID"],
    [
      "a certificate that is none",
      () => ({ ...filesOf(server), cert_file: server.key }),
      "cert_file",
      "KEY_INVALID",
    ],
    [
      "a key of another certificate",
      () => ({ ...filesOf(server), key_file: authority.sign("else").key }),
      "key_file",
      "KEY_INVALID",
    ],
    [
      "an authority that is none",
      () => ({ ...filesOf(server), client_ca_file: server.key }),
      "client_ca_file",
      "KEY_INVALID",
    ],
    [
      "a file without end",
      () => ({ ...filesOf(server), cert_file: "/dev/zero" }),
      "cert_file",
      "CONFIG_UNREADABLE",
    ],
  ];
  test.each(mistakes)("%s stops the start, with the key and a hint", async (_, tls, key, code) => {
    await expect(startTestGateway({ http: { tls: tls() } })).rejects.toMatchObject({
      code,
      path: `receivers.otlp.protocols.http.tls.${key}`,
      hint: expect.stringMatching(/./),
    });
  });

  test("a key that others may read, and a certificate that has expired, are warned of", async () => {
    const files = authority.sign("careless", { days: -1 });
    chmodSync(files.key, 0o644);
    const gateway = await start({ http: { tls: filesOf(files) } });
    expect(gateway.warnings.join("\n")).toMatch(/others than the owner may read the key/);
    expect(gateway.warnings.join("\n")).toMatch(/the certificate has expired/);
  });
});

/** Sends a request of logs. @returns status and version */
async function curl(args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(
    "curl",
    [
      "-s",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code} %{http_version}",
      "-H",
      "content-type: application/x-protobuf",
      "--data-binary",
      "@-",
      ...args,
    ],
    (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
  );
  child.stdin?.end(requestProto("logs"));
  return await promise;
}
