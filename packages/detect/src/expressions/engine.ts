import { OperatingError } from "@scrim/errors";
import type { ExpressionEngine, ExpressionEngineName, Matcher } from "./expression-engine.ts";
import { loadNativeEngine } from "./native-engine.ts";
import { PORTABLE_ENGINE } from "./portable-engine.ts";

/** The only door to regular expressions on data: an engine is chosen once for the process. */

/** Names the engine to use; without it the native one is, where it loads. */
export const ENGINE_VARIABLE = "SCRIM_EXPRESSIONS";

interface Choice {
  readonly engine: ExpressionEngine;
  /** Why it isn't the native one. */
  readonly reason?: string;
}

let chosen: Choice | undefined;

function choice(): Choice {
  return (chosen ??= chooseEngine(process.env[ENGINE_VARIABLE]));
}

/**
 * The engine that is asked for or, where none is, the best that loads.
 *
 * @throws {OperatingError} `ENGINE_UNAVAILABLE` where the native one is asked for and doesn't load, `CONFIG_INVALID`
 *   where another one is asked for
 */
export function chooseEngine(asked: string | undefined, loadNative = loadNativeEngine): Choice {
  if (asked === "re2js") return { engine: PORTABLE_ENGINE, reason: `${ENGINE_VARIABLE} asks for it` };
  if (asked !== undefined && asked !== "" && asked !== "re2") throw unknownEngine();
  try {
    return { engine: loadNative() };
  } catch (error) {
    const reason = `the native add-on re2 can't be loaded (${causeOf(error)})`;
    if (asked !== "re2") return { engine: PORTABLE_ENGINE, reason };
    throw new OperatingError("ENGINE_UNAVAILABLE", reason, {
      path: ENGINE_VARIABLE,
      hint: `let re2's install script run, or unset ${ENGINE_VARIABLE} to use re2js, which is slower`,
    });
  }
}

function unknownEngine(): OperatingError {
  return new OperatingError("CONFIG_INVALID", "no engine for regular expressions", {
    path: ENGINE_VARIABLE,
    hint: "choose re2 or re2js, or unset it",
  });
}

/** Its code, as the message may be pages of where something was looked for. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

/** The engine that this process uses. @throws {OperatingError} as {@link chooseEngine} does */
export function engine(): ExpressionEngine {
  return choice().engine;
}

/**
 * Which engine matches the exact patterns of detectors in this process. Both find the same; `re2js` takes over, many
 * times slower, where the native add-on can't be loaded.
 *
 * @throws {OperatingError} `ENGINE_UNAVAILABLE` or `CONFIG_INVALID` where `SCRIM_EXPRESSIONS` asks for one there isn't
 *
 * @example
 * ```ts
 * import { expressionEngine } from "@scrim/detect";
 * console.log(expressionEngine()); // re2
 * ```
 */
export function expressionEngine(): ExpressionEngineName {
  return engine().name;
}

/**
 * What to say once, at start, where redaction is slower than it could be; undefined where it isn't.
 *
 * @throws {OperatingError} as {@link expressionEngine} does
 */
export function expressionEngineWarning(): string | undefined {
  const { reason } = choice();
  return reason && `regular expressions run on re2js, with the same results and slower: ${reason}`;
}

/** A matcher of the engine of this process, which is not chosen before it is needed: detectors are made on import. */
export function matcherOf(source: string): Matcher {
  let made: Matcher | undefined;
  const matcher = () => (made ??= engine().matcher(source));
  return {
    endIn: (text) => matcher().endIn(text),
    groupsIn: (text) => matcher().groupsIn(text),
  };
}
