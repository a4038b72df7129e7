import { type Mutator, repeated } from "./mutator.ts";

/** For formats of lines, such as heads of requests and YAML: changes one line, its place or its indentation. */
export const mutateLines: Mutator = (bytes, random, donor) => {
  const lines = linesOf(bytes);
  const at = random.below(lines.length);
  const line = lines[at]!;
  const others = linesOf(donor);
  switch (random.below(8)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, repeated(Buffer.from(line, "latin1"), random).toString("latin1"));
      break;
    case 2:
      lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1));
      break;
    case 3:
      lines[at] = line.replace(/^ */, (spaces) =>
        " ".repeat(Math.max(0, spaces.length + random.pick([2, -2, 1]))),
      );
      break;
    case 4:
      lines[at] = random.pick(others);
      break;
    case 5:
      lines.splice(at, 0, random.pick(others));
      break;
    case 6: // a key of one with the value of another
      lines[at] = line.split(":", 1)[0] + (random.pick(others).match(/:.*/s)?.[0] ?? "\n");
      break;
    default: // folded, or with another end
      lines[at] = line.replace(/\r?\n$/, random.pick(["\n", "\r\n", "\r", "\n ", "\r\n\t", "", "\0"]));
  }
  return Buffer.from(lines.join("").slice(0, 65_536), "latin1");
};

function linesOf(bytes: Buffer): string[] {
  return bytes.toString("latin1").split(/(?<=\n)/);
}
