import { createRedactor } from "@scrim/redact";
import type { Evidence, PolicyInForce } from "../evidence.ts";
import { type PolicyName, planOf } from "../gateway/config.ts";
import type { IssuedRequest } from "../issuer/journal.ts";
import { findSecrets, issuedRecord } from "../records/issued-record.ts";
import { type Item, itemsOf } from "../records/items-of.ts";
import { balanceProblems } from "./balance.ts";
import { type DeliveredItem, deliveredItems } from "./delivered-items.ts";
import { lostRecords } from "./lost-records.ts";
import { named } from "./named.ts";

/** What a run proved wrong, each with the property's name; none where all hold. */
export function problemsOf(evidence: Evidence): string[] {
  const delivered = evidence.destinations.map(({ sink }) => deliveredItems(sink));
  const kept = [...delivered.flat(), ...evidence.dead_letters];
  return [
    ...evidence.troubles,
    ...lostRecords(evidence),
    ...strangeRecords(evidence, kept),
    ...changedRecords(evidence, kept),
    ...repeatedRecords(evidence, delivered),
    ...balanceProblems(evidence.lives),
    ...hurriedRequests(evidence),
    ...secretsWritten(evidence),
  ];
}

/** 2: every delivered record was issued. */
function strangeRecords({ journal }: Evidence, items: readonly { readonly item: Item }[]): string[] {
  const issued = new Set(journal.requests.flatMap(({ numbers }) => numbers));
  const strange = items.filter(({ item }) => item.number === undefined || !issued.has(item.number));
  return named(
    "delivered and never issued",
    strange.map(({ item }) => item.number ?? "without a number"),
  );
}

/** 3: what is delivered is the redacted form of what was issued, all of it, by a policy that was in force. */
function changedRecords(
  { journal, policies }: Evidence,
  items: readonly { readonly item: Item }[],
): string[] {
  const redactors = new Map(policies.map(({ name }) => [name, createRedactor(planOf(name))]));
  const expected = new Map<number, Set<string>>();
  for (const request of journal.requests)
    for (const name of policiesFor(request, policies)) {
      const { signal, bytes } = request;
      for (const { number, text } of itemsOf(signal, redactors.get(name)!.redact(signal, bytes).bytes)) {
        const texts = expected.get(number!) ?? new Set();
        expected.set(number!, texts.add(text));
      }
    }
  const changed = items.filter(
    ({ item }) => item.number !== undefined && expected.get(item.number)?.has(item.text) === false,
  );
  const without = items.filter(
    ({ item }) => item.number !== undefined && item.plain !== issuedRecord(item.number).plain,
  );
  return [
    ...named(
      "delivered other than its redacted form",
      changed.map(({ item }) => item.number!),
    ),
    ...named(
      "delivered without its harmless text",
      without.map(({ item }) => item.number!),
    ),
  ];
}

/** Those that may have been in force while a request was under way. */
function policiesFor(request: IssuedRequest, policies: readonly PolicyInForce[]): Set<PolicyName> {
  const { issued_ms, ended_ms = Number.POSITIVE_INFINITY } = request;
  const inTime = policies.filter(
    ({ written_ms }, index) =>
      written_ms <= ended_ms &&
      !policies.slice(index + 1).some(({ confirmed_ms }) => confirmed_ms < issued_ms),
  );
  return new Set(inTime.map(({ name }) => name));
}

/** How long after its answer a delivery may be unknown to a queue that is killed, or whose disk fails at its end. */
const UNSETTLED_MS = 3_000;

/** What a gateway says whose disk didn't take the last cursors. */
const CURSORS_LOST = "cursors could not be written at the end";

/** How long an answer may take to the gateway once it was written. */
const ON_ITS_WAY_MS = 300;

/** 7: nothing arrives more often than it was sent, but where an answer was lost, the gateway killed, or it said that its disk failed it. */
function repeatedRecords(
  { journal, destinations, lives }: Evidence,
  delivered: readonly DeliveredItem[][],
): string[] {
  const sent = new Map<number, number>();
  for (const request of journal.requests)
    for (const number of request.numbers)
      sent.set(number, (sent.get(number) ?? 0) + Math.max(1, request.sent));
  const kills = [
    ...lives
      .filter(({ ended, output }) => ended === "SIGKILL" || output.includes(CURSORS_LOST))
      .map(({ ended_ms }) => ended_ms),
    ...lives.flatMap(({ worker_ends }) => worker_ends.map(({ at_ms }) => at_ms)),
  ];
  return delivered.flatMap((items, destination) => {
    const { way } = destinations[destination]!;
    const counted = new Map<number, number>();
    for (const { item, delivery } of items) {
      const { answered_ms, at_ms, port } = delivery;
      const isKnown =
        answered_ms !== undefined &&
        answered_ms - at_ms < 500 &&
        !way.disturbed(at_ms, answered_ms + ON_ITS_WAY_MS) &&
        !way.cutOff(port, answered_ms + ON_ITS_WAY_MS);
      const isSettled =
        isKnown && !kills.some((kill) => answered_ms <= kill + 50 && kill < answered_ms + UNSETTLED_MS);
      if (isSettled && item.number !== undefined)
        counted.set(item.number, (counted.get(item.number) ?? 0) + 1);
    }
    const repeated = [...counted].filter(([number, times]) => times > (sent.get(number) ?? 0));
    return named(
      `more often at destination ${destination} than sent`,
      repeated.map(([number]) => number),
    );
  });
}

/** How long requests that began before an answer may still arrive behind it. */
const UNDER_WAY_MS = 300;

/** How long before an answer a request may have begun that arrives behind it, where the network is slow. */
const DELAYED_MS = 1_000;

/** 8: a destination that asked for time is left alone for as long, by the worker that it told. */
function hurriedRequests({ destinations, lives, plan }: Evidence): string[] {
  // Several connections may each have a request under way that no answer to another one stops.
  return destinations.flatMap(({ sink, way }, destination) => {
    const hurried = sink.pauses.filter(({ worker, from_ms, to_ms }) => {
      const life = lives.findLast(({ ready_ms }) => ready_ms <= from_ms);
      // Nobody tells a worker that takes another one's place.
      const replaced = life?.worker_ends.find(({ at_ms }) => from_ms <= at_ms + WORKER_END_MS)?.at_ms;
      const end = Math.min(to_ms, life?.ended_ms ?? 0, replaced ?? to_ms) - ON_ITS_WAY_MS;
      if (way.disturbed(from_ms - DELAYED_MS, from_ms + UNDER_WAY_MS)) return false; // nobody may have heard
      return sink.requests.some(
        (one) => one.worker === worker && from_ms + UNDER_WAY_MS < one.at_ms && one.at_ms < end,
      );
    });
    return hurried.length === 0
      ? []
      : [
          `destination ${destination} was not left alone when it asked: ${hurried.length} of ${sink.pauses.length} times (${plan.gateway.ack})`,
        ];
  });
}

/** How long after it a worker's end may be said. */
const WORKER_END_MS = 100;

/** 6: no secret anywhere. */
function secretsWritten({ written }: Evidence): string[] {
  const problems = written.flatMap(([place, bytes]) =>
    named(`secrets in ${place}`, findSecrets(bytes.toString("latin1"))),
  );
  return [...new Set(problems)];
}
