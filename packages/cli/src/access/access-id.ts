import { OperatingError } from "@scrim/errors";
import type { CommandInput } from "../command.ts";
import { commandLine } from "./command-line.ts";

const REQUEST = /^req-[0-9a-f]{16}$/;
const GRANT = /^[0-9a-f]{16}$/;
const POLICY = /^pol-[0-9a-f]{16}$/;

/** Which of the two an id names. */
export type AccessId = { readonly kind: "request" | "grant"; readonly id: string };

/** @throws {OperatingError} `INPUT_INVALID` */
export function accessIdOf(input: CommandInput): AccessId {
  const id = input.operands[0] ?? "";
  if (REQUEST.test(id)) return { kind: "request", id };
  if (GRANT.test(id)) return { kind: "grant", id };
  throw new OperatingError("INPUT_INVALID", "is no id of a request or grant", {
    path: "ID",
    hint: "requests are listed by scrim access list, grants by scrim access grants",
  });
}

/** @throws {OperatingError} `INPUT_INVALID`, with the command that fits the other kind */
export function idOfKind(input: CommandInput, kind: AccessId["kind"]): string {
  const given = accessIdOf(input);
  if (given.kind === kind) return given.id;
  const show = commandLine(input, `access show ${given.id}`);
  const hint = kind === "grant" ? `which grant came of it: ${show}` : `which request it came of: ${show}`;
  throw new OperatingError(
    "INPUT_INVALID",
    `is the id of a ${given.kind}, and needs to be that of a ${kind}`,
    {
      path: kind.toUpperCase(),
      hint,
    },
  );
}

/** @throws {OperatingError} `INPUT_INVALID` */
export function policyIdOf(input: CommandInput): string {
  const id = input.operands[0] ?? "";
  if (POLICY.test(id)) return id;
  throw new OperatingError("INPUT_INVALID", "is no id of a policy", {
    path: "POLICY",
    hint: `which there are: ${commandLine(input, "policy list")}`,
  });
}
