import { z } from "zod";

/** Where a control plane is. */
export const BaseUrl = z.string().refine(isBaseUrl, {
  message: "expected an http or https URL, without a password",
  params: { hint: 'write it like "https://access.internal", and put credentials into token_file' },
});

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ["http:", "https:"].includes(url.protocol) && url.username + url.password === "";
}

/** Files of keys, of which two may be valid at once. */
export const KeyFiles = z.array(z.string().min(1)).min(1).max(8);
