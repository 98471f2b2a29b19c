/** Vet Workspace: all Python files of the workspace, as they are on disk. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type CancellationToken,
  type LogOutputChannel,
  ProgressLocation,
  Range,
  Uri,
  type WorkspaceFolder,
  window,
  workspace,
} from "vscode";
import type { Server } from "../server/server";
import { runTool } from "../server/tool";
import { type Checked, position } from "./checked";
import type { Finding } from "./finding";
import type { Findings } from "./findings";
import { grouped } from "./grouping";

/** Vet all folders of the workspace, show how it goes, and take over what is found. */
export async function vetWorkspace(server: Server, findings: Findings, output: LogOutputChannel): Promise<void> {
  const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  if (folders.length === 0) {
    void window.showInformationMessage("There is no folder on disk to vet.");
    return;
  }
  const options = { location: ProgressLocation.Notification, title: "Vetting the workspace", cancellable: true };
  await window.withProgress(options, async (progress, token) => {
    const found = new Map<string, Finding[]>();
    let files = 0;
    let unchecked = 0;
    for (const folder of folders) {
      progress.report({ message: folder.name });
      const checked = await check(server, folder, output, token);
      if (checked === undefined) return;
      files += checked.files.length;
      unchecked += checked.errors.length;
      for (const error of checked.errors) output.warn(`${error.path}: ${error.message}`);
      await collect(folder, checked, found);
    }
    findings.take(found);
    tell([...found.values()].flat().length, found.size, files, unchecked);
  });
}

/** Return what was found in a folder; undefined if that was cancelled, or failed, which is said. */
async function check(
  server: Server,
  folder: WorkspaceFolder,
  output: LogOutputChannel,
  token: CancellationToken,
): Promise<Checked | undefined> {
  if (server.launch === undefined) await server.restart();
  if (server.launch === undefined) return undefined;
  try {
    const args = ["check", "--format", "json", "--exit-zero", "--quiet", "."];
    const outcome = await runTool(server.launch, args, folder.uri.fsPath, token);
    if (token.isCancellationRequested) return undefined;
    if (outcome.stderr) output.info(outcome.stderr.trim());
    return JSON.parse(outcome.stdout);
  } catch (error) {
    output.error(`Vetting ${folder.uri.fsPath} failed: ${error}`);
    void window.showErrorMessage(`${folder.name} could not be vetted; the output says why.`);
    return undefined;
  }
}

async function collect(folder: WorkspaceFolder, checked: Checked, into: Map<string, Finding[]>): Promise<void> {
  const byPath = grouped(checked.findings, (finding) => finding.path);
  for (const [path, findings] of byPath) {
    const file = resolve(folder.uri.fsPath, path);
    const uri = Uri.file(file);
    const lines = (await readFile(file, "utf8").catch(() => "")).split(/\r\n|\r|\n/);
    const placed = findings.map(({ rule_id, message, level, range }) => {
      const [start, end] = [position(range.start, lines), position(range.end, lines)];
      return {
        uri,
        range: new Range(start.line, start.character, end.line, end.character),
        level,
        rule: rule_id,
        message,
      };
    });
    into.set(uri.toString(), placed);
  }
}

function tell(count: number, inFiles: number, files: number, unchecked: number): void {
  const of = `${files} ${files === 1 ? "file" : "files"}`;
  const found = count === 1 ? "1 finding" : `${count || "No"} findings`;
  const missing = unchecked > 0 ? ` ${unchecked} could not be checked; the output says why.` : "";
  void window.showInformationMessage(`${found} in ${inFiles || "any"} of ${of}.${missing}`);
}
