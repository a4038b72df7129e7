import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RecentAnswers } from "./recent-answers.ts";

test("any questions: an answer is the last that was given or forgotten, the latest half is remembered, and no more than the most", () => {
  const operation = fc.record({ question: fc.nat({ max: 12 }), isGiven: fc.boolean() });
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 8 }),
      fc.array(operation, { maxLength: 100 }),
      (max, operations) => {
        const answers = new RecentAnswers<number>(max);
        const given = new Map<number, number>();
        let latest: number[] = [];
        operations.forEach(({ question, isGiven }, at) => {
          if (isGiven) {
            answers.set(String(question), at);
            given.set(question, at);
          } else {
            const found = answers.get(String(question));
            if (latest.includes(question)) expect(found).toBe(given.get(question));
            else expect([undefined, given.get(question)]).toContain(found);
            if (found === undefined) return;
          }
          latest = [question, ...latest.filter((each) => each !== question)].slice(0, Math.floor(max / 2));
          expect(answers.size).toBeLessThanOrEqual(max);
        });
      },
    ),
  );
});
