import * as z from "zod";

const FINDING_KEYWORDS = {
  mask: "writes `[REDACTED:<class>]` in its place",
  drop: "removes it",
  pseudonym: "writes a keyed token, the same for the same value",
  seal: "writes a token that only the holder of a private key can open",
  hash: "writes its SHA-256, for migration only, since anybody can try values",
} as const;

const ACTION_KEYWORDS = {
  keep: "leaves the value alone, unscanned (for a class: looks only for what is certain)",
  scan: "looks for findings, and leaves the rest alone",
  ...FINDING_KEYWORDS,
} as const;

const MASK_KEYWORDS = ["all", "email", "card"] as const;

/** A mapping of which exactly one key is written: `{ truncate: 200 }`. */
function oneOf<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .partial()
    .refine((written) => Object.keys(written).length === 1, {
      error: `expected exactly one of: ${Object.keys(shape).join(", ")}`,
    })
    .meta({ minProperties: 1, maxProperties: 1 });
}

const keptCharacters = z.int().min(1).max(64);

const MaskSetting = z.union([
  z.enum(MASK_KEYWORDS),
  oneOf({
    keep_first: keptCharacters.meta({ description: "Characters at the start that stay readable." }),
    keep_last: keptCharacters.meta({ description: "Characters at the end that stay readable." }),
  }),
]);

const GeneralizeSetting = z
  .strictObject({
    ipv4_prefix: z.int().min(0).max(32).meta({
      description: "Bits of an IPv4 address that stay. Private and loopback addresses stay whole.",
    }),
    ipv6_prefix: z.int().min(0).max(128).meta({
      description: "Bits of an IPv6 address that stay. Private and loopback addresses stay whole.",
    }),
    date: z.enum(["year", "month", "day"]).meta({ description: "ISO 8601 dates and times are cut to this." }),
    bucket: z.int().min(1).max(1_000_000_000).meta({
      description: "Numbers are rounded down to a multiple of this.",
    }),
    url: z.literal("without_query").meta({ description: "URLs lose user info, query and fragment." }),
  })
  .partial()
  .refine((written) => Object.keys(written).length > 0, {
    error: "expected at least one of: ipv4_prefix, ipv6_prefix, date, bucket, url",
  })
  .meta({ minProperties: 1 });

const ActionMapping = oneOf({
  mask: MaskSetting.meta({
    description: "Shows only a part: of an e-mail address, of a card number, or so many characters.",
  }),
  replace: z.string().min(1).max(256).meta({
    description: "Puts this text in the value's place. No detector may find anything in it.",
  }),
  generalize: GeneralizeSetting.meta({
    description: "Makes the value coarser. A value of a shape that no key here names is masked.",
  }),
  truncate: z.int().min(1).max(262_144).meta({
    description: "Scans the value, then cuts it to so many bytes of UTF-8. Masks, where it is for findings.",
  }),
}).meta({ id: "ActionMapping", description: "An action with a parameter; exactly one of these keys." });

/** What the document may say an attribute or a class becomes. */
export const ActionSetting = z.union([keywords(ACTION_KEYWORDS), ActionMapping]).meta({
  id: "Action",
  description: meanings(ACTION_KEYWORDS),
});

/** What a finding may become. To leave findings alone, disable their detector. */
export const FindingActionSetting = z.union([keywords(FINDING_KEYWORDS), ActionMapping]).meta({
  id: "FindingAction",
  description: meanings(FINDING_KEYWORDS),
});

export type ActionSetting = z.output<typeof ActionSetting>;

function keywords<Keyword extends string>(table: Readonly<Record<Keyword, string>>) {
  return z.enum(Object.keys(table) as Keyword[]);
}

function meanings(table: Readonly<Record<string, string>>): string {
  const each = Object.entries(table).map(([keyword, meaning]) => `\`${keyword}\` ${meaning}`);
  return `${each.join("; ")}; or a mapping.`;
}
