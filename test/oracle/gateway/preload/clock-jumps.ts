/**
 * Has the wall clock jump: `ORACLE_CLOCK` is `3600000@500,-7200000@1200`, milliseconds to add and when to, after the
 * start. What counts by the monotonic clock must not notice.
 */
const jumps = (process.env.ORACLE_CLOCK ?? "").split(",").map((jump) => {
  const [by = "0", at = "0"] = jump.split("@");
  return { by: Number(by), at: performance.now() + Number(at) };
});

const RealDate = Date;

function shiftedNow(): number {
  const now = performance.now();
  return jumps.reduce((wall, { by, at }) => (at <= now ? wall + by : wall), RealDate.now());
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, asked) =>
    Reflect.construct(
      target,
      args.length === 0 ? [shiftedNow()] : args,
      asked === globalThis.Date ? target : asked,
    ),
  apply: () => new RealDate(shiftedNow()).toString(),
  get: (target, key) => (key === "now" ? shiftedNow : Reflect.get(target, key)),
});
