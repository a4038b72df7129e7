import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { type Context, context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { GrantSchema, GrantSet } from "@scrim/grants";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { SdkPackages } from "../node-sdk/sdk-packages.ts";
import { createGrpcTokenInstrumentation, type InstrumentationPackage } from "./grpc-instrumentation.ts";
import { hostOfTarget } from "./grpc-target.ts";
import { createTokenHooks } from "./token-hooks.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const TOKEN = /^scrim=[A-Za-z0-9_-]{40}$/;

/** Approves {@link TRACE_ID}. */
function approving(): GrantSet {
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: now - 1,
    expires_at: now + 600,
  });
  const grants = new GrantSet();
  const audience = { service: "shop", environment: "test" };
  const keyed = { grant, key: Buffer.alloc(32, 1) };
  grants.replace({ audience, version: 1, issuedAt: now, expiresAt: now + 600, grants: [keyed] });
  return grants;
}

const storage = new AsyncLocalStorage<Context>();
const manager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active: Context, work: (...args: never[]) => unknown, self: unknown, ...args: never[]) =>
    storage.run(active, () => work.apply(self, args)),
  bind: <T>(_: Context, target: T) => target,
  enable: () => manager,
  disable: () => manager,
};

const inTrace = <T>(traceId: string, work: () => T): T =>
  context.with(
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: "b7ad6b7169203331", traceFlags: 1 }),
    work,
  );

const plain = {
  requestStream: false,
  responseStream: false,
  requestSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (text: string) => Buffer.from(text),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
};
const SERVICE = {
  pay: { ...plain, path: "/shop.Pay/Pay" },
  watch: { ...plain, path: "/shop.Pay/Watch", responseStream: true },
};

let grpc: typeof Grpc;
let server: Grpc.Server;
let port: number;
beforeAll(async () => {
  context.setGlobalContextManager(manager as never);
  const instrumentation = new SdkPackages().load<InstrumentationPackage>("@opentelemetry/instrumentation");
  createGrpcTokenInstrumentation(instrumentation, { grants: approving(), destinations: ["localhost"] });
  grpc = createRequire(import.meta.url)("@grpc/grpc-js"); // which instrumentations see
  server = new grpc.Server();
  server.addService(SERVICE, {
    pay: (call: Grpc.ServerUnaryCall<string, string>, answer: Grpc.sendUnaryData<string>) =>
      answer(null, call.metadata.get("tracestate").join("|")),
    watch: (call: Grpc.ServerWritableStream<string, string>) => {
      call.write(call.metadata.get("tracestate").join("|"));
      call.end();
    },
  });
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
});
afterAll(() => {
  server.forceShutdown();
  context.disable();
});

type PayClient = Grpc.Client & {
  pay(text: string, metadata: Grpc.Metadata, answer: (error: unknown, text: string) => void): void;
  watch(text: string, metadata: Grpc.Metadata): Grpc.ClientReadableStream<string>;
};

function clientOf(target: string, options: Grpc.ClientOptions = {}): PayClient {
  const Client = grpc.makeGenericClientConstructor(SERVICE, "Pay");
  return new Client(target, grpc.credentials.createInsecure(), options) as unknown as PayClient;
}

/** The trace state that a call arrives with. */
async function sent(client: PayClient, traceId: string, metadata = new grpc.Metadata()): Promise<string> {
  try {
    return await new Promise((resolve, reject) =>
      inTrace(traceId, () =>
        client.pay("x", metadata, (error, text) => (error ? reject(error) : resolve(text))),
      ),
    );
  } finally {
    client.close();
  }
}

test("the instrumentation sends the token of an approved trace to an allowed host, and leaves the application's metadata", async () => {
  const metadata = new grpc.Metadata();
  expect(await sent(clientOf(`localhost:${port}`), TRACE_ID, metadata)).toMatch(TOKEN);
  expect(metadata.get("tracestate")).toEqual([]);
});

