/** What readers of YAML trip over, and what configurations may not say. */
export const YAML_WORDS = [
  ..."null|~|true|no|0|-1|0x1f|0o17|1e309|.inf|.nan|1_000|2026-11-22|''|\"\"|[]|{}|- |? |: |--- |...".split(
    "|",
  ),
  ..."__proto__|constructor|prototype|toString|<<: *a|&a |*a|*missing|!!js/function |!!binary |!x |%YAML 1.1".split(
    "|",
  ),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as configurations have it
  ..."${env:MISSING}|${env:EMPTY}|${file:/etc/passwd}|${http://169.254.169.254/}|$${env:PORT}|${env:|${}|$".split(
    "|",
  ),
  ..."../../etc/passwd|/dev/zero|http://169.254.169.254/latest|file:///etc/passwd|javascript:0|999999h|1e9GiB".split(
    "|",
  ),
  "\ufeff",
  "\u0000",
  "\u2028",
  "|",
  ">-\n  folded\n",
  '"\\ud800"',
  '"\\x00"',
];
