/** A process of a service that leases, for tests: `URL INSTANCE GRANT REQUESTS`. Prints how many traces it got. */
import { HttpLessor } from "@scrim/grants";

const [url, instance, grant, requests] = process.argv.slice(2) as [string, string, string, string];
const audience = { service: "checkout", environment: "production" };
const lessor = new HttpLessor({ url, audience, instance });

let got = 0;
let failed = 0;
await Promise.all(
  Array.from({ length: Number(requests) }, async (_, i) => {
    try {
      const answer = await lessor.lease({ wanted: { [grant]: 1 + (i % 4) }, used: {}, returned: {} });
      got += answer[grant] ?? 0;
    } catch {
      failed++; // a server that is away: what it gave is lost
    }
  }),
);
console.log(JSON.stringify({ got, failed }));
