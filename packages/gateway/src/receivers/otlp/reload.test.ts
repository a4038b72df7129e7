import { connect } from "node:http2";
import { MetricRegistry, type ReceiverContext, readFileContent } from "@scrim/pipeline";
import { expect, onTestFinished, test } from "vitest";
import { callOn, framed } from "../../../testing/grpc-call.ts";
import { requestProto } from "../../../testing/otlp.ts";
import { OtlpReceiverConfig } from "./config/otlp-receiver-config.ts";
import { GRPC_PATHS } from "./grpc/paths.ts";
import { otlpReceiver } from "./otlp-receiver.ts";

const context: ReceiverContext = {
  id: "otlp",
  path: "receivers.otlp",
  signals: ["logs"],
  baseDir: ".",
  log: { info: () => {}, warn: () => {} },
  metrics: new MetricRegistry(),
  print: () => {},
  readFile: readFileContent,
  dependsOn: () => {},
  consumerOf: (signal) =>
    signal === "logs" ? async () => ({ status: "delivered", rejected: 0, reason: "" }) : undefined,
  authenticator: () => ({ authenticate: () => ({ status: "unknown", challenge: "Bearer" }) }),
};

const configOf = (grpc: object, limits: object = {}) =>
  OtlpReceiverConfig.parse({
    protocols: { grpc: { endpoint: "127.0.0.1:0", ...grpc }, http: { endpoint: "127.0.0.1:0" } },
    limits,
  });

async function start() {
  const receiver = await otlpReceiver.create(configOf({}), context);
  await receiver.start?.();
  const session = connect(`http://${receiver.endpoints?.().grpc}`);
  onTestFinished(async () => {
    session.destroy();
    await receiver.shutdown?.();
  });
  const status = async () =>
    (await callOn(session, { path: GRPC_PATHS.logs, body: framed(requestProto("logs", ["a", "b"])) })).status;
  return { receiver, status };
}

test("new settings hold for the next request of an open connection, once they are put into force", async () => {
  const { receiver, status } = await start();
  expect(await status()).toBe(0);
  const limited = await receiver.reload?.(configOf({}, { max_items: 1 }), context);
  expect(await status()).toBe(0);
  limited?.();
  expect(await status()).toBe(3);
  (await receiver.reload?.(configOf({}), context))?.();
  expect(await status()).toBe(0);
  (await receiver.reload?.(configOf({ auth: { authenticator: "somebody" } }), context))?.();
  expect(await status()).toBe(16);
});

test("a reload that takes the authentication away from a port that others reach is warned of", async () => {
  const warnings: string[] = [];
  const own = { ...context, log: { info: () => {}, warn: (message: string) => void warnings.push(message) } };
  const open = (grpc: object) => configOf({ endpoint: "0.0.0.0:0", ...grpc });
  const receiver = await otlpReceiver.create(open({ auth: { authenticator: "somebody" } }), own);
  onTestFinished(() => receiver.shutdown?.());
  await receiver.start?.();
  expect(warnings.splice(0)).toEqual([expect.stringMatching(/without encryption$/)]);
  const commit = await receiver.reload?.(open({}), own);
  expect(warnings).toEqual([]);
  commit?.();
  expect(warnings).toEqual([expect.stringMatching(/without encryption or authentication$/)]);
});

test("another port, and TLS where there was none, take a new receiver", async () => {
  const { receiver } = await start();
  expect(await receiver.reload?.(configOf({ endpoint: "127.0.0.1:1" }), context)).toBeUndefined();
  const tls = { cert_file: "cert.pem", key_file: "key.pem" };
  expect(await receiver.reload?.(configOf({ tls }), context)).toBeUndefined();
  const onlyGrpc = OtlpReceiverConfig.parse({ protocols: { grpc: { endpoint: "127.0.0.1:0" } } });
  expect(await receiver.reload?.(onlyGrpc, context)).toBeUndefined();
});

test("a port that stays while another changes, or TLS comes or goes, takes a restart, and that is said", async () => {
  const receiver = await otlpReceiver.create(configOf({ endpoint: "127.0.0.1:1" }), context);
  const reload = (more: object, endpoint = "127.0.0.1:0") => {
    const protocols = { grpc: { endpoint: "127.0.0.1:1", ...more }, http: { endpoint } };
    return receiver.reload?.(OtlpReceiverConfig.parse({ protocols }), context);
  };
  const stays = {
    code: "CONFIG_INVALID",
    path: "receivers.otlp.protocols.grpc.endpoint",
    message: expect.stringContaining("127.0.0.1:1"),
    hint: expect.stringContaining("restart"),
  };
  await expect(reload({}, "127.0.0.1:2")).rejects.toMatchObject(stays);
  await expect(reload({ tls: { cert_file: "cert.pem", key_file: "key.pem" } })).rejects.toMatchObject(stays);
  expect(await reload({ endpoint: "127.0.0.2:1" })).toBeUndefined();
});

test("settings that can't be changed leave the old ones in force", async () => {
  const { receiver, status } = await start();
  const broken = OtlpReceiverConfig.parse({
    protocols: {
      grpc: { endpoint: "127.0.0.1:0" },
      http: { endpoint: "127.0.0.1:0", logs_url_path: "/x", traces_url_path: "/x" },
    },
  });
  await expect(receiver.reload?.(broken, context)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  expect(await status()).toBe(0);
});
