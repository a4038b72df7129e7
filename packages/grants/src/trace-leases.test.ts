import fc from "fast-check";
import { expect, test } from "vitest";
import { bundle, grant, TestClock } from "../test/fixtures.ts";
import { GrantSet } from "./grant-set.ts";
import { type LeaseRequest, type Lessor, TraceLeases } from "./trace-leases.ts";

const ID = "00112233aabbccdd";

/** Counts as a control plane does: what is granted is gone until it is given back. */
class CountingLessor implements Lessor {
  left: number;
  used = 0;
  isAway = false;
  readonly requests: LeaseRequest[] = [];

  constructor(left: number) {
    this.left = left;
  }

  async lease(request: LeaseRequest): Promise<Record<string, number>> {
    if (this.isAway) throw new Error("away");
    this.requests.push(request);
    this.left += request.returned[ID] ?? 0;
    this.used += request.used[ID] ?? 0;
    const granted = Math.min(this.left, request.wanted[ID] ?? 0);
    this.left -= granted;
    return { [ID]: granted };
  }
}

function setUp(left: number) {
  const clock = new TestClock();
  const set = new GrantSet(clock);
  set.replace(bundle([grant({ selector: { where: "a == 'b'" }, traces_max: 5 })]));
  const active = set.forRoot({ a: "b" })!;
  const lessor = new CountingLessor(left);
  const problems: unknown[] = [];
  const leases = new TraceLeases(lessor, (problem) => problems.push(problem), clock);
  return { clock, active, lessor, leases, problems, set };
}

const answers = () => new Promise((resolve) => setImmediate(resolve));

test("without a lease nothing is taken; with one, as much as was leased", async () => {
  const { active, leases } = setUp(5);
  expect(leases.take(active)).toBe(false);
  await answers();
  expect(leases.take(active)).toBe(true);
  expect(leases.take(active)).toBe(false);
});

test("one trace is leased ahead, and more where many are taken", async () => {
  const { active, leases, lessor, set } = setUp(100);
  await leases.tend(set.withPredicate);
  let taken = 0;
  for (let round = 0; round < 6; round++) {
    while (leases.take(active)) taken++;
    await answers();
  }
  expect(taken).toBeGreaterThan(10);
  expect(lessor.requests.map(({ wanted }) => wanted[ID])).toEqual(expect.arrayContaining([1, 2, 8, 16]));
});

test("over four processes never more is taken than there is", async () => {
  const lessor = new CountingLessor(5);
  const processes = Array.from({ length: 4 }, () => setUp(0)).map(({ active, set }) => ({
    active,
    leases: new TraceLeases(lessor, () => {}),
    set,
  }));
  let taken = 0;
  for (let round = 0; round < 50; round++) {
    for (const { active, leases, set } of processes) {
      if (round % 10 === 0) void leases.tend(set.withPredicate);
      if (leases.take(active)) taken++;
      if (round % 7 === 0) await answers();
    }
  }
  await Promise.all(processes.map(({ leases }) => leases.close()));
  expect(taken).toBeLessThanOrEqual(5);
  expect(lessor.used).toBe(taken);
  expect(lessor.left).toBe(5 - taken);
});

test("what lies idle is given back, and another process gets it", async () => {
  const { clock, leases, lessor, set, active } = setUp(1);
  await leases.tend(set.withPredicate);
  expect(lessor.left).toBe(0);
  clock.advance(11);
  await leases.tend(set.withPredicate);
  expect(lessor.left).toBe(1);
  expect(leases.take(active)).toBe(false);
});

test("a grant that is gone gives its leases back", async () => {
  const { leases, lessor, set } = setUp(3);
  await leases.tend(set.withPredicate);
  set.clear();
  await leases.tend(set.withPredicate);
  expect(lessor.left).toBe(3);
});

test("a lessor that is away takes nothing and gives nothing, is told, and asked again later", async () => {
  const { clock, active, leases, lessor, problems } = setUp(5);
  lessor.isAway = true;
  expect(leases.take(active)).toBe(false);
  await answers();
  for (let i = 0; i < 10; i++) expect(leases.take(active)).toBe(false);
  await answers();
  expect(problems.length).toBe(1);
  lessor.isAway = false;
  clock.advance(2);
  expect(leases.take(active)).toBe(false);
  await answers();
  expect(leases.take(active)).toBe(true);
});

