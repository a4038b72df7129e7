import type { Component } from "@scrim/pipeline";
import { debugExporter } from "./exporters/debug/debug-exporter.ts";
import { fileExporter } from "./exporters/file-exporter.ts";
import { loadBalancingExporter } from "./exporters/loadbalancing/load-balancing-exporter.ts";
import { otlpExporter } from "./exporters/otlp/otlp-exporter.ts";
import { otlpHttpExporter } from "./exporters/otlphttp/otlphttp-exporter.ts";
import { bearerTokenAuth } from "./extensions/bearer-token-auth.ts";
import { clientAuth } from "./extensions/client-auth.ts";
import { healthCheck } from "./extensions/health-check.ts";
import { zpages } from "./extensions/zpages/zpages.ts";
import { policyProcessor } from "./processors/policy.ts";
import { probabilisticSamplerProcessor } from "./processors/probabilistic-sampler/probabilistic-sampler.ts";
import { verboseCaptureProcessor } from "./processors/verbose-capture/verbose-capture-processor.ts";
import { otlpReceiver } from "./receivers/otlp/otlp-receiver.ts";

/** The components every gateway has. */
export const COMPONENTS: readonly Component[] = [
  otlpReceiver,
  policyProcessor,
  verboseCaptureProcessor,
  probabilisticSamplerProcessor,
  otlpExporter,
  otlpHttpExporter,
  loadBalancingExporter,
  fileExporter,
  debugExporter,
  healthCheck,
  zpages,
  clientAuth,
  bearerTokenAuth,
];
