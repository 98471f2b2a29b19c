/** What is known of an interpreter once it was run; nothing is believed of it before. */

import { execFile } from "node:child_process";

/** The oldest Python that can run the server. */
export const OLDEST = [3, 11] as const;

const PATIENCE_MS = 10_000;

/**
 * Prints what we want to know as JSON, on any Python from 2.7 on. `native` names the folder of `bundled/native` whose
 * compiled modules the interpreter can load; there may be none.
 */
const SCRIPT = `
import json, sys
found = {"version": list(sys.version_info[:3]), "executable": sys.executable, "native": "", "hasVetline": False}
if sys.version_info >= (3, 11):
    import importlib.util, platform, sqlite3, sysconfig
    machine = platform.machine().lower()
    musl = "" if platform.libc_ver()[0] == "glibc" else "musl-"
    names = {"linux": "linux-" + musl + machine, "darwin": "macosx-" + machine, "win32": sysconfig.get_platform()}
    found["native"] = names.get(sys.platform, "")
    found["hasVetline"] = importlib.util.find_spec("vetline") is not None
print(json.dumps(found))
`;

/** An interpreter that can run the server. */
export interface Python {
  /** What to run it with: a program and its first arguments, such as `py -3`. */
  readonly command: readonly [string, ...string[]];
  readonly version: string;
  readonly executable: string;
  readonly native: string;
  /** Whether Vetline is installed in its environment. */
  readonly hasVetline: boolean;
}

/** Why a command is no interpreter that can run the server. */
export interface Unfit {
  readonly command: readonly [string, ...string[]];
  readonly reason: string;
}

export type Probe = (command: readonly [string, ...string[]]) => Promise<Python | Unfit>;

export function isFit(found: Python | Unfit): found is Python {
  return "executable" in found;
}

/** Run a command in `folder`, which holds nothing of the workspace, and say what interpreter it is. */
export function probeIn(folder: string): Probe {
  return (command) =>
    new Promise((resolve) => {
      const [program, ...first] = command;
      // Python 3.11 and newer leave the current folder out of sys.path then; older ones aren't used anyway.
      const env = { ...process.env, PYTHONSAFEPATH: "1", PYTHONHOME: undefined };
      const options = { cwd: folder, env, timeout: PATIENCE_MS, windowsHide: true };
      execFile(program, [...first, "-c", SCRIPT], options, (error, stdout, stderr) => {
        resolve(error ? { command, reason: failure(error, stderr) } : understood(command, stdout));
      });
    });
}

/** Run a `vetline` command in `folder`; return why it can't be one, or undefined if it answers. */
export function probeCommandIn(folder: string): (path: string) => Promise<string | undefined> {
  return (path) =>
    new Promise((resolve) => {
      const options = { cwd: folder, timeout: PATIENCE_MS, windowsHide: true };
      execFile(path, ["--version"], options, (error, _, stderr) => resolve(error ? failure(error, stderr) : undefined));
    });
}

/** Read what the script has printed; other things, such as a site's greeting, may stand in front of it. */
export function understood(command: readonly [string, ...string[]], printed: string): Python | Unfit {
  let found: { version: [number, number, number]; executable: string; native: string; hasVetline: boolean };
  try {
    found = JSON.parse(printed.trim().split("\n").at(-1) ?? "");
  } catch {
    return { command, reason: "doesn't answer as Python does" };
  }
  const version = found.version.join(".");
  const [major, minor] = found.version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return { command, reason: `is Python ${version}` };
  }
  const { executable, native, hasVetline } = found;
  return { command, version, executable, native, hasVetline };
}

function failure(error: Error & { code?: string | number | null; killed?: boolean }, stderr: string): string {
  if (error.code === "ENOENT") return "isn't there";
  if (error.code === "EACCES") return "may not be run";
  if (error.killed) return `gives no answer within ${PATIENCE_MS / 1000} s`;
  const last = stderr.trim().split("\n").at(-1);
  return last ? `fails: ${last}` : `fails (${error.code ?? error.message})`;
}
