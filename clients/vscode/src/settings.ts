/** Settings as they are meant: what somebody has set, and places that are written with variables. */

import { homedir } from "node:os";

/** What VS Code says of one setting. */
export interface Inspected {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/**
 * Return the settings that somebody has set, as the server takes them: dotted keys are objects in objects.
 *
 * Defaults are left out: settings of an editor win over a project's files, and what nobody has set must not.
 */
export function explicit(
  keys: Iterable<string>,
  inspect: (key: string) => Inspected | undefined,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const key of keys) {
    const value = effective(inspect(key));
    if (value === undefined) continue;
    const names = key.split(".");
    const last = names.pop() ?? key;
    let table = settings;
    for (const name of names) {
      table[name] ??= {};
      table = table[name] as Record<string, unknown>;
    }
    table[last] = value;
  }
  return settings;
}

function effective(inspected: Inspected | undefined): unknown {
  const values = [inspected?.globalValue, inspected?.workspaceValue, inspected?.workspaceFolderValue];
  const set = values.filter((value) => value !== undefined);
  return set.every(isTable) && set.length > 0 ? Object.assign({}, ...set) : set.at(-1);
}

function isTable(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Replace `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}` in a path. */
export function expanded(path: string, workspaceFolder: string | undefined, env = process.env): string {
  return path
    .trim()
    .replace(/^~(?=$|[/\\])/, homedir())
    .replace(/\$\{(workspaceFolder|userHome|env:([^}]+))\}/g, (whole, what: string, name: string | undefined) => {
      if (what === "workspaceFolder") return workspaceFolder ?? whole;
      return what === "userHome" ? homedir() : (env[name ?? ""] ?? "");
    });
}
