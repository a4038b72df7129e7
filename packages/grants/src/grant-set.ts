import { ActiveGrant } from "./active-grant.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Bundle } from "./bundle.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ownText } from "./own-text.ts";
import { compilePredicate, type Predicate, type StartAttributes } from "./predicate.ts";
import {
  isAuthentic,
  mintToken,
  parseToken,
  TOKEN_LENGTH,
  TOKEN_LIFE_MAX_S,
  type TokenClaims,
} from "./trace-token.ts";

/** Tokens whose check is remembered. One that comes with each record of a request is checked once. */
const CHECKED_TOKENS_MAX = 10_000;

/** Traces that are approved here by a predicate, or have a token from here. The oldest go first. */
const APPROVED_TRACES_MAX = 100_000;

/** Grants that have ended and may come back: with the next bundle, where one came too late. The oldest go first. */
const ENDED_MAX = 1_000;

/** A token that has less to live is made anew. */
const TOKEN_RENEWED_S = 30;

/** That a trace may be captured, by which grant, and from which severity on. */
export interface Approval {
  readonly grant: ActiveGrant;
  /** The least `severityNumber`: the grant's, or what the token says if that is more. */
  readonly severity: number;
  /** Records that were held are released if they came after this, in milliseconds since 1970. */
  readonly heldSinceMs: number;
}

