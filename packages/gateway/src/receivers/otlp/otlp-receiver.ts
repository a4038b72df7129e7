import { isDeepStrictEqual } from "node:util";
import { OperatingError } from "@scrim/errors";
import { defineReceiver, type ReceiverContext } from "@scrim/pipeline";
import { type Endpoint, formatEndpoint, isLoopback, listen } from "../../endpoint.ts";
import { RECEIVER_IN_FLIGHT_BYTES } from "../../gateway-metrics.ts";
import { createServerTls, type ServerTls } from "../../tls/server-tls.ts";
import { Admission } from "./admission.ts";
import { OtlpReceiverConfig } from "./config/otlp-receiver-config.ts";
import { grpcListener } from "./connections/grpc-listener.ts";
import { httpListener } from "./connections/http-listener.ts";
import type { Gate, Listener } from "./connections/listener.ts";
import { grpcProtocol } from "./grpc/grpc-protocol.ts";
import { httpProtocol } from "./http/http-protocol.ts";
import { Peers } from "./peers.ts";
import { type CurrentSettings, createSettings } from "./receiver-settings.ts";
import { requestCounter } from "./request-counter.ts";
import { requestServer, type ServeRequest } from "./serve-request.ts";

/** How long a request on its way may take once the gateway shuts down, unless told otherwise. */
const SHUTDOWN_GRACE_MS = 10_000;

type Transport = "grpc" | "http";
const TRANSPORTS: readonly Transport[] = ["grpc", "http"];

/** A protocol on its port. */
interface Served {
  readonly transport: Transport;
  readonly listener: Listener;
  readonly tls: ServerTls | undefined;
  /** Where it listens, once it does. */
  listening: Endpoint | undefined;
}

/** https://opentelemetry.io/docs/specs/otlp/ */
export const otlpReceiver = defineReceiver({
  type: "otlp",
  description: "Takes in OTLP over gRPC and over HTTP, as protobuf or JSON.",
  configSchema: OtlpReceiverConfig,
  create(config, context) {
    const { id, path, log, metrics } = context;
    const current: CurrentSettings = { config, settings: createSettings(config, context) };
    const admission = new Admission(() => current.settings.limits.max_in_flight_size);
    const peers = new Peers();
    metrics.observe(RECEIVER_IN_FLIGHT_BYTES, { receiver: id }, () => admission.takenBytes);
    let isReady = false;
    const server = { receiver: id, current, admission, peers, isReady: () => isReady, metrics, log };
    const gateOf = (transport: Transport): Gate => ({
      peers,
      counter: requestCounter(id, transport, metrics),
      limits: () => current.settings.limits,
    });
    const open: Readonly<Record<Transport, (tls: ServerTls | undefined) => Listener>> = {
      grpc: (tls) => {
        const serve: ServeRequest = requestServer(grpcProtocol, server);
        return grpcListener(() => current.config.protocols.grpc!, tls, gateOf("grpc"), serve);
      },
      http: (tls) => {
        const serve: ServeRequest = requestServer(httpProtocol, server);
        return httpListener(() => current.config.protocols.http!, tls, gateOf("http"), serve);
      },
    };
    const served = TRANSPORTS.flatMap((transport): Served[] => {
      const section = config.protocols[transport];
      if (section === undefined) return [];
      const tls = section.tls && createServerTls(section.tls, tlsPath(transport, context), context);
      return [{ transport, tls, listener: open[transport](tls), listening: undefined }];
    });

    return {
      async start() {
        for (const one of served) {
          const { endpoint } = config.protocols[one.transport]!;
          const found = await listen(
            one.listener.server,
            endpoint,
            `${path}.protocols.${one.transport}.endpoint`,
          );
          one.listening = found;
          warnIfOpen(found, config, one.transport, context);
        }
      },
      ready(ready) {
        isReady = ready;
      },
      endpoints: () =>
        Object.fromEntries(
          served.flatMap(({ transport, listening }) =>
            listening === undefined ? [] : [[transport, formatEndpoint(listening)]],
          ),
        ),
      async reload(next, nextContext) {
        if (!listensAlike(current.config, next)) {
          checkPorts(current.config, next, nextContext);
          return undefined;
        }
        const settings = createSettings(next, nextContext);
        const commits = served.map(({ transport, tls }) =>
          tls?.prepare(next.protocols[transport]!.tls!, nextContext),
        );
        return () => {
          current.config = next;
          current.settings = settings;
          for (const commit of commits) commit?.();
          for (const { listener, listening, transport } of served) {
            listener.refresh();
            if (listening !== undefined) warnIfOpen(listening, next, transport, nextContext);
          }
        };
      },
      async shutdown(graceMs = SHUTDOWN_GRACE_MS) {
        isReady = false;
        for (const { tls } of served) tls?.stop();
        await Promise.all(served.map(({ listener }) => listener.close(graceMs)));
      },
    };
  },
});

function tlsPath(transport: Transport, { path }: ReceiverContext): string {
  return `${path}.protocols.${transport}.tls`;
}

/** Whether the same ports serve both, in the same way as far as a connection is concerned. */
function listensAlike(one: OtlpReceiverConfig, other: OtlpReceiverConfig): boolean {
  const outline = ({ protocols }: OtlpReceiverConfig) =>
    TRANSPORTS.map((transport) => {
      const section = protocols[transport];
      return (
        section && [section.endpoint, section.tls !== undefined, section.tls?.client_ca_file !== undefined]
      );
    });
  return isDeepStrictEqual(outline(one), outline(other));
}

/**
 * A receiver that takes this one's place listens while this one still does.
 *
 * @throws {OperatingError} `CONFIG_INVALID` where it would listen on a port of this one
 */
function checkPorts(present: OtlpReceiverConfig, next: OtlpReceiverConfig, { path }: ReceiverContext): void {
  const taken = TRANSPORTS.flatMap((transport) => present.protocols[transport]?.endpoint ?? []);
  for (const transport of TRANSPORTS) {
    const wanted = next.protocols[transport]?.endpoint;
    if (wanted === undefined || wanted.port === 0) continue;
    if (taken.some((endpoint) => isDeepStrictEqual(endpoint, wanted)))
      throw new OperatingError(
        "CONFIG_INVALID",
        `where the receiver listens, and whether with TLS, can't be changed while it stays on ${formatEndpoint(wanted)}`,
        {
          path: `${path}.protocols.${transport}.endpoint`,
          hint: "restart the gateway, or give each of its protocols another port",
        },
      );
  }
}

function warnIfOpen(
  endpoint: Endpoint,
  { protocols }: OtlpReceiverConfig,
  transport: Transport,
  { path, log }: ReceiverContext,
): void {
  const { tls, auth } = protocols[transport]!;
  const isGuarded = tls !== undefined && (tls.client_ca_file !== undefined || auth !== undefined);
  if (isLoopback(endpoint.host) || isGuarded) return;
  const missing = [
    ...(tls === undefined ? ["encryption"] : []),
    ...(auth === undefined && tls?.client_ca_file === undefined ? ["authentication"] : []),
  ].join(" or ");
  log.warn(
    `${path}: ${formatEndpoint(endpoint)} is open to other machines, without ${missing}`,
    "listen on 127.0.0.1, or set tls, and auth or client_ca_file",
  );
}
