export { AuthenticationConfig, OidcIssuerConfig } from "./authentication-config.ts";
export { BEARER_TOKEN, digestOfToken, hasBearerToken, parseBearerTokens } from "./bearer-tokens.ts";
export { type FollowedFile, type FollowOptions, followFile } from "./files/followed-file.ts";
export { type OwnedFile, readOwnedFile } from "./files/owned-file.ts";
export {
  createIdentify,
  type Identified,
  type Identify,
  type IdentifyOptions,
  type ShownCredentials,
} from "./identify.ts";
export { IDENTITY } from "./identity.ts";
export { IssuerKeys } from "./oidc/issuer-keys.ts";
export { type CreatedToken, createToken } from "./token-file.ts";