test("streams carry it too, and clients with interceptors of their own", async () => {
  const client = clientOf(`dns:///localhost:${port}`, {
    interceptors: [(options, next) => new grpc.InterceptingCall(next(options))],
  });
  const stream = inTrace(TRACE_ID, () => client.watch("x", new grpc.Metadata()));
  const [text] = await once(stream, "data");
  client.close();
  expect(text).toMatch(TOKEN);
});

test("other members stay behind it, and a token that came along goes", async () => {
  const metadata = new grpc.Metadata();
  metadata.add("tracestate", "one=1,scrim=old");
  metadata.add("tracestate", "two=2");
  const text = await sent(clientOf(`localhost:${port}`), TRACE_ID, metadata);
  expect(text).toMatch(/^scrim=[A-Za-z0-9_-]{40},one=1,two=2$/);
  expect(metadata.get("tracestate")).toEqual(["one=1,scrim=old", "two=2"]);
});

test.each([
  ["a trace that nobody approved", "localhost", OTHER_TRACE_ID],
  ["a host that is not allowed", "127.0.0.1", TRACE_ID],
  ["several hosts at once", "ipv4:127.0.0.1:PORT,127.0.0.1", TRACE_ID],
])("to %s no token is sent", async (_, host, traceId) => {
  const target = `${host.replace("PORT", String(port))}:${port}`;
  expect(await sent(clientOf(target), traceId)).toBe("");
});

test("a proxy gets none in the place of the host behind it", async () => {
  vi.stubEnv("grpc_proxy", "http://localhost:1");
  vi.stubEnv("no_grpc_proxy", "");
  vi.stubEnv("no_proxy", "");
  const client = clientOf("elsewhere.example:50051");
  const target = client.getChannel().getTarget();
  client.close();
  expect(target).toBe("dns:localhost:1");
  expect(hostOfTarget(target)).toBe(undefined);
  vi.unstubAllEnvs();
  expect(hostOfTarget(target)).toBe("localhost");
});

test("the hook does the same as a client's callInvocationTransformer", async () => {
  const { grpc: hook } = createTokenHooks({ grants: approving(), destinations: ["127.0.0.1"] });
  const hooked = (host: string) => clientOf(`${host}:${port}`, { callInvocationTransformer: hook });
  const metadata = new grpc.Metadata();
  metadata.set("tracestate", "one=1");
  expect(await sent(hooked("127.0.0.1"), TRACE_ID, metadata)).toMatch(/^scrim=[A-Za-z0-9_-]{40},one=1$/);
  expect(metadata.get("tracestate")).toEqual(["one=1"]);
  expect(await sent(hooked("127.0.0.1"), OTHER_TRACE_ID)).toBe("");
});

test("a call goes on where a hook can't read it", () => {
  const { grpc: hook } = createTokenHooks({ grants: approving(), destinations: ["cart.internal"] });
  const broken = {
    metadata: undefined as never,
    channel: {
      getTarget(): string {
        throw new Error("closed");
      },
    },
  };
  expect(hook(broken)).toBe(broken);
  const noMetadata = { metadata: undefined as never, channel: { getTarget: () => "dns:cart.internal:1" } };
  expect(inTrace(TRACE_ID, () => hook(noMetadata))).toBe(noMetadata);
});

test.each([
  ["dns:cart.internal:50051", "cart.internal"],
  ["dns:Cart.Internal", "cart.internal"],
  ["dns:///cart.internal:50051", "cart.internal"],
  ["dns://10.0.0.53/cart.internal:50051", "cart.internal"],
  ["ipv4:10.0.0.7:50051", "10.0.0.7"],
  ["ipv6:[2001:db8::1]:50051", "2001:db8::1"],
  ["ipv4:10.0.0.7:1,10.0.0.8:1", undefined],
  ["unix:/run/cart.sock", undefined],
  ["xds:///cart.internal", undefined],
  ["dns:", undefined],
  ["dns:///", undefined],
  ["dns:cart.internal:50051/path", undefined],
  ["cart.internal", undefined],
  ["", undefined],
])("the target %s names the host %s", (target, host) => {
  expect(hostOfTarget(target)).toBe(host);
});
