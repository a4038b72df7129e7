import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const openaiKey = vendorToken({
  id: "openai_key",
  vendor: "openai",
  finds: "API keys of OpenAI projects, service accounts and users.",
  source: "OpenAI API reference, authentication",
  atoms: ["T3BlbkFJ"],
  pattern:
    "sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9]{16,}T3BlbkFJ[A-Za-z0-9]{16,}",
  examples: {
    match: [
      madeUp(
        "sk-proj-",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqWT3BlbkFJ",
        "mK7pQ2xV9rT4wZ8bN3cF6hJ1",
        "dG5sL0yAeUiOoXqW",
      ),
      madeUp("sk-", "mK7pQ2xV9rT4wZ8bN3cFT3Bl", "bkFJmK7pQ2xV9rT4wZ8bN3cF"),
    ],
    ignore: [madeUp("sk-proj-", "x".repeat(48)), madeUp("sk-", "mK7pQ2xV9rT4wZ8bN3cF")],
  },
});
