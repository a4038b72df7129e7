import {
  type GrpcMetadataLike,
  guarded,
  metadataWithToken,
  type TokenHooksOptions,
  type TokenTest,
  tokenForTarget,
  tokenTest,
} from "./token-hooks.ts";

/** `@opentelemetry/instrumentation`, as far as it is used. */
export interface InstrumentationPackage {
  readonly InstrumentationBase: new (name: string, version: string, config: object) => object;
  readonly InstrumentationNodeModuleDefinition: new (
    name: string,
    versions: string[],
    patch: (module: unknown) => unknown,
  ) => object;
}

interface GrpcCall {
  start(metadata: GrpcMetadataLike, listener: unknown): void;
}

interface GrpcChannel {
  getTarget(): string;
  createCall(...parameters: unknown[]): GrpcCall;
}

/** `@grpc/grpc-js`, as far as it is used. */
interface GrpcPackage {
  readonly Channel?: { readonly prototype: GrpcChannel };
}

/**
 * An instrumentation that sends the token of an approved trace along with gRPC calls to allowed hosts, of clients of any kind: all of them create their
 * calls on a channel. Stands beside `@opentelemetry/instrumentation-grpc`, which has no hook for metadata.
 */
export function createGrpcTokenInstrumentation(
  { InstrumentationBase, InstrumentationNodeModuleDefinition }: InstrumentationPackage,
  options: TokenHooksOptions,
): object {
  class GrpcTokenInstrumentation extends InstrumentationBase {
    /** Called by the base class. */
    init(): object {
      const patch = (module: unknown) => {
        sendTokens(module as GrpcPackage, options);
        return module;
      };
      return new InstrumentationNodeModuleDefinition("@grpc/grpc-js", ["^1.0.0"], patch);
    }
  }
  return new GrpcTokenInstrumentation("@scrim/otel/grpc", "0.1.0", {});
}

const patched = new WeakSet<object>();

/** Makes channels add the token when a call starts. What a call goes by is the span that was current when it was created. */
function sendTokens({ Channel }: GrpcPackage, options: TokenHooksOptions): void {
  const prototype = Channel?.prototype;
  if (typeof prototype?.createCall !== "function" || patched.has(prototype)) return;
  patched.add(prototype);
  const { createCall } = prototype;
  const tokenFor = tokenTest(options);
  prototype.createCall = function (this: GrpcChannel, ...parameters) {
    const call = createCall.apply(this, parameters);
    guarded(() => startWithToken(call, tokenFor, this.getTarget()));
    return call;
  };
}

function startWithToken(call: GrpcCall, tokenFor: TokenTest, target: string): void {
  const token = tokenForTarget(tokenFor, target);
  if (token === undefined) return;
  const { start } = call;
  call.start = (metadata, listener) => {
    let withToken = metadata;
    guarded(() => {
      withToken = metadataWithToken(metadata, token);
    });
    start.call(call, withToken, listener);
  };
}