test.each<[Record<string, number>]>([
  [{ [ID]: 1_000 }],
  [{ [ID]: -5 }],
  [{ [ID]: Number.NaN }],
  [{}],
  [{ other: 3 }],
])("an answer of %j gives no more than was asked for", async (answer) => {
  const { active } = setUp(0);
  const leases = new TraceLeases({ lease: async () => answer }, () => {});
  leases.take(active);
  await answers();
  const taken = [leases.take(active), leases.take(active)].filter(Boolean).length;
  expect(taken).toBe((answer[ID] ?? 0) > 1 ? 1 : 0);
});

test("what was used is told with the next request, also after one that failed", async () => {
  const { clock, active, leases, lessor } = setUp(5);
  leases.take(active);
  await answers();
  lessor.isAway = true;
  leases.take(active);
  await answers();
  lessor.isAway = false;
  clock.advance(2);
  await leases.close();
  expect(lessor.used).toBe(1);
});

/** Answers when it is told to. */
class SlowLessor extends CountingLessor {
  readonly #waiting: (() => void)[] = [];

  override async lease(request: LeaseRequest): Promise<Record<string, number>> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return super.lease(request);
  }

  answer(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

test("what arrives while it closes is given back, and nothing is taken any more", async () => {
  const { active, set } = setUp(0);
  const lessor = new SlowLessor(5);
  const leases = new TraceLeases(lessor, () => {});
  leases.take(active); // asks
  let isClosed = false;
  const closed = leases.close().then(() => {
    isClosed = true;
  });
  await answers();
  expect(isClosed).toBe(false);
  lessor.answer();
  await answers();
  expect([lessor.left, isClosed]).toEqual([4, false]); // leased, and about to go back
  expect(leases.take(active)).toBe(false);
  lessor.answer();
  await closed;
  expect([lessor.left, lessor.used]).toEqual([5, 0]);
  await leases.tend(set.withPredicate);
  expect(leases.take(active)).toBe(false);
  await leases.close();
  expect(lessor.requests.length).toBe(2);
});

test("what was used is told at the end also where the request that told it fails meanwhile", async () => {
  const { active } = setUp(0);
  const lessor = new SlowLessor(5);
  const leases = new TraceLeases(lessor, () => {});
  leases.take(active);
  lessor.answer();
  await answers();
  expect(leases.take(active)).toBe(true); // tells so, and asks for more
  const closed = leases.close();
  lessor.isAway = true;
  lessor.answer();
  await answers();
  lessor.isAway = false;
  lessor.answer();
  await closed;
  expect(lessor.used).toBe(1);
});

test("closing ends where the lessor is away", async () => {
  const { active, leases, lessor, problems } = setUp(5);
  leases.take(active);
  await answers();
  leases.take(active);
  lessor.isAway = true;
  await leases.close();
  expect(problems.length).toBeGreaterThan(0);
});

test("any order of taking, tending, answers and closing: never more than there is, and all of it comes back", async () => {
  const steps = fc.array(fc.constantFrom("take", "tend", "answer", "turn"), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (order) => {
      const { active, set } = setUp(0);
      const lessor = new SlowLessor(7);
      const leases = new TraceLeases(lessor, () => {});
      let taken = 0;
      for (const step of order) {
        if (step === "take" && leases.take(active)) taken++;
        else if (step === "tend") void leases.tend(set.withPredicate);
        else if (step === "answer") lessor.answer();
        else await answers();
      }
      let isClosed = false;
      const closed = leases.close().then(() => {
        isClosed = true;
      });
      while (!isClosed) {
        lessor.answer();
        await answers();
      }
      await closed;
      expect(lessor.used).toBe(taken);
      expect(lessor.left).toBe(7 - taken);
    }),
  );
});

test("the leases of a set that is followed come with its grants, and none after that ends", async () => {
  const { leases, lessor, set } = setUp(5);
  const keyed = grant({ selector: { where: "a == 'b'" }, traces_max: 5 });
  const stop = leases.follow(set);
  set.replace(bundle([keyed], { version: 2 }));
  await answers();
  expect(lessor.left).toBe(4);
  expect(leases.take(set.forRoot({ a: "b" })!)).toBe(true);
  stop();
  const { length } = lessor.requests;
  set.replace(bundle([keyed], { version: 3 }));
  await answers();
  expect(lessor.requests.length).toBe(length);
});
