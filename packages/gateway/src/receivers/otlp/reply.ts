/** An answer, whole: bodies are small, and never compressed. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Sent behind the body, over HTTP/2 alone. Without them and without a body, the headers end the stream. */
  readonly trailers?: Readonly<Record<string, string>>;
}
