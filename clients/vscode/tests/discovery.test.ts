import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, discover, type Wishes } from "../src/server/discovery";
import type { Python, Unfit } from "../src/server/probe";

const WISHES: Wishes = { path: "", interpreter: "", importStrategy: "useBundled", selected: undefined };
const OLD = "is Python 3.9.18";

/** Discover on a machine that has these interpreters: fit ones by name, others with what is wrong with them. */
async function on(fit: readonly string[], unfit: Record<string, string>, wishes: Partial<Wishes>, hasVetline = false) {
  const asked: string[] = [];
  const python = async (command: readonly [string, ...string[]]): Promise<Python | Unfit> => {
    const name = command.join(" ");
    asked.push(name);
    if (!fit.includes(name)) return { command, reason: unfit[name] ?? "isn't there" };
    return { command, version: "3.12.1", executable: `/bin/${name}`, native: "linux-x86_64", hasVetline };
  };
  const vetline = async (path: string) => (fit.includes(path) ? undefined : "isn't there");
  const found = await discover({ ...WISHES, ...wishes }, "/ext/bundled", { python, vetline }, "linux", () => undefined);
  return { ...found, asked } as {
    launch?: { command: string; args: string[]; env: Record<string, string> };
    problem?: { message: string; setting?: string };
    asked: string[];
  };
}

test("the interpreter that was selected runs the bundled server", async () => {
  const { launch, asked } = await on(["/venv/bin/python", "python3"], {}, { selected: "/venv/bin/python" });
  assert.deepEqual([launch?.command, launch?.args], ["/venv/bin/python", ["-P", "-m", "vetline"]]);
  assert.match(launch?.env.PYTHONPATH ?? "", /bundled.libs.*native.linux-x86_64$/);
  assert.deepEqual(asked, ["/venv/bin/python"]);
});

test("one that is too old gives way to one that is found", async () => {
  const { launch } = await on(["python3.11"], { "/venv/bin/python": OLD }, { selected: "/venv/bin/python" });
  assert.equal(launch?.command, "python3.11");
});

test("one that a person has set doesn't", async () => {
  const { problem, asked } = await on(
    ["python3"],
    { "/usr/bin/python3.9": OLD },
    { interpreter: "/usr/bin/python3.9" },
  );
  assert.match(problem?.message ?? "", /python3\.9 is Python 3\.9\.18.*3\.11 or newer/);
  assert.equal(problem?.setting, "vetline.interpreter");
  assert.deepEqual(asked, ["/usr/bin/python3.9"]);
});

test("without any, the message names the old ones", async () => {
  const { problem } = await on([], { python3: OLD }, {});
  assert.match(
    problem?.message ?? "",
    /needs Python 3\.11 or newer to run, and only found older ones: python3 is Python 3\.9\.18/,
  );
});

test("a Vetline of the environment is run if there is one", async () => {
  const wishes = { importStrategy: "fromEnvironment" } as const;
  const own = await on(["python3"], {}, wishes, true);
  assert.equal(own.launch?.env.PYTHONPATH, undefined);
  const none = await on(["python3"], {}, wishes, false);
  assert.match(none.launch?.env.PYTHONPATH ?? "", /bundled/);
});

test("a command of one's own is run as it is, if it answers", async () => {
  assert.deepEqual((await on(["/opt/vetline"], {}, { path: "/opt/vetline" })).launch?.args, []);
  assert.equal((await on([], {}, { path: "/opt/vetline" })).problem?.setting, "vetline.path");
});

test("on Windows the launcher comes first", () => {
  assert.deepEqual(candidates("win32")[0], ["py", "-3"]);
});
