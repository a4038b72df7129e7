import { diag, type TextMapPropagator } from "@opentelemetry/api";
import { listOf } from "./environment.ts";
import type { SdkPackages } from "./sdk-packages.ts";

interface Core {
  readonly CompositePropagator: new (options: { propagators: TextMapPropagator[] }) => TextMapPropagator;
  readonly W3CTraceContextPropagator: new () => TextMapPropagator;
  readonly W3CBaggagePropagator: new () => TextMapPropagator;
}

interface B3 {
  readonly B3Propagator: new (options?: object) => TextMapPropagator;
  readonly B3InjectEncoding: { readonly MULTI_HEADER: number };
}

/** The propagators of `OTEL_PROPAGATORS`, which NodeSDK would build itself; undefined where it asks for none. */
export function propagatorFromEnvironment(sdk: SdkPackages): TextMapPropagator | undefined {
  const { CompositePropagator, W3CTraceContextPropagator, W3CBaggagePropagator } =
    sdk.load<Core>("@opentelemetry/core");
  const names = listOf("OTEL_PROPAGATORS");
  if (names.includes("none")) return undefined;
  const propagators = (names.length === 0 ? ["tracecontext", "baggage"] : names).flatMap((name) => {
    switch (name) {
      case "tracecontext":
        return new W3CTraceContextPropagator();
      case "baggage":
        return new W3CBaggagePropagator();
      case "b3":
      case "b3multi":
        return b3(sdk, name === "b3multi");
      default:
        diag.warn(
          "scrim: OTEL_PROPAGATORS names one that is not known, and is ignored. Known are: tracecontext, baggage, b3, b3multi, none",
        );
        return [];
    }
  });
  return new CompositePropagator({ propagators });
}

function b3(sdk: SdkPackages, isMulti: boolean): TextMapPropagator {
  const { B3Propagator, B3InjectEncoding } = sdk.load<B3>("@opentelemetry/propagator-b3");
  return new B3Propagator(isMulti ? { injectEncoding: B3InjectEncoding.MULTI_HEADER } : {});
}
