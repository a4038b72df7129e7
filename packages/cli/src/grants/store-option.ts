import { OperatingError } from "@scrim/errors";
import { type CommandInput, optionText } from "../command.ts";
import { STORE_FILE } from "../shared-options.ts";

export function storeOf(input: CommandInput): string {
  return optionText(input, "store") ?? STORE_FILE;
}

/**
 * An option's value through a schema. What was given is not repeated.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function checkedOption<T>(
  schema: { safeParse(value: unknown): Checked<T> },
  name: string,
  value: unknown,
  hint: string,
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new OperatingError("INPUT_INVALID", result.error.issues[0]!.message, { path: `--${name}`, hint });
}

type Checked<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { readonly message: string }[] };
    };
