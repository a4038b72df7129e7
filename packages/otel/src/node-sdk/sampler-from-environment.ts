import { diag } from "@opentelemetry/api";
import type { SamplerLike } from "../verbose/approved-trace-sampler.ts";
import { textOf } from "./environment.ts";
import type { SdkPackages } from "./sdk-packages.ts";

interface Samplers {
  readonly AlwaysOnSampler: new () => SamplerLike;
  readonly AlwaysOffSampler: new () => SamplerLike;
  readonly TraceIdRatioBasedSampler: new (ratio: number) => SamplerLike;
  readonly ParentBasedSampler: new (options: { root: SamplerLike }) => SamplerLike;
}

/** The sampler of `OTEL_TRACES_SAMPLER`, which NodeSDK would build itself; `parentbased_always_on` where it names none. */
export function samplerFromEnvironment(sdk: SdkPackages): SamplerLike {
  const samplers = sdk.load<Samplers>("@opentelemetry/sdk-trace");
  const name = textOf("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on";
  const root = rootSampler(name.replace(/^parentbased_/, ""), samplers);
  if (root === undefined) {
    diag.warn("scrim: OTEL_TRACES_SAMPLER names a sampler that is not known; parentbased_always_on is used");
    return new samplers.ParentBasedSampler({ root: new samplers.AlwaysOnSampler() });
  }
  return name.startsWith("parentbased_") ? new samplers.ParentBasedSampler({ root }) : root;
}

function rootSampler(
  name: string,
  { AlwaysOnSampler, AlwaysOffSampler, TraceIdRatioBasedSampler }: Samplers,
): SamplerLike | undefined {
  switch (name) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio());
    default:
      return undefined;
  }
}

function ratio(): number {
  const text = textOf("OTEL_TRACES_SAMPLER_ARG");
  const number = text === undefined ? 1 : Number(text);
  if (number >= 0 && number <= 1) return number;
  diag.warn("scrim: OTEL_TRACES_SAMPLER_ARG is no ratio between 0 and 1; 1 is used");
  return 1;
}
