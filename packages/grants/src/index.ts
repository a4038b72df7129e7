export { ActiveGrant } from "./active-grant.ts";
export {
  type Audience,
  BUNDLE_BYTES_MAX,
  type Bundle,
  GRANT_KEY_BYTES,
  GRANTS_MAX,
  type KeyedGrant,
  type OpenBundleOptions,
  openBundle,
  RECIPIENTS_MAX,
  signBundle,
} from "./bundle.ts";
export { BundleIntake, type BundleIntakeOptions } from "./bundle-intake.ts";
export { type Clock, systemClock } from "./clock.ts";
export type { Intake, SeenVersion, VersionStore } from "./document-intake.ts";
export { FileSource, type FileSourceOptions } from "./file-source.ts";
export {
  FLIGHT_RECORDER_LIMITS,
  FlightRecorder,
  type FlightRecorderLimits,
  type Recording,
} from "./flight-recorder.ts";
export { type Grant, type GrantInput, GrantSchema, SEVERITY_OF_LEVEL } from "./grant.ts";
export { createGrantId, GrantIdSchema } from "./grant-id.ts";
export { type Approval, GrantSet } from "./grant-set.ts";
export { HttpLessor, type HttpLessorOptions } from "./http-lessor.ts";
export { HttpSource, type HttpSourceOptions } from "./http-source.ts";
export {
  KEY_SET_DAYS_MAX,
  type KeySet,
  type KeyUse,
  openKeySet,
  type SigningKey,
  signKeySet,
} from "./key-set.ts";
export {
  generateKeys,
  type Key,
  type KeyPairText,
  type KeyPurpose,
  readPrivateKey,
  readPublicKey,
} from "./keys.ts";
export { ownText } from "./own-text.ts";
export { type PolicyAcknowledgement, PolicyAcknowledgementSchema } from "./policy-acknowledgement.ts";
export { PolicyAcknowledger, type PolicyAcknowledgerOptions } from "./policy-acknowledger.ts";
export {
  type OpenPolicyBundleOptions,
  openPolicyBundle,
  POLICY_BUNDLE_LIFE_MAX_S,
  type PolicyBundle,
  type PolicyDocuments,
  PolicyDocumentsSchema,
  PolicyIdSchema,
  policyDigest,
  policyFor,
  type SharedPolicy,
  signPolicyBundle,
} from "./policy-bundle.ts";
export {
  PolicyFollower,
  type PolicyFollowerOptions,
  type PolicyRefusal,
  type PolicyVersion,
} from "./policy-follower.ts";
export { KEY_SET_REFRESH_MS, PolledSource, type PolledSourceOptions } from "./polled-source.ts";
export { compilePredicate, type Predicate, type StartAttributes } from "./predicate.ts";
export {
  type OpenRevealBundleOptions,
  openRevealBundle,
  REVEAL_BUNDLE_LIFE_MAX_S,
  REVEAL_GRANTS_MAX,
  type RevealBundle,
  signRevealBundle,
} from "./reveal-bundle.ts";
export { type RevealGrant, RevealGrantSchema } from "./reveal-grant.ts";
export { RevealIntake, type RevealIntakeOptions } from "./reveal-intake.ts";
export { type HeldGrant, RevealSet } from "./reveal-set.ts";
export { claimedSigner } from "./signed-document.ts";
export { SignedSource, type SignedSourceOptions } from "./signed-source.ts";
export { fixedSigners, type Signers } from "./signers.ts";
export { type BundleSource, MemorySource } from "./sources.ts";
export {
  INSTRUMENTATIONS,
  type Instrumentation,
  type StartAttribute,
  type StartControl,
  type StartKey,
  startKeysOf,
} from "./start-attributes.ts";
export { type LeaseRequest, type Lessor, TraceLeases } from "./trace-leases.ts";
export {
  mintToken,
  parseToken,
  TOKEN_LENGTH,
  TOKEN_LIFE_MAX_S,
  type TokenClaims,
} from "./trace-token.ts";
export { TrustedKeys, type TrustedKeysOptions } from "./trusted-keys.ts";
export { VersionFile } from "./version-file.ts";
