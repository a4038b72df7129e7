import { expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { compileScanner } from "../scanner.ts";

const scanner = compileScanner(DETECTORS);

/** The text with every finding taken out. */
function rest(text: string, key?: string): string {
  const bytes = Buffer.from(text);
  let left = "";
  let from = 0;
  for (const { start, end } of scanner.scan(bytes, key).findings) {
    left += `${bytes.toString("utf8", from, start)}*`;
    from = end;
  }
  return left + bytes.toString("utf8", from);
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const base64url = (text: string) => Buffer.from(text).toString("base64url");

/** What people do to get past a redactor, and what must be left. */
const TRICKS: readonly (readonly [name: string, text: string, left: string])[] = [
  ["a full-width at sign", "to jane＠shop.example now", "to * now"],
  ["a small at sign", "to jane﹫shop.example now", "to * now"],
  ["a full-width address", "to ｊａｎｅ＠ｓｈｏｐ．ｅｘａｍｐｌｅ now", "to * now"],
  ["an ideographic full stop", "to jane@shop。example now", "to * now"],
  ["a one dot leader", "to jane@shop․example now", "to * now"],
  ["a zero-width space in a card", "card 4111\u200b1111\u200b1111\u200b1111.", "card *."],
  [
    "zero-width joiners between all digits",
    `card ${"4111111111111111".split("").join("\u200d")}.`,
    "card *.",
  ],
  ["a soft hyphen", "card 4111\u00ad111111111111.", "card *."],
  ["a byte order mark", "card 4111\ufeff111111111111.", "card *."],
  ["marks of direction", "card 4111\u200e1111\u200f1111\u202d1111\u202c.", "card *\u202c."],
  ["isolates", "card \u206641111111\u206911111111.", "card \u2066*."],
  ["variation selectors", "card 4\ufe0f1\ufe0f1\ufe0f11111\u{e0101}11111111.", "card *."],
  ["tag characters", "card 4111\u{e0041}111111111111.", "card *."],
  ["keycaps", "card 4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31111111111111.", "card *."],
  ["struck-through digits", "card 4\u03361\u03361\u03361\u0336111111111111.", "card *."],
  ["no-break spaces", "card 4111\u00a01111\u00a01111\u00a01111.", "card *."],
  ["narrow and thin spaces", "card 4111\u202f1111\u20091111\u20071111.", "card *."],
  ["an ideographic space", "card 4111\u30001111\u30001111\u30001111.", "card *."],
  [
    "a no-break space in an IBAN",
    "pay DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000 now",
    "pay * now",
  ],
  ["a no-break space in a phone number", "call +49\u00a030\u00a01234567 now", "call * now"],
  ["dashes", "ssn 123–45–6789 and 123‐45‐6789", "ssn * and *"],
  ["em dashes and minus signs", "card 4111—1111—1111—1111 4111−1111−1111−1111.", "card * *."],
  ["full-width digits", "card ４１１１１１１１１１１１１１１１.", "card *."],
  ["full-width digits with hyphens", "card ４１１１－１１１１－１１１１－１１１１.", "card *."],
  ["Arabic-Indic digits", "card ٤١١١ ١١١١ ١١١١ ١١١١.", "card *."],
  ["extended Arabic-Indic digits", "card ۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱.", "card *."],
  ["Devanagari digits", "card ४१११११११११११११११.", "card *."],
  ["digits beyond the basic plane", "card 𑁪𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧𑁧.", "card *."],
  ["circled digits", "card ④①①① ①①①① ①①①① ①①①①.", "card *."],
  ["circled digits of the dingbats", "card ❹❶❶❶ ➀➀➀➀ ➊➊➊➊ ①①①①.", "card *."],
  ["superscripts", "card 4111111111111¹¹¹ 4111111111111₁₁₁.", "card * *."],
  ["mathematical digits", "card 𝟜𝟙𝟙𝟙𝟣𝟣𝟣𝟣𝟭𝟭𝟭𝟭𝟷𝟷𝟷𝟷.", "card *."],
  ["mathematical letters", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝=hunter2 x", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝=* x"],
  ["script and double-struck letters", "𝓅𝒶𝓈𝓈𝕨𝕠𝕣𝕕: hunter2", "𝓅𝒶𝓈𝓈𝕨𝕠𝕣𝕕: *"],
  ["ligatures", "to ofﬁce@shop.exa\u200bmple now", "to * now"],
  ["a full-width equals sign", "password＝hunter2 x", "password＝* x"],
  ["a full-width colon", "password：hunter2 x", "password：* x"],
  ["full-width keys", "ｐａｓｓｗｏｒｄ=hunter2 x", "ｐａｓｓｗｏｒｄ=* x"],
  ["a zero-width space in a key", "pass\u200bword=hunter2 x", "pass\u200bword=* x"],
  ["Cyrillic letters in a key", "pаsswоrd=hunter2 x", "pаsswоrd=* x"],
  ["Cyrillic letters at the front", "раssword=hunter2 x", "раssword=* x"],
  ["Greek letters in a token", "key ΑΚIAIOSFODNN7QXAMPL3 x", "key * x"],
  ["escapes of JSON", "to jane\\u0040shop.example now", "to * now"],
  ["escapes of JSON, twice over", "to jane\\\\u0040shop.example now", "to * now"],
  ["an escaped key", "\\u0070assword=hunter2 x", "\\u0070assword=* x"],
  ["escapes with braces", "to jane\\u{40}shop.example now", "to * now"],
  ["escapes of pairs", "card \\ud835\\udfdc111111111111111.", "card *."],
  ["an escaped zero-width space", "card 4111\\u200b111111111111.", "card *."],
  ["an escaped NUL", "card 4111\\u0000111111111111.", "card *."],
  ["hexadecimal escapes", "to jane\\x40shop.example now", "to * now"],
  ["hexadecimal escapes of UTF-8", "to jane\\xEF\\xBC\\xA0shop.example now", "to * now"],
  ["percent escapes", "to jane%40shop.example now", "to * now"],
  ["percent escapes everywhere", "to %6a%61%6E%65%40%73hop%2Eexample now", "to * now"],
  ["percent escapes of UTF-8", "to j%C3%BCrgen%40m%C3%BCller.example now", "to * now"],
  ["a percent-encoded zero-width space", "card 4111%E2%80%8B111111111111.", "card *."],
  ["percent-encoded blanks", "card 4111%201111%201111%201111.", "card *."],
  ["decimal references", "to jane&#64;shop.example now", "to * now"],
  ["hexadecimal references", "to jane&#x40;shop&#X2E;example now", "to * now"],
  ["references without an end", "to jane&#64shop.example now", "to * now"],
  ["named references", "to jane&commat;shop&period;example now", "to * now"],
  ["an invisible reference", "card 4111&#8203;1111&shy;11111111.", "card *."],
  ["no-break space references", "card 4111&nbsp;1111&nbsp;1111&nbsp;1111.", "card *."],
  [
    "quotes as references",
    "{&quot;password&quot;:&quot;hunter2 x&quot;}",
    "{&quot;password&quot;:&quot;*&quot;}",
  ],
  ["base64", `to ${base64("jane@shop.example")} now`, "to * now"],
  ["base64 of a card", `to ${base64url("4111111111111111")} now`, "to * now"],
  ["base64 of JSON", `state=${base64('{"id":7,"email":"jane@shop.example"}')}; x`, "state=*; x"],
  [
    "base64url of text with umlauts",
    `state=${base64url("to Jane Müller, jane@shop.example?>")}&x`,
    "state=*&x",
  ],
  ["base64 in a path", `GET /in/${base64url("mail jane@shop.example")}/x`, "GET /in/*/x"],
  [
    "base64 of a key and a value",
    `data:text/plain;base64,${base64("password=hunter2 x")}`,
    "data:text/plain;base64,*",
  ],
  ["several tricks at once", "pаss\u200bｗord=x1y2z3&#64;\\u0041 now", "pаss\u200bｗord=* now"],
];

test.each(TRICKS)("found: %s", (_, text, left) => {
  expect(rest(text)).toBe(left);
});

test("a word in the key is read as it looks", () => {
  expect(rest("２１２ ５５５ ０１２３", "phone")).toBe("*");
});

/** What others write every day. */
const ORDINARY: readonly (readonly [name: string, text: string])[] = [
  ["German", "Überprüfung der Größe für Müller läuft: 10–20 Stück à 5 €, „fertig“ um 12:30 Uhr."],
  ["French", "Le total est de 1 234 567 € : merci à l’équipe ! « Déjà payé »"],
  ["Spanish", "¿Dónde está el pedido n.º 4? Piso 3ª, código 28013."],
  ["Turkish", "Kullanıcı girişi başarılı, ışık açık."],
  ["Polish, decomposed", "Zażółć gęślą jaźń".normalize("NFD")],
  ["Russian", "Заказ № 12345 принят, API-ключ обновлён, ожидайте."],
  ["Greek", "Η παραγγελία 12345 ολοκληρώθηκε σε 3,5 μs."],
  ["Hebrew", "הזמנה 12345 התקבלה\u200f, תודה!"],
  ["Arabic", "تم استلام الطلب رقم ١٢٣٤٥ في ٢٠٢٦/١١/٢٢"],
  ["Persian with zero-width non-joiners", "سفارش ۱۲۳۴۵ ثبت شد، می\u200cخواهم کتاب\u200cها"],
  ["Hindi", "आदेश १२३४५ प्राप्त हुआ, क्\u200dष"],
  ["Japanese", "注文番号：１２３４５、合計￥１，２００です。ＯＫ？ ①確認 ②発送"],
  ["Chinese", "订单12345，已发货。请在2026年11月22日前确认：谢谢！"],
  ["Korean", "주문 12345 접수되었습니다. ㈜회사"],
  ["Thai", "คำสั่งซื้อ ๑๒๓๔๕ เสร็จสิ้น"],
  ["emoji", "deploy ✅ done 🚀 all good ❤️! 👩‍👩‍👧‍👦 1️⃣ 2️⃣ 🇩🇪 ™ © ½"],
  ["symbols", "10⁻³ m², H₂O, 5 µs, 98 %, Intel™ Core™, ℃, Ⅳ, …"],
  ["Windows paths", "C:\\users\\jane\\x64\\u1234\\file.txt and C:\\u0041pp\\%USERPROFILE%\\x20"],
  ["sources of expressions", "^[\\u0041-\\u005a\\x61-\\x7a]+@(?:[\\w%+-]+\\.)+[a-z]{2,8}$"],
  ["formats", "%d of %s, %5d%% done, %2d:%02x, 100%25"],
  ["a URL with blanks", "GET /a%20b/caf%C3%A9?q=rock%26roll&x=%7B%22a%22%3A1%7D HTTP/1.1"],
  ["HTML", "<p>Tom &amp; Jerry &lt;3&nbsp;&copy; 2026 &#8212; &eacute;t&eacute;</p>"],
  [
    "hashes",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
  ],
  [
    "integrity hashes",
    "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
  ],
  ["a trace context", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
  ["a UUID", "7f3c2d1a-5b6e-4f8a-9c0d-1e2f3a4b5c6d"],
  [
    "an image",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ],
  [
    "a certificate",
    "MIIBszCCAVmgAwIBAgIUT5Vd1x0k3cJYw2XzVw2zqgq9y7owCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEdGVzdDAeFw0yNjAx",
  ],
  ["base64 of a sentence", `cursor=${base64("page 7 of 12, sorted by date")}`],
  ["base64 of harmless JSON", `cursor=${base64('{"page":7,"sort":"created_at","desc":true}')}`],
  ["names of code", "com.shop.web.CheckoutController.submitOrderAndNotifyWarehouseAboutBackordersLater"],
  ["text that is encoded twice", "to jane%2540shop.example and jane&amp;#64;shop.example now"],
];

test.each(ORDINARY)("left alone: %s", (_, text) => {
  expect(scanner.scan(Buffer.from(text)).findings).toEqual([]);
});

test("percent escapes are none in text that was percent-decoded", () => {
  const text = Buffer.from("to jane%40shop.example now");
  expect(scanner.scan(text).findings).toHaveLength(1);
  expect(scanner.scan(text, "", { isPercentDecoded: true }).findings).toEqual([]);
});
