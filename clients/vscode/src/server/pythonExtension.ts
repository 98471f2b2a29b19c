/** The interpreter that the Python extension has selected, if that extension is installed. */

import { type Event, extensions, type Uri, workspace } from "vscode";

/** As much of the API of ms-python.python as we use (npm: @vscode/python-extension). */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

/** Return the API, with the extension activated; undefined where it isn't installed, is switched off, or fails. */
export async function pythonApi(): Promise<PythonApi | undefined> {
  try {
    const api: PythonApi | undefined = await extensions.getExtension<PythonApi>("ms-python.python")?.activate();
    return api?.environments ? api : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Return the path of the selected interpreter; undefined if there is none.
 *
 * Whoever wrote the workspace may have selected it, so it isn't asked for before the workspace is trusted.
 */
export async function selectedInterpreter(api: PythonApi | undefined): Promise<string | undefined> {
  if (api === undefined || !workspace.isTrusted) return undefined;
  try {
    const active = api.environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
    const resolved = await api.environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}
