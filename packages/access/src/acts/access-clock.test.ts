import fc from "fast-check";
import { expect, test } from "vitest";
import { SetClock } from "../../test/model/set-clock.ts";
import { AccessClock } from "./access-clock.ts";

const seconds = fc.integer({ min: 0, max: 10_000 });

/** What happens to clocks: time goes by, the wall clock is turned, another process's time is seen, or somebody asks. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ pass: seconds }),
    fc.record({ turn: fc.integer({ min: -10_000, max: 10_000 }) }),
    fc.record({ see: fc.integer({ min: 1_000_000, max: 1_020_000 }) }),
  ),
  { maxLength: 30 },
);

test("time never runs back, nor slower than it should, nor behind what was seen, whatever the wall clock does", () => {
  fc.assert(
    fc.property(fc.integer({ min: 990_000, max: 1_010_000 }), happenings, (seenS, all) => {
      const set = new SetClock(1_000_000);
      const clock = new AccessClock(seenS, set);
      let before = clock.nowS();
      expect(before).toBe(Math.max(seenS, 1_000_000));
      for (const each of all) {
        const passed = "pass" in each ? each.pass : 0;
        if ("pass" in each) set.pass(each.pass);
        else if ("turn" in each) set.turn(each.turn);
        else clock.see(each.see);
        expect(clock.nowS()).toBe(Math.max(before + passed, set.wallS, "see" in each ? each.see : 0));
        before = clock.nowS();
      }
    }),
  );
});

test("a wall clock that was ahead and is set back doesn't stop the time: a grant of then ends when it should", () => {
  const set = new SetClock(1_000_000);
  const clock = new AccessClock(0, set);
  set.turn(3_600);
  expect(clock.nowS()).toBe(1_003_600);
  set.turn(-3_600);
  set.pass(900);
  expect(clock.nowS()).toBe(1_004_500);
});
