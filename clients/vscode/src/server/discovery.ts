/** Which Vetline is run, and with which interpreter. */

import { bundledLaunch, commandLaunch, environmentLaunch, type Launch } from "./launch";
import { isFit, OLDEST, type Probe, type Python, type Unfit } from "./probe";

/** How commands are tried out. */
export interface Trials {
  readonly python: Probe;
  /** Say why a path is no `vetline` command; undefined if it is one. */
  readonly vetline: (path: string) => Promise<string | undefined>;
}

/** What is configured, and what the Python extension has selected (`undefined`: nothing that may be run). */
export interface Wishes {
  readonly path: string;
  readonly interpreter: string;
  readonly importStrategy: "useBundled" | "fromEnvironment";
  readonly selected: string | undefined;
}

/** Why there is no server to run; `setting` is the one that is at fault, if one is. */
export interface Problem {
  readonly message: string;
  readonly setting?: "vetline.path" | "vetline.interpreter";
}

export type Discovery = { readonly launch: Launch } | { readonly problem: Problem };

/** Interpreters by the names that they have on PATH, the newest that are sure to work first. */
export function candidates(platform: NodeJS.Platform): [string, ...string[]][] {
  if (platform === "win32") return [["py", "-3"], ["python"], ["python3"]];
  return [["python3.13"], ["python3.12"], ["python3.11"], ["python3"], ["python"]];
}

/**
 * Find a server to run.
 *
 * What a person has chosen is run or it is a problem; nothing else is taken in its place. An interpreter that was only
 * selected for the project may be too old for the server, and gives way to one that is found.
 */
export async function discover(
  wishes: Wishes,
  bundled: string,
  trials: Trials,
  platform: NodeJS.Platform,
  log: (text: string) => void,
): Promise<Discovery> {
  if (wishes.path) {
    const reason = await trials.vetline(wishes.path);
    if (reason === undefined) return { launch: commandLaunch(wishes.path) };
    return {
      problem: {
        message: `The Vetline in your settings can't be run: ${wishes.path} ${reason}.`,
        setting: "vetline.path",
      },
    };
  }
  if (wishes.interpreter) {
    const found = await trials.python([wishes.interpreter]);
    if (isFit(found)) return { launch: launch(found, wishes, bundled, log) };
    return { problem: { message: chosenIsUnfit(found), setting: "vetline.interpreter" } };
  }
  const tried: Unfit[] = [];
  for (const command of [...(wishes.selected ? [[wishes.selected]] : []), ...candidates(platform)]) {
    const found = await trials.python(command as [string, ...string[]]);
    if (isFit(found)) return { launch: launch(found, wishes, bundled, log) };
    log(`${found.command.join(" ")} ${found.reason}`);
    tried.push(found);
  }
  return { problem: { message: noneIsFit(tried) } };
}

function launch(python: Python, wishes: Wishes, bundled: string, log: (text: string) => void): Launch {
  if (wishes.importStrategy === "useBundled") return bundledLaunch(python, bundled);
  if (python.hasVetline) return environmentLaunch(python);
  log(`${python.executable} has no Vetline installed; the bundled one is run`);
  return bundledLaunch(python, bundled);
}

function chosenIsUnfit(found: Unfit): string {
  const [program] = found.command;
  return `The interpreter in your settings can't run Vetline: ${program} ${found.reason}. It takes Python ${OLDEST.join(".")} or newer.`;
}

function noneIsFit(tried: readonly Unfit[]): string {
  const old = tried.filter((one) => one.reason.startsWith("is Python"));
  const known = old.map((one) => `${one.command.join(" ")} ${one.reason}`).join(", ");
  const found = known ? `only found older ones: ${known}` : "found none";
  return `Vetline needs Python ${OLDEST.join(".")} or newer to run, and ${found}. Install one, or say where it is.`;
}