/** An approval by a token, which ends with it. */
interface TokenApproval extends Approval {
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** A token that was made here. */
interface MintedToken {
  readonly text: string;
  readonly claims: TokenClaims;
}

interface PredicateGrant {
  readonly grant: ActiveGrant;
  readonly predicate: Predicate;
}

/** True of any error. */
const ANY: Predicate = { keys: [], matches: () => true };

/**
 * All grants that are in force in this process, by trace id, by predicate, by token and for errors. Empty until a bundle comes, and again when
 * the last one has gone stale.
 */
export class GrantSet {
  readonly #clock: Clock;
  readonly #listeners = new Set<(traceId?: string) => void>();
  #active = new Map<string, ActiveGrant>();
  /** Those of bundles before, which keep what they have used up: a bundle that is late doesn't fill it again. */
  readonly #ended = new BoundedMap<ActiveGrant>(ENDED_MAX);
  #byTraceId = new Map<string, Approval>();
  #byPredicate: readonly PredicateGrant[] = [];
  #onError: readonly PredicateGrant[] = [];
  /** Of the bundle before, by their text: bundles come every few seconds and rarely differ. */
  #predicates: ReadonlyMap<string, Predicate> = new Map();
  /** By trace id and token; undefined for what is no approval. */
  readonly #checked = new BoundedMap<TokenApproval | undefined>(CHECKED_TOKENS_MAX);
  /** Traces that a predicate took, or that had an error, by trace id. */
  readonly #approved = new BoundedMap<Approval>(APPROVED_TRACES_MAX);
  readonly #minted = new BoundedMap<MintedToken>(APPROVED_TRACES_MAX);

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Calls back when grants have changed, and with its id when a trace was approved here. Returns how to be called no more. */
  onChange(listener: (traceId?: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(traceId?: string): void {
    for (const listener of this.#listeners) listener(traceId);
  }

  /** Whether there is any grant; then nothing else need be asked. */
  get isEmpty(): boolean {
    return this.#active.size === 0;
  }

  /** The grants with a predicate, whose traces have to be leased. */
  get withPredicate(): readonly ActiveGrant[] {
    return this.#byPredicate.map(({ grant }) => grant).filter((grant) => grant.isInForce());
  }

  /** Whether any grant is for traces with errors; else errors need not be told. */
  get isForErrors(): boolean {
    return this.#onError.length > 0;
  }

  /** Puts the grants of a bundle in the place of those before. What is left of their volume is kept. */
  replace({ grants, issuedAt, expiresAt }: Bundle): void {
    const before = this.#active;
    this.#active = new Map();
    const byTraceId = new Map<string, Approval>();
    const byPredicate: PredicateGrant[] = [];
    const onError: PredicateGrant[] = [];
    const predicates = new Map<string, Predicate>();
    for (const keyed of grants) {
      const { grant } = keyed;
      const active = before.get(grant.id) ?? this.#ended.get(grant.id) ?? new ActiveGrant(keyed, this.#clock);
      active.renew(keyed, issuedAt, Math.min(grant.expires_at, expiresAt));
      before.delete(grant.id);
      this.#ended.delete(grant.id);
      this.#active.set(grant.id, active);
      if ("trace_ids" in grant.selector) {
        const approval = approvalBy(active); // one for up to a million of them
        for (const traceId of grant.selector.trace_ids) byTraceId.set(traceId, approval);
        continue;
      }
      const isForErrors = "on_error" in grant.selector;
      const { where } = "on_error" in grant.selector ? grant.selector.on_error : grant.selector;
      const predicate = where === undefined ? ANY : this.#compiled(where);
      if (predicate === undefined) continue;
      if (where !== undefined) predicates.set(where, predicate);
      (isForErrors ? onError : byPredicate).push({ grant: active, predicate });
    }
    for (const gone of before.values()) this.#end(gone);
    this.#predicates = predicates;
    this.#byTraceId = byTraceId;
    this.#byPredicate = byPredicate;
    this.#onError = onError;
    this.#checked.clear();
    this.#minted.clear();
    this.#changed();
  }

  /** A predicate that can't be used matches nothing; the other grants hold. */
  #compiled(text: string): Predicate | undefined {
    try {
      return this.#predicates.get(text) ?? compilePredicate(text);
    } catch {
      return undefined;
    }
  }

  /** Ends all grants. */
  clear(): void {
    for (const active of this.#active.values()) this.#end(active);
    this.#active.clear();
    this.#byTraceId.clear();
    this.#byPredicate = [];
    this.#onError = [];
    this.#checked.clear();
    this.#approved.clear();
    this.#minted.clear();
  }

  #end(active: ActiveGrant): void {
    active.end();
    this.#ended.set(active.grant.id, active);
  }

  /** The approval of a trace that a grant names, or that was approved here. */
  forTraceId(traceId: string): Approval | undefined {
    const approved = this.#approved.get(traceId);
    if (approved?.grant.isInForce() === true) return approved;
    const named = this.#byTraceId.get(traceId);
    return named?.grant.isInForce() === true ? named : undefined;
  }

  /** Approves a trace that a predicate took, once it is leased. */
  approve(grant: ActiveGrant, traceId: string): Approval {
    return this.#approve(traceId, approvalBy(grant));
  }

  #approve(traceId: string, approval: Approval): Approval {
    this.#approved.set(ownText(traceId), approval);
    this.#changed(traceId);
    return approval;
  }

  /**
   * Approves a trace in which there was an error, if a grant for errors holds, its predicate is true of the attributes that came with the error,
   * and its rate allows one more. A trace that is approved already stays as it is and counts for nothing.
   */
  approveError(traceId: string, attributes: StartAttributes): Approval | undefined {
    if (this.#onError.length === 0) return undefined;
    const known = this.forTraceId(traceId);
    if (known !== undefined) return known;
    for (const { grant, predicate } of this.#onError) {
      if (!grant.isInForce() || !predicate.matches(attributes) || !grant.takeError()) continue;
      const heldSinceMs = this.#clock.wallMs() - grant.grant.lookback_s * 1_000;
      return this.#approve(traceId, { ...approvalBy(grant), heldSinceMs });
    }
    return undefined;
  }

  /** The first grant whose predicate is true of a local root's attributes. Its trace has to be leased before it counts. */
  forRoot(attributes: StartAttributes): ActiveGrant | undefined {
    for (const { grant, predicate } of this.#byPredicate) {
      if (grant.isInForce() && predicate.matches(attributes)) return grant;
    }
    return undefined;
  }

  /** The approval that a token proves for a trace. The grant is looked at anew each time, the token's tag once. */
  forToken(token: string, traceId: string): Approval | undefined {
    if (this.isEmpty || token.length !== TOKEN_LENGTH) return undefined;
    const key = traceId + token; // put together, they keep no header in memory that they were parts of
    let approval = this.#checked.get(key);
    if (approval === undefined && !this.#checked.has(key)) {
      approval = this.#check(token, traceId);
      this.#checked.set(key, approval);
    }
    if (approval === undefined || !approval.grant.isInForce()) return undefined;
    return this.#isAlive(approval.expiresAt) ? approval : undefined;
  }

  #check(token: string, traceId: string): TokenApproval | undefined {
    const claims = parseToken(token);
    const grant = claims && this.#active.get(claims.grant);
    if (grant === undefined || !isAuthentic(grant.key, token, traceId)) return undefined;
    const severity = Math.max(grant.severity, claims!.severity);
    return { ...approvalBy(grant), severity, expiresAt: claims!.expiresAt };
  }

  /** A token that says to live longer than any may was minted by somebody else's rules, and is none. */
  #isAlive(expiresAt: number): boolean {
    const left = this.#secondsTo(expiresAt);
    return left > 0 && left <= TOKEN_LIFE_MAX_S;
  }

  #secondsTo(time: number): number {
    return time - this.#clock.wallMs() / 1000;
  }

  /** The token of an approved trace. It ends with its grant, and after two minutes at most; one with little left is made anew. */
  tokenOf({ grant, severity }: Approval, traceId: string): string {
    const known = this.#minted.get(traceId);
    if (
      known?.claims.grant === grant.grant.id &&
      known.claims.severity === severity &&
      (this.#secondsTo(known.claims.expiresAt) > TOKEN_RENEWED_S ||
        known.claims.expiresAt === grant.expiresAt)
    ) {
      return known.text;
    }
    const end = Math.floor(this.#clock.wallMs() / 1000) + TOKEN_LIFE_MAX_S;
    const claims = { grant: grant.grant.id, expiresAt: Math.min(end, grant.expiresAt), severity };
    const text = mintToken(grant.key, claims, traceId);
    this.#minted.set(ownText(traceId), { text, claims });
    return text;
  }
}

/** By what the grant says alone: it looks back from when it begins. */
function approvalBy(grant: ActiveGrant): Approval {
  const { not_before, lookback_s } = grant.grant;
  return { grant, severity: grant.severity, heldSinceMs: (not_before - lookback_s) * 1_000 };
}
