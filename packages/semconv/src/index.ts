export type { World } from "./aliases/world.ts";
export { aliasesOf, WORLDS } from "./aliases.ts";
export { CATALOGUE } from "./catalogue.ts";
export type { CatalogueEntry, TextKind } from "./catalogue-entry.ts";
export { isCookieAttribute, isSessionCookie } from "./cookies.ts";
export { HEADERS, resolveHeader } from "./headers.ts";
export { LEAVES } from "./leaves.ts";
export { type Resolution, resolveAttribute } from "./resolve.ts";
export { SIGNED_URL_QUERY_KEYS } from "./signed-url.ts";
