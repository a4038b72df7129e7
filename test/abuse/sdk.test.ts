import {
  BundleIntake,
  GrantSet,
  type KeyedGrant,
  MemorySource,
  readPrivateKey,
  readPublicKey,
} from "@scrim/grants";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { AUDIENCE, enrol, grant, grantFor, NOW, OTHER_TRACE_ID, TRACE_ID, token } from "./enrolment.ts";
import { EVERYTHING, FROM_OUTSIDE, MISPLACED, traceparent } from "./header-cases.ts";
import { startService } from "./sdk-service.ts";
import { standStill, type TestTime } from "./test-time.ts";
import { GRANTS, TOKENS } from "./token-cases.ts";

let time: TestTime;
beforeEach(() => {
  time = standStill();
  onTestFinished(() => time.free());
});

/** A service that has taken a bundle. */
async function setUp(grants: readonly KeyedGrant[], { trusts = true, hasFlightRecorder = false } = {}) {
  const enrolment = enrol();
  const set = new GrantSet();
  const source = new MemorySource();
  const intake = new BundleIntake(set, {
    audience: AUDIENCE,
    trusted: [readPublicKey("signing", enrolment.signing.publicKey, "signing.pub")],
    own: [readPrivateKey("service", enrolment.service.privateKey, "service.key")],
  });
  const captured = enrolment.sign(grants);
  source.put(captured);
  source.start(intake, (problem) => expect.unreachable(String(problem)));
  const service = await startService({ grants: set, trustsIncoming: trusts, hasFlightRecorder });
  onTestFinished(() => service.close());
  return { ...service, captured, revoke: () => source.put(enrolment.sign([], { version: 2 })) };
}

const carrying = (text: string, traceId = TRACE_ID) => ({
  traceparent: traceparent(traceId),
  tracestate: `scrim=${text}`,
});

const RECORDERS = [
  ["a service", false],
  ["a service with a flight recorder", true],
] as const;

test.for(RECORDERS)(
  "%s: a token that is good, and a trace that a grant names, are captured",
  async ([, hasFlightRecorder]) => {
    const service = await setUp([...GRANTS, grantFor(OTHER_TRACE_ID, { id: "a4a4a4a4a4a4a4a4" })], {
      hasFlightRecorder,
    });
    await service.request(carrying(token()));
    expect(service.verbose()).toEqual([5, 8]);
    await service.request({ traceparent: traceparent(OTHER_TRACE_ID) });
    expect(service.verbose()).toEqual([5, 8, 5, 8]);
  },
);

for (const [name, hasFlightRecorder] of RECORDERS) {
  test.each(TOKENS)(`${name}: a token %s captures nothing, inside the trust domain`, async (_, row) => {
    const service = await setUp(GRANTS, { hasFlightRecorder });
    const text = row.token(service.captured);
    row.before?.(time, service.revoke);
    for (let i = 0; i < 3; i++) await service.request(carrying(text, row.traceId));
    expect(service.verbose()).toEqual([]);
    expect(service.others()).toBe(3);
  });
}

test.each(MISPLACED)("%s captures nothing, inside the trust domain", async (_, headers) => {
  const service = await setUp(GRANTS);
  await service.request(headers(token()));
  expect([service.verbose(), service.others()]).toEqual([[], 1]);
});

test.each(FROM_OUTSIDE)(
  "%s captures nothing through an ingress that is open to anybody",
  async (_, headers) => {
    const service = await setUp(GRANTS, { trusts: false });
    await service.request(headers(token()));
    expect([service.verbose(), service.others()]).toEqual([[], 1]);
    const inside = await setUp(GRANTS);
    await inside.request(headers(token()));
    expect(inside.verbose(), "the row shows nothing: its token counts nowhere").toEqual([5, 8]);
  },
);

test("a caller that sends sampled, debug flags and a token to every request gets nothing for it", async () => {
  const service = await setUp(GRANTS);
  const headers = EVERYTHING(token());
  for (let i = 0; i < 50; i++) await service.request(headers);
  expect([service.verbose(), service.others()]).toEqual([[], 50]);
});

const BOUNDS = [
  ["the records of a second", { records_per_s: 3 }, 3],
  ["its bytes", { bytes_max: 60 }, 5],
] as const;

test.each(BOUNDS)(
  "a token that is replayed inside the trust domain stays within %s of its grant",
  async (_, bounds, records) => {
    const service = await setUp([grant(bounds)]);
    for (let i = 0; i < 20; i++) await service.request(carrying(token()));
    expect([service.verbose().length, service.others()]).toEqual([records, 20]);
  },
);

test.each(BOUNDS)(
  "who knows an approved trace id stays within %s of its grant",
  async (_, bounds, records) => {
    const service = await setUp([grantFor(TRACE_ID, bounds)], { trusts: false });
    for (let i = 0; i < 20; i++) await service.request({ traceparent: traceparent(TRACE_ID) });
    expect([service.verbose().length, service.others()]).toEqual([records, 20]);
  },
);

test("a clock that is set back keeps no grant alive past its bundle", async () => {
  const service = await setUp([grantFor(TRACE_ID)]);
  const request = () => service.request({ traceparent: traceparent(TRACE_ID) });
  await request();
  time.setClock(-30);
  await request();
  expect(service.verbose()).toHaveLength(4);
  time.advance(61);
  await request();
  expect(Date.now() / 1000).toBeLessThan(NOW + 60);
  expect(service.verbose()).toHaveLength(4);
});
