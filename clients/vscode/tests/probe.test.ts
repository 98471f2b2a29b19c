import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isFit, probeIn, understood } from "../src/server/probe";

const COMMAND = ["python3"] as const;
const probe = probeIn(tmpdir());

/** Return a program that does what a script of the shell says. */
function program(script: string): [string] {
  const path = join(mkdtempSync(join(tmpdir(), "probe-")), "python");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return [path];
}

test("the answer may stand behind other things that the interpreter says", () => {
  const answer = { version: [3, 12, 1], executable: "/usr/bin/python3.12", native: "linux-x86_64", hasVetline: false };
  const found = understood(COMMAND, `Welcome!\n${JSON.stringify(answer)}\n`);
  assert.ok(isFit(found));
  assert.equal(found.version, "3.12.1");
});

test("Python 3.10 and older are too old", () => {
  for (const version of [
    [2, 7, 18],
    [3, 10, 13],
  ]) {
    const found = understood(COMMAND, JSON.stringify({ version, executable: "x" }));
    assert.deepEqual(found, { command: COMMAND, reason: `is Python ${version.join(".")}` });
  }
});

test("what isn't there, fails, or is something else is said to be so", async () => {
  assert.deepEqual(await probe(["/nowhere/python"]), { command: ["/nowhere/python"], reason: "isn't there" });
  const broken = program("echo 'Fatal Python error: init_fs_encoding' >&2; exit 1");
  assert.deepEqual(await probe(broken), { command: broken, reason: "fails: Fatal Python error: init_fs_encoding" });
  const other = program("echo hello");
  assert.deepEqual(await probe(other), { command: other, reason: "doesn't answer as Python does" });
});
