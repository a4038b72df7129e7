import { ActiveGrant } from "./active-grant.ts";
import type { Bundle } from "./bundle.ts";
import { type Clock, systemClock } from "./clock.ts";
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

/** A token that has less to live is made anew. */
const TOKEN_RENEWED_S = 30;

/** That a trace may be captured, by which grant, and from which severity on. */
export interface Approval {
  readonly grant: ActiveGrant;
  /** The least `severityNumber`: the grant's, or what the token says if that is more. */
  readonly severity: number;
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
  readonly text: string;
  readonly predicate: Predicate;
}

/**
 * All grants that are in force in this process, by trace id, by predicate and by token. Empty until a bundle comes, and again when
 * the last one has gone stale.
 */
export class GrantSet {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #active = new Map<string, ActiveGrant>();
  #byTraceId = new Map<string, ActiveGrant>();
  #byPredicate: readonly PredicateGrant[] = [];
  /** Of the bundle before, by their text: bundles come every few seconds and rarely differ. */
  #predicates: ReadonlyMap<string, Predicate> = new Map();
  /** By trace id and token; undefined for what is no approval. */
  #checked = new Map<string, TokenApproval | undefined>();
  /** Traces that a predicate took, by trace id. */
  #approved = new Map<string, Approval>();
  #minted = new Map<string, MintedToken>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Calls back when grants have changed, and when a trace was approved here. Returns how to be called no more. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Whether there is any grant; then nothing else need be asked. */
  get isEmpty(): boolean {
    return this.#active.size === 0;
  }

  /** The grants with a predicate, whose traces have to be leased. */
  get withPredicate(): readonly ActiveGrant[] {
    return this.#byPredicate.map(({ grant }) => grant).filter((grant) => grant.isInForce());
  }

  /** Puts the grants of a bundle in the place of those before. What is left of their volume is kept. */
  replace({ grants, issuedAt, expiresAt }: Bundle): void {
    const before = this.#active;
    this.#active = new Map();
    const byTraceId = new Map<string, ActiveGrant>();
    const byPredicate: PredicateGrant[] = [];
    for (const keyed of grants) {
      const { grant } = keyed;
      const active = before.get(grant.id) ?? new ActiveGrant(keyed, this.#clock);
      active.renew(keyed, issuedAt, Math.min(grant.expires_at, expiresAt));
      before.delete(grant.id);
      this.#active.set(grant.id, active);
      if ("where" in grant.selector) {
        const predicate = this.#compiled(grant.selector.where);
        if (predicate !== undefined)
          byPredicate.push({ grant: active, text: grant.selector.where, predicate });
      } else {
        for (const traceId of grant.selector.trace_ids) byTraceId.set(traceId, active);
      }
    }
    for (const gone of before.values()) gone.end();
    this.#predicates = new Map(byPredicate.map(({ text, predicate }) => [text, predicate]));
    this.#byTraceId = byTraceId;
    this.#byPredicate = byPredicate;
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
    for (const active of this.#active.values()) active.end();
    this.#active.clear();
    this.#byTraceId.clear();
    this.#byPredicate = [];
    this.#checked.clear();
    this.#approved.clear();
    this.#minted.clear();
  }

  /** The approval of a trace that a grant names, or that was approved here. */
  forTraceId(traceId: string): Approval | undefined {
    const approved = this.#approved.get(traceId);
    if (approved?.grant.isInForce() === true) return approved;
    const grant = this.#byTraceId.get(traceId);
    return grant?.isInForce() === true ? { grant, severity: grant.severity } : undefined;
  }

  /** Approves a trace that a predicate took, once it is leased. */
  approve(grant: ActiveGrant, traceId: string): Approval {
    const approval = { grant, severity: grant.severity };
    putBounded(this.#approved, traceId, approval, APPROVED_TRACES_MAX);
    this.#changed();
    return approval;
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
    const key = traceId + token;
    let approval = this.#checked.get(key);
    if (approval === undefined && !this.#checked.has(key)) {
      approval = this.#check(token, traceId);
      putBounded(this.#checked, key, approval, CHECKED_TOKENS_MAX);
    }
    if (approval === undefined || !approval.grant.isInForce()) return undefined;
    return this.#isAlive(approval.expiresAt) ? approval : undefined;
  }

  #check(token: string, traceId: string): TokenApproval | undefined {
    const claims = parseToken(token);
    const grant = claims && this.#active.get(claims.grant);
    if (grant === undefined || !isAuthentic(grant.key, token, traceId)) return undefined;
    return { grant, severity: Math.max(grant.severity, claims!.severity), expiresAt: claims!.expiresAt };
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
    putBounded(this.#minted, traceId, { text, claims }, APPROVED_TRACES_MAX);
    return text;
  }
}

/** Makes room by the oldest entry. */
function putBounded<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  if (map.size >= max && !map.has(key)) map.delete(map.keys().next().value!);
  map.set(key, value);
}
