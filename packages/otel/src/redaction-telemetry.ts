import { type BatchObservableResult, type MeterProvider, metrics, type Observable } from "@opentelemetry/api";
import type { PolicyFollower } from "@scrim/grants";
import { expressionEngine, type RedactionCounts } from "@scrim/redact";
import { CENTRAL_POLICY_METRICS, ENGINE_METRIC, REDACTION_METRICS } from "./redaction-metrics.ts";
import { reportFault } from "./report-fault.ts";

/** `lines` are what loggers print themselves. */
export type RedactedSignal = "logs" | "traces" | "metrics" | "lines";

type Metric = keyof typeof REDACTION_METRICS;

/** Numbers of one signal since the process began. */
class SignalTotals {
  items = 0;
  seconds = 0;
  stubs = 0;
  lost = 0;
  mergedSeries = 0;
  /** By `class/action`. */
  readonly findings = new Map<string, number>();
  /** By reason. */
  readonly withheld = new Map<string, number>();
}

/**
 * Counts what plug-ins do. A record costs a few additions; instruments are asynchronous, so that the work is done when
 * metrics are collected.
 */
export class RedactionTelemetry {
  readonly #given: MeterProvider | undefined;
  readonly #totals: Readonly<Record<RedactedSignal, SignalTotals>> = {
    logs: new SignalTotals(),
    traces: new SignalTotals(),
    metrics: new SignalTotals(),
    lines: new SignalTotals(),
  };
  readonly #policies = new Set<PolicyFollower>();
  #bound: MeterProvider | undefined;
  #unbind: () => void = () => {};

  /** Without a provider the global one counts, as soon as there is one: the api has no proxy for meters. */
  constructor(meterProvider?: MeterProvider) {
    this.#given = meterProvider;
  }

  /** One item went through: what the engine counted, and what could not even be given to it. */
  redacted(
    signal: RedactedSignal,
    counts: RedactionCounts,
    unreadable: ReadonlyMap<string, number>,
    milliseconds: number,
  ): void {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (provider !== this.#bound) this.#bind(provider);
    const totals = this.#totals[signal];
    totals.items++;
    totals.seconds += milliseconds / 1000;
    this.found(signal, counts, unreadable);
  }

  /** What was found beside items: in a resource, which many share. */
  found(signal: RedactedSignal, counts: RedactionCounts, unreadable: ReadonlyMap<string, number>): void {
    const totals = this.#totals[signal];
    totals.mergedSeries += counts.merged_series;
    if (counts.redacted.size > 0) addAll(totals.findings, counts.redacted);
    if (counts.withheld.size > 0) addAll(totals.withheld, counts.withheld);
    if (unreadable.size > 0) addAll(totals.withheld, unreadable);
  }

  /** What becomes of the policies of a control plane is told with the rest. */
  follow(policy: PolicyFollower): void {
    this.#policies.add(policy);
  }

  stub(signal: RedactedSignal): void {
    this.#totals[signal].stubs++;
  }

  lost(signal: RedactedSignal, items = 1): void {
    this.#totals[signal].lost += items;
  }

  /** A provider that can't be bound to must not cost a record. */
  #bind(provider: MeterProvider): void {
    this.#unbind();
    this.#bound = provider;
    try {
      this.#unbind = this.#observed(provider);
    } catch (error) {
      this.#unbind = () => {};
      reportFault("redaction is not counted", error);
    }
  }

  #observed(provider: MeterProvider): () => void {
    const meter = provider.getMeter("@scrim/otel");
    const instruments = {} as Record<Metric, Observable>;
    for (const [key, { name, unit, description }] of Object.entries(REDACTION_METRICS)) {
      instruments[key as Metric] = meter.createObservableCounter(name, { unit, description });
    }
    const { name, unit, description } = ENGINE_METRIC;
    const engine = meter.createObservableGauge(name, { unit, description });
    const { refused, revision, stale } = CENTRAL_POLICY_METRICS;
    const policies = {
      refused: meter.createObservableCounter(refused.name, refused),
      revision: meter.createObservableGauge(revision.name, revision),
      stale: meter.createObservableGauge(stale.name, stale),
    };
    const observe = (result: BatchObservableResult) => {
      result.observe(engine, 1, { "redaction.engine": expressionEngine() });
      this.#observe(result, instruments);
      this.#observePolicies(result, policies);
    };
    const observables = [engine, ...Object.values(instruments), ...Object.values(policies)];
    meter.addBatchObservableCallback(observe, observables);
    return () => meter.removeBatchObservableCallback(observe, observables);
  }

  #observePolicies(
    result: BatchObservableResult,
    { refused, revision, stale }: Readonly<Record<keyof typeof CENTRAL_POLICY_METRICS, Observable>>,
  ): void {
    for (const policy of this.#policies) {
      result.observe(revision, policy.running?.revision ?? 0);
      result.observe(stale, policy.isFresh ? 0 : 1);
      for (const [reason, count] of policy.refusals)
        result.observe(refused, count, { "policy.reason": reason });
    }
  }

  #observe(result: BatchObservableResult, instruments: Readonly<Record<Metric, Observable>>): void {
    for (const [signal, totals] of Object.entries(this.#totals)) {
      if (totals.items === 0 && totals.stubs === 0 && totals.lost === 0) continue;
      const attributes = { "redaction.signal": signal };
      result.observe(instruments.items, totals.items, attributes);
      result.observe(instruments.duration, totals.seconds, attributes);
      result.observe(instruments.stubs, totals.stubs, attributes);
      result.observe(instruments.lost, totals.lost, attributes);
      if (signal === "metrics") result.observe(instruments.merged_series, totals.mergedSeries, attributes);
      for (const [reason, count] of totals.withheld) {
        result.observe(instruments.withheld, count, { ...attributes, "redaction.reason": reason });
      }
      for (const [found, count] of totals.findings) {
        const [sensitivity, action] = found.split("/") as [string, string];
        result.observe(instruments.findings, count, {
          ...attributes,
          "redaction.class": sensitivity,
          "redaction.action": action,
        });
      }
    }
  }
}

function addAll(totals: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [key, count] of counts) totals.set(key, (totals.get(key) ?? 0) + count);
}

const ofGlobalProvider = new RedactionTelemetry();
const ofProviders = new WeakMap<MeterProvider, RedactionTelemetry>();

/** All plug-ins that report to the same provider count together, so that each series has one writer. */
export function telemetryOf(meterProvider: MeterProvider | undefined): RedactionTelemetry {
  if (meterProvider === undefined) return ofGlobalProvider;
  let telemetry = ofProviders.get(meterProvider);
  if (telemetry === undefined) {
    telemetry = new RedactionTelemetry(meterProvider);
    ofProviders.set(meterProvider, telemetry);
  }
  return telemetry;
}
