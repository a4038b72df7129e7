import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const buildkiteToken = vendorToken({
  id: "buildkite_token",
  vendor: "buildkite",
  finds: "API, agent, job and cluster tokens of Buildkite.",
  source: "Buildkite documentation, token security",
  atoms: ["bk(?:ua|aa|aj|ct|pt|at|rt)_"],
  pattern: "bk(?:ua|aa|aj|ct|pt|at|rt)_[A-Za-z0-9_.-]{30,}",
  examples: {
    match: [madeUp("bkua_", "d05743bf2b672850882161db", "80a1e9ad8cdadc4c")],
    ignore: [madeUp("bkua_", "cd4078c763"), madeUp("bkua_", "x".repeat(40))],
  },
});
