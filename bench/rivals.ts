import type { DetectorDefinition } from "@scrim/detect";
import { type MessageType, REQUEST_TYPES } from "@scrim/wire";
import protobuf from "protobufjs";
import RE2 from "re2";

/**
 * What a redactor looks like that is built from what is at hand: decode with protobufjs, loop over every
 * detector for each value, encode again. It covers what the Collector's redaction processor does, attribute
 * values and bodies that are strings; Scrim covers every field and number beside.
 */
export interface Rival {
  redact(bytes: Buffer): Uint8Array;
}

interface AnyValue {
  stringValue?: string;
  arrayValue?: { values: AnyValue[] };
  kvlistValue?: { values: { value?: AnyValue }[] };
}

interface Decoded {
  resourceLogs: {
    resource?: { attributes: { value?: AnyValue }[] };
    scopeLogs: { logRecords: { body?: AnyValue; attributes: { value?: AnyValue }[] }[] }[];
  }[];
}

/** Types for protobufjs, made from our tables, so that both read the same messages. */
function protobufType(type: MessageType, made = new Map<MessageType, protobuf.Type>()): protobuf.Type {
  const existing = made.get(type);
  if (existing !== undefined) return existing;
  const result = new protobuf.Type(type.name.replace(".", "_"));
  made.set(type, result);
  for (const field of type.fields) {
    if (field === undefined) continue;
    const typeName =
      field.message === undefined
        ? field.type === "enum"
          ? "int32"
          : field.type
        : protobufType(field.message, made).name;
    result.add(
      new protobuf.Field(field.jsonName, field.number, typeName, field.repeated ? "repeated" : undefined),
    );
  }
  return result;
}

export function createRival(replaceIn: (value: string) => string): Rival {
  const root = new protobuf.Root();
  const made = new Map<MessageType, protobuf.Type>();
  const request = protobufType(REQUEST_TYPES.logs, made);
  for (const type of made.values()) root.add(type);

  function visit(value: AnyValue | null | undefined): void {
    if (value == null) return;
    if (value.stringValue) value.stringValue = replaceIn(value.stringValue);
    for (const element of value.arrayValue?.values ?? []) visit(element);
    for (const member of value.kvlistValue?.values ?? []) visit(member.value);
  }

  return {
    redact(bytes) {
      const decoded = request.decode(bytes) as unknown as Decoded;
      for (const { resource, scopeLogs } of decoded.resourceLogs) {
        for (const { value } of resource?.attributes ?? []) visit(value);
        for (const { logRecords } of scopeLogs) {
          for (const { body, attributes } of logRecords) {
            visit(body);
            for (const { value } of attributes) visit(value);
          }
        }
      }
      return request.encode(decoded as never).finish();
    },
  };
}

/** A loop of RE2, one for each detector: match, then replace what validates. */
export function re2Loop(detectors: readonly DetectorDefinition[]): (value: string) => string {
  const compiled = detectors.map((detector) => ({ detector, re2: new RE2(detector.pattern, "g") }));
  return (value) => {
    let text = value;
    for (const { detector, re2 } of compiled) {
      re2.lastIndex = 0;
      if (re2.test(text)) text = replaceConfirmed(text, detector, re2);
    }
    return text;
  };
}

/** A loop of JavaScript's own expressions, over the same detectors. */
export function regExpLoop(detectors: readonly DetectorDefinition[]): (value: string) => string {
  const compiled = detectors.map((detector) => ({ detector, expression: toRegExp(detector.pattern) }));
  return (value) => {
    let text = value;
    for (const { detector, expression } of compiled) {
      expression.lastIndex = 0;
      if (expression.test(text)) text = replaceConfirmed(text, detector, expression);
    }
    return text;
  };
}

/** What one writes at first: each expression replaces in the whole line, confirmed or not. */
export function replacePasses(detectors: readonly DetectorDefinition[]): (line: string) => string {
  const compiled = detectors.map(({ type, pattern }) => ({
    label: `[REDACTED:${type}]`,
    expression: toRegExp(pattern),
  }));
  return (line) => {
    let text = line;
    for (const { label, expression } of compiled) text = text.replace(expression, label);
    return text;
  };
}

function replaceConfirmed(text: string, { type, confirm }: DetectorDefinition, expression: RegExp): string {
  expression.lastIndex = 0;
  let result = "";
  let from = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    const end = match.index + match[0].length;
    const context = {
      before: text.slice(Math.max(0, match.index - 32), match.index),
      after: text.slice(end, end + 32),
    };
    const confirmed = confirm === undefined || confirm(match[0], context);
    result += text.slice(from, match.index) + (confirmed ? `[REDACTED:${type}]` : match[0]);
    from = end;
    if (match[0] === "") expression.lastIndex++;
  }
  return result + text.slice(from);
}

/** RE2's inline flags as JavaScript writes them. */
function toRegExp(pattern: string): RegExp {
  const [, flags = "", rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  const unicode = /\\x\{/.test(rest) ? "u" : "";
  return new RegExp(
    rest.replaceAll("\\z", "$").replaceAll("\\A", "^").replaceAll("\\x{", "\\u{"),
    `g${flags}${unicode}`,
  );
}
