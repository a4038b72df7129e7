import { INPUT_BYTES_MAX, levels, type Mutator, repeated } from "./mutator.ts";

/** Puts a value of YAML inside others, next to itself, or in the place of another one. */
export const mutateYaml: Mutator = (bytes, random, donor) => {
  const text = bytes.toString("latin1");
  const values = [...text.matchAll(VALUE)];
  const match = values.length === 0 ? undefined : random.pick(values);
  const [value, start] = match === undefined ? ["", text.length] : [match[0], match.index];
  const put = (replacement: string) =>
    Buffer.from(
      (text.slice(0, start) + replacement + text.slice(start + value.length)).slice(0, INPUT_BYTES_MAX),
      "latin1",
    );
  const depth = levels(random);
  switch (random.below(8)) {
    case 0:
      return put("[".repeat(depth) + value + "]".repeat(depth));
    case 1:
      return put("{a: ".repeat(depth) + value + "}".repeat(depth));
    case 2:
      return put(`[${repeated(Buffer.from(`${value},`, "latin1"), random).toString("latin1")}]`);
    case 3: // each anchor twice the one before
      return put(bomb(random.below(30)));
    case 4:
      return put(`&b {self: *b, v: ${value}}`);
    case 5: {
      const others = [...donor.toString("latin1").matchAll(VALUE)];
      return put(others.length === 0 ? "" : random.pick(others)[0]);
    }
    case 6:
      return put(`"${value.replaceAll('"', "")}"`);
    default: // a key twice, or many keys
      return put(
        `{${Array.from({ length: random.oneIn(20) ? 2_000 : random.pick([2, 3, 70]) }, (_, n) => `k${n % 1_500}: ${n}`).join()}}`,
      );
  }
};

/** Lists and maps in flow style without others in them, and words. */
const VALUE = /\[[^[\]{}]*\]|\{[^[\]{}]*\}|[^\s,:[\]{}]+/g;

function bomb(levels: number): string {
  const rows = Array.from({ length: levels }, (_, n) => `&x${n + 1} [*x${n}, *x${n}]`);
  return `[&x0 [x], ${rows.join(", ")}]`;
}
