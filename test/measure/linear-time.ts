/** Parts of the largest size that are measured, each the double of the one before. */
const PARTS = [8, 4, 2, 1];

/**
 * Cost = size to the power of this, fitted over the sizes. Linear work measures 0.7 to 1.2 on a busy machine, quadratic
 * work 1.8 and more.
 */
export const EXPONENT_MAX = 1.5;

const TRIES = 8;
const RUNS = 3;

/**
 * How the cost of a piece of work grows with its size: the slope of log(time) over log(size), least squares, at four
 * sizes up to `sizeMax`. Of several tries the smallest counts, since noise only adds. Time is the process's own, so that
 * a busy machine doesn't count.
 *
 * @param prepare makes the input of a size, which is not measured, and returns the work
 */
export function exponentOf(prepare: (size: number) => () => unknown, sizeMax: number): number {
  const work = PARTS.map((part) => {
    const size = Math.floor(sizeMax / part);
    return { size, run: prepare(size) };
  });
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && best >= EXPONENT_MAX; tries++) {
    best = Math.min(best, slope(work.map(({ size, run }) => [Math.log(size), Math.log(fastest(run))])));
  }
  return best;
}

/** In microseconds of processor time, at least one. */
function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return Math.max(1, best);
}

function slope(points: readonly (readonly number[])[]): number {
  const mean = (index: number) => points.reduce((sum, point) => sum + point[index]!, 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, point) => sum + (point[0]! - x) * (point[1]! - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0]! - x) ** 2, 0);
}
