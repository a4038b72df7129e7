import type { ClientHttp2Session, ClientHttp2Stream, Http2Session, Http2Stream } from "node:http2";

/**
 * Sees to it that what Node has of a session outlives what it has of the session's streams.
 *
 * A stream whose bytes are still being written when it is destroyed is left to the garbage collector. Where its peer has
 * sent half of its headers, they count as the session's memory, and Node ends the process if it collects the session first
 * (`Assertion failed: (current_nghttp2_memory_) == (0)`, seen with 26.10): a peer could bring that about at will, by a
 * frame between HEADERS and CONTINUATION for one. Where a release of Node keeps its handles elsewhere, this does nothing.
 */
export function outliveStreams(session: Http2Session): void {
  session.on("stream", (stream: Http2Stream) => hold(session, stream));
  if (!isClient(session)) return;
  const request = session.request.bind(session);
  session.request = (headers, options): ClientHttp2Stream => {
    const stream = request(headers, options);
    hold(session, stream);
    return stream;
  };
}

/** Nothing of it hangs on the session: a handle whose settings wait for their answer keeps its session, and would be kept by it for ever. */
function hold(session: Http2Session, stream: Http2Stream): void {
  const [outer, inner] = [handleOf(session), handleOf(stream)];
  if (outer === undefined || inner === undefined) return;
  stream.once("close", () => {
    // One that was read to its end has no half of anything.
    if (!stream.readableEnded) sessions.register(inner, outer);
  });
}

/** Handles of sessions, each held until that of a stream has been collected. */
const sessions = new FinalizationRegistry<object>(() => {});

let handleSymbol: symbol | undefined;

/** The object of Node's C++ behind a session or a stream; undefined where it has none. */
function handleOf(owner: object): object | undefined {
  handleSymbol ??= Object.getOwnPropertySymbols(owner).find(({ description }) => description === "kHandle");
  const handle = handleSymbol && (owner as Record<symbol, unknown>)[handleSymbol];
  return typeof handle === "object" && handle !== null ? handle : undefined;
}

const isClient = (session: Http2Session): session is ClientHttp2Session => "request" in session;
