/** Our settings, as the server and the start of it need them. */

import { type ExtensionContext, Uri, workspace } from "vscode";
import { expanded, explicit } from "../settings";
import type { Wishes } from "./discovery";

const SECTION = "vetline";

/** Settings that decide which server runs: a change of them takes a new start. */
export const OF_THE_START = ["interpreter", "importStrategy", "path"].map((key) => `${SECTION}.${key}`);

interface ConfigurationBlock {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Return the names of the settings that are the server's, without the section. */
export function serverKeys(context: ExtensionContext): string[] {
  const blocks: ConfigurationBlock[] = context.extension.packageJSON.contributes.configuration;
  const ours = blocks.find((block) => block.id === "vetline.findings");
  return Object.keys(ours?.properties ?? {}).map((key) => key.slice(SECTION.length + 1));
}

/** Return what somebody has set for the server, for everything or for a folder. */
export function serverSettings(keys: readonly string[], scopeUri: string | undefined): Record<string, unknown> {
  const settings = workspace.getConfiguration(SECTION, scopeUri === undefined ? undefined : Uri.parse(scopeUri));
  return explicit(keys, (key) => settings.inspect(key));
}

/** Return what is set about the start, with variables replaced. */
export function wishes(selected: string | undefined): Wishes {
  const settings = workspace.getConfiguration(SECTION);
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  return {
    path: expanded(settings.get("path", ""), folder),
    interpreter: expanded(settings.get("interpreter", ""), folder),
    importStrategy: settings.get("importStrategy", "useBundled"),
    selected,
  };
}
