/** A client of a gateway, in a process of its own: runs the loads that it is told of, one after the other, and says what came of each. */
import { type ChannelOptions, openChannel } from "./channel.ts";
import { loadRequests } from "./load-request.ts";
import { requestBytes } from "./numbered-request.ts";
import { type LoadResult, type Pace, runLoad } from "./paced-load.ts";

export interface LoadTask {
  readonly channel: ChannelOptions;
  readonly pace: Pace;
  /** Records of a request. */
  readonly records: number;
  /** The number of the first request, where each record has a number of its own. Without it the same few requests are sent over and over. */
  readonly numbered_from?: number;
}

export interface LoadOutcome extends LoadResult {
  /** On average, of what is sent: with compression, without headers. */
  readonly wire_bytes: number;
  /** On average, before compression. */
  readonly bytes: number;
  /** Which numbered requests were acknowledged. */
  readonly acknowledged: readonly number[];
  /** How many numbers are used up. */
  readonly numbered: number;
}

process.on("message", (task: LoadTask) => {
  void run(task).then((outcome) => process.send!(outcome));
});
process.on("disconnect", () => process.exit());

async function run({ channel: options, pace, records, numbered_from }: LoadTask): Promise<LoadOutcome> {
  const channel = openChannel(options);
  const acknowledged: number[] = [];
  const requests =
    numbered_from === undefined ? loadRequests(options.protocol, options.encoding, records) : [];
  let numbered = 0;
  const sendNumbered = async (first: number) => {
    const request = first + numbered++;
    const answer = await channel.send(requestBytes(options.protocol, request, records));
    if (answer === "acknowledged") acknowledged.push(request);
    return answer;
  };
  const send = (nth: number) =>
    numbered_from === undefined
      ? channel.send(requests[nth % requests.length]!.body)
      : sendNumbered(numbered_from);
  try {
    const result = await runLoad(pace, send);
    const mean = (of: (request: (typeof requests)[number]) => number) =>
      requests.reduce((sum, request) => sum + of(request), 0) / requests.length;
    return {
      ...result,
      wire_bytes: mean(({ body }) => body.length),
      bytes: mean(({ bytes }) => bytes),
      acknowledged,
      numbered,
    };
  } finally {
    channel.close();
  }
}
