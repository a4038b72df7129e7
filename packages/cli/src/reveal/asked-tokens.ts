import { createHash } from "node:crypto";
import type { TokenAnswer } from "./reveal-client.ts";

/** Requests at the same time. */
const REQUESTS_MAX = 16;

/** Tokens whose answers are remembered, values included. The one that was met longest ago is forgotten first, and asked for again. */
const ANSWERS_MAX = 10_000;

/** How many tokens had which answer, each counted once. */
export interface TokenCounts {
  opened: number;
  refused: number;
  unanswered: number;
}

/** Asks for each token once, some at a time. */
export class AskedTokens {
  readonly #ask: (token: string) => Promise<TokenAnswer>;
  readonly #answers = new Map<string, Promise<TokenAnswer>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  readonly counts: TokenCounts = { opened: 0, refused: 0, unanswered: 0 };

  constructor(ask: (token: string) => Promise<TokenAnswer>) {
    this.#ask = ask;
  }

  /** The value in a token; undefined where it is not opened. @throws what asking throws */
  async valueOf(token: string): Promise<string | undefined> {
    const key = createHash("sha256").update(token).digest("base64");
    const answer = await this.#remember(key, this.#answers.get(key) ?? this.#askInTurn(token));
    return answer.kind === "opened" ? answer.value : undefined;
  }

  #remember(key: string, answer: Promise<TokenAnswer>): Promise<TokenAnswer> {
    this.#answers.delete(key);
    if (this.#answers.size === ANSWERS_MAX) this.#answers.delete(this.#answers.keys().next().value!);
    this.#answers.set(key, answer);
    return answer;
  }

  async #askInTurn(token: string): Promise<TokenAnswer> {
    if (this.#running >= REQUESTS_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      const answer = await this.#ask(token);
      this.counts[answer.kind]++;
      return answer;
    } finally {
      const next = this.#waiting.shift(); // which runs in this one's place
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
