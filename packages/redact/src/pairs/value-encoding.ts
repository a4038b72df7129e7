import { isUtf8 } from "node:buffer";
import { isLabel, URL_LABEL } from "../labels.ts";
import { percentDecode } from "../structure/url-parts.ts";
import { escapeJson, percentEncode, unescapeJson } from "../structure/written.ts";
import type { ValueSpan } from "./value-span.ts";

/** Named entities of XML, and what they stand for. */
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What a value says that is written so; the very bytes where it says what it reads. */
export function decodeValue(raw: Buffer, written: ValueSpan["written"]): Buffer {
  switch (written) {
    case "escaped":
      return raw.includes("\\") ? readable(unescapeJson(raw), raw) : raw;
    case "percent":
      return readable(percentDecode(raw, true), raw);
    case "markup":
      return raw.includes("&") ? Buffer.from(raw.toString().replace(ENTITY, decodeEntity)) : raw;
    default:
      return raw;
  }
}

const ENTITY = /&(amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g;

function decodeEntity(entity: string, name: string): string {
  if (name[0] !== "#") return ENTITIES[name]!;
  const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0x10_ffff || (code >= 0xd800 && code < 0xe000) ? entity : String.fromCodePoint(code);
}

function readable(decoded: Buffer | undefined, raw: Buffer): Buffer {
  return decoded !== undefined && isUtf8(decoded) ? decoded : raw;
}

/** `text` as it is written where such a value stood. */
export function encodeValue(text: Buffer, written: ValueSpan["written"]): Buffer {
  switch (written) {
    case "escaped":
      return escapeJson(text);
    case "percent":
      return isLabel(text) ? URL_LABEL : percentEncode(text);
    case "markup":
      return Buffer.from(text.toString().replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`));
    default:
      return text;
  }
}
