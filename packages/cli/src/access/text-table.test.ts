import fc from "fast-check";
import { expect, test } from "vitest";
import { cutTo, textTable } from "./text-table.ts";

const COLUMNS = [{ name: "ID" }, { name: "WHO", min: 5 }, { name: "WHAT", min: 6 }];

test("what is too wide is cut where most can be given", () => {
  const rows = [
    ["1", "alice", "capture 5 of url.path == '/pay'"],
    ["2", "deploy-bot for alice", "reveal"],
  ];
  expect(textTable(COLUMNS, rows, 100)).toBe(
    [
      "ID  WHO                   WHAT",
      "1   alice                 capture 5 of url.path == '/pay'",
      "2   deploy-bot for alice  reveal",
      "",
    ].join("\n"),
  );
  expect(textTable(COLUMNS, rows, 40)).toBe(
    [
      "ID  WHO                WHAT",
      "1   alice              capture 5 of url…",
      "2   deploy-bot for a…  reveal",
      "",
    ].join("\n"),
  );
});

test("columns stay in line under signs of two columns, which are not halved", () => {
  expect(textTable(COLUMNS, [["1", "支払い", "x"]], 100)).toBe("ID  WHO     WHAT\n1   支払い  x\n");
  expect(cutTo("支払い", 4)).toBe("支…");
  expect(cutTo("👩‍👩‍👧 family", 5)).toBe("👩‍👩‍👧 f…");
});

const plain = fc.string({ unit: "grapheme-ascii", maxLength: 60 });

test("what can be spared is left out, the last first, where cutting doesn't do", () => {
  const columns = [
    { name: "ID" },
    { name: "ASKED", isOptional: true },
    { name: "WHO", min: 4 },
    { name: "END", isOptional: true },
  ];
  const rows = [["req-1", "3m ago", "alice", "in 14m"]];
  expect(textTable(columns, rows, 26)).toMatchInlineSnapshot(`
    "ID     ASKED   WHO
    req-1  3m ago  alice
    "
  `);
  expect(textTable(columns, rows, 20)).toMatchInlineSnapshot(`
    "ID     ASKED   WHO
    req-1  3m ago  alice
    "
  `);
  expect(textTable(columns, rows, 12)).toMatchInlineSnapshot(`
    "ID     WHO
    req-1  alice
    "
  `);
});

test("no line is wider than it may be, where the columns that may be cut have room to give", () => {
  const rows = fc.array(fc.tuple(fc.constant("id"), plain, plain), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 20, max: 120 }), (cells, width) => {
      const lines = textTable(COLUMNS, cells, width).split("\n");
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines.length).toBe(cells.length + 2);
    }),
  );
});

test("what is cut is the beginning, and says so", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (text, width) => {
        const cut = cutTo(text, width);
        if (cut !== text) {
          expect(cut.endsWith("…")).toBe(true);
          expect(text.startsWith(cut.slice(0, -1))).toBe(true);
        }
      },
    ),
  );
});
