/** How Vetline is run: as a server, and for single commands. */

import { delimiter, join } from "node:path";
import type { Python } from "./probe";

/** A command line up to Vetline's own arguments, and what its environment has beyond ours (`undefined`: hasn't). */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Which Vetline this is, in words. */
  readonly description: string;
}

/** Run the Vetline of the extension, whose `bundled` folder is given, whatever else the interpreter has. */
export function bundledLaunch(python: Python, bundled: string): Launch {
  const libs = [join(bundled, "libs"), ...(python.native ? [join(bundled, "native", python.native)] : [])];
  const env = { PYTHONPATH: libs.join(delimiter), PYTHONHOME: undefined, PYTHONUTF8: "1" };
  return moduleLaunch(python, env, "bundled");
}

/** Run the Vetline that is installed for the interpreter. */
export function environmentLaunch(python: Python): Launch {
  return moduleLaunch(python, { PYTHONUTF8: "1" }, "from the environment");
}

/** Run a `vetline` command. */
export function commandLaunch(path: string): Launch {
  return { command: path, args: [], env: {}, description: path };
}

// -P: the current folder, where the code under analysis may be, isn't searched for modules.
function moduleLaunch(python: Python, env: Launch["env"], which: string): Launch {
  const [command, ...first] = python.command;
  const description = `${which}, with Python ${python.version} (${python.executable})`;
  return { command, args: [...first, "-P", "-m", "vetline"], env, description };
}
