import type { CommandStreams } from "../command.ts";
import { durationText } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";
import { cutTo } from "./text-table.ts";

/** What is said while something is waited for. */
export interface Progress {
  /** Says how it stands now. */
  tell(): void;
  /** Says what happened, once for all the times that it happens in a row. */
  note(text: string): void;
  /** Leaves nothing of it on a terminal. */
  end(): void;
}

const TICK_MS = 1_000;

/** Without a terminal, where each line stays. */
const LINE_MS = 60_000;

/** ECMA-48: to the first column, and erase the line. */
const CLEAR = "\r\u001b[2K";

/** On a terminal one line that is written anew each second, elsewhere a line once in a while. */
export function createProgress(
  name: string,
  { stderr }: Pick<CommandStreams, "stderr">,
  text: () => string,
): Progress {
  const { isTTY, columns = 80 } = stderr as NodeJS.WriteStream;
  const began = performance.now();
  let noted: string | undefined;
  const elapsed = () => durationText(Math.floor((performance.now() - began) / 1_000));
  const show = () => {
    const line = escapeUnsafe(`${name}: waiting ${elapsed()}: ${noted ?? text()}`);
    // A line that reaches the edge would wrap, and not be erased as a whole.
    stderr.write(isTTY ? CLEAR + cutTo(line, columns - 1) : `${line}\n`);
  };
  const timer = setInterval(show, isTTY ? TICK_MS : LINE_MS);
  timer.unref();
  return {
    tell() {
      noted = undefined;
      show();
    },
    note(what) {
      if (noted === what) return;
      noted = what;
      show();
    },
    end() {
      clearInterval(timer);
      if (isTTY) stderr.write(CLEAR);
    },
  };
}
