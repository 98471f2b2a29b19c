import assert from "node:assert/strict";
import { homedir } from "node:os";
import { test } from "node:test";
import { position } from "../src/findings/checked";
import { ALL, described, passes } from "../src/findings/filter";
import { Crashes } from "../src/server/crashes";
import { expanded, explicit } from "../src/settings";
import { reportPage } from "../src/views/reportPage";

test("only what somebody has set is sent, the nearest first", () => {
  const inspected: Record<string, object> = {
    minSeverity: { defaultValue: "all" },
    "tests.ignore": { globalValue: ["B101"], workspaceValue: [] },
    severity: { globalValue: { B4: "off", B602: "error" }, workspaceFolderValue: { B602: "hint" } },
  };
  assert.deepEqual(
    explicit(Object.keys(inspected), (key) => inspected[key]),
    {
      tests: { ignore: [] },
      severity: { B4: "off", B602: "hint" },
    },
  );
});

test("variables in paths are replaced", () => {
  assert.equal(expanded("~/py", undefined), `${homedir()}/py`);
  assert.equal(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how settings are written
    expanded("${workspaceFolder}/.venv/${env:WHICH}/python", "/ws", { WHICH: "bin" }),
    "/ws/.venv/bin/python",
  );
});

test("a server that ends is started twice, each time later, and then no more", () => {
  const crashes = new Crashes();
  assert.deepEqual([crashes.note(0), crashes.note(10_000), crashes.note(20_000)], [1_000, 4_000, undefined]);
  crashes.forget();
  assert.equal(crashes.note(30_000), 1_000);
  assert.equal(new Crashes().note(0), 1_000);
});

test("crashes of long ago don't count", () => {
  const crashes = new Crashes();
  assert.deepEqual([crashes.note(0), crashes.note(200_000), crashes.note(400_000)], [1_000, 1_000, 1_000]);
});

test("places on the command line are converted to an editor's", () => {
  const lines = ["x = '🦆'; eval(y)"];
  assert.deepEqual(position({ line: 1, column: 10 }, lines), { line: 0, character: 10 });
  assert.deepEqual(position({ line: 7, column: 3 }, lines), { line: 6, character: 2 });
});

test("findings are filtered by level, rule and words", () => {
  const finding = { level: "warning", rule: "B602", message: "A shell interprets this" } as const;
  assert.ok(passes(finding, ALL));
  assert.ok(passes(finding, { least: "warning", text: "b6" }));
  assert.ok(passes(finding, { least: "hint", text: "SHELL" }));
  assert.ok(!passes(finding, { least: "error", text: "" }));
  assert.ok(!passes(finding, { least: "hint", text: "pickle" }));
  assert.deepEqual([described(ALL), described({ least: "error", text: "b6" })], ["", "errors, “b6”"]);
});

test("the report may run nothing, load nothing, and has the theme's colours", () => {
  const made = `<head>\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-x'">\n<style>:root{}</style>\n</head>`;
  const page = reportPage(made, "n0nce");
  assert.match(
    page,
    /content="default-src 'none'; style-src 'nonce-n0nce'; img-src data:; base-uri 'none'; form-action 'none'"/,
  );
  assert.doesNotMatch(page, /sha256|<script/);
  assert.equal(page.match(/<style nonce="n0nce">/g)?.length, 2);
  assert.match(page, /--page: var\(--vscode-editor-background\)/);
});
