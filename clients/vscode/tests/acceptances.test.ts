import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyAssistant } from "../src/acceptances/assistants";
import { Changes } from "../src/acceptances/changes";
import { nextAfter } from "../src/acceptances/stepping";
import { findings, origin } from "../src/acceptances/words";
import type { Acceptance } from "../src/protocol";

/** Note changes, each a time, a version and a text; return what is taken for the acceptance at a time. */
function accepted(now: number, ...changes: [number, number, ...string[]][]): number[] {
  const known = new Changes();
  for (const [at, version, ...texts] of changes) known.note({ at, version, texts });
  return known.accepted(now);
}

test("the change that came last is the acceptance", () => {
  assert.deepEqual(accepted(110, [50, 2, "d"], [60, 3, "e"], [100, 4, "f total():\n    return 1"]), [4]);
});

test("what is typed while an assistant is told of it isn't", () => {
  assert.deepEqual(accepted(400, [100, 4, "return 1"], [300, 5, "\n    "], [350, 6, "x"], [380, 7, "()"]), [4]);
});

test("a sign that is taken word by word is one all the same", () => {
  assert.deepEqual(accepted(110, [100, 4, "("]), [4]);
});

test("an import that comes with an item belongs to it", () => {
  assert.deepEqual(accepted(120, [95, 4, "import os\n"], [100, 5, "os.path.join"]), [4, 5]);
});

test("neither old changes nor deletions are, and none is taken twice", () => {
  assert.deepEqual(accepted(5_000, [100, 4, "return 1"]), []);
  assert.deepEqual(accepted(110, [100, 4, ""]), []);
  const known = new Changes();
  known.note({ at: 100, version: 4, texts: ["return 1"] });
  assert.deepEqual([known.accepted(110), known.accepted(120)], [[4], []]);
});

test("an assistant is named if only one is running", () => {
  assert.equal(onlyAssistant(["ms-python.python", "GitHub.copilot", "GitHub.copilot-chat"]), "Copilot");
  assert.equal(onlyAssistant(["GitHub.copilot", "Supermaven.supermaven"]), undefined);
  assert.equal(onlyAssistant(["ms-python.python"]), undefined);
});

test("stepping goes on behind the cursor, and round the ends", () => {
  const places = [
    { document: "a", line: 1, character: 0 },
    { document: "a", line: 9, character: 4 },
    { document: "c", line: 0, character: 0 },
  ];
  const from = (document: string, line: number, direction: 1 | -1) =>
    nextAfter(places, { document, line, character: 0 }, direction);
  assert.deepEqual([from("a", 1, 1), from("b", 0, 1), from("c", 5, 1)], [1, 2, 0]);
  assert.deepEqual([from("a", 9, -1), from("b", 0, -1), from("a", 1, -1)], [0, 1, 2]);
  assert.deepEqual(
    [nextAfter(places, undefined, 1), nextAfter(places, undefined, -1), nextAfter([], undefined, 1)],
    [0, 2, -1],
  );
});

test("what was only inferred is not called accepted", () => {
  const acceptance: Acceptance = {
    id: "1",
    kind: "completion",
    exact: true,
    tool: "Copilot",
    at: 0,
    lines: 2,
    reviewed: false,
  };
  assert.equal(origin(acceptance, 90_000), "Accepted 1 min ago from Copilot");
  assert.equal(origin({ ...acceptance, kind: "agent", tool: "Robin" }, 3 * 86_400_000), "Written 3 days ago by Robin");
  const { tool, ...unnamed } = acceptance;
  assert.equal(origin({ ...unnamed, exact: false }, 10), "Inserted just now");
  assert.deepEqual(
    [findings({}), findings({ error: 1 }), findings({ error: 1, hint: 2 })],
    ["no findings", "1 finding", "3 findings"],
  );
});
