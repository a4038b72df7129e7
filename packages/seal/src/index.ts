export { Opener } from "./opener.ts";
export type { ValueFacts } from "./plaintext-writer.ts";
export type { Opened, SealedFacts } from "./sealed-facts.ts";
export { findTokens, parseToken, TOKEN_LENGTH_MAX, type TokenParts } from "./sealed-token.ts";
export { Sealer, type SealerClock, type SealerOptions } from "./sealer.ts";
