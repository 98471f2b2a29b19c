/** The menu behind the item in the status bar. */

import { commands, type QuickPickItem, QuickPickItemKind, window, workspace } from "vscode";
import { type Acceptances, hasFindings } from "../acceptances/acceptances";
import { findings } from "../acceptances/words";
import { total } from "../protocol";
import type { Server } from "../server/server";

interface Choice extends QuickPickItem {
  readonly command?: string;
}

const SEPARATOR: Choice = { label: "", kind: QuickPickItemKind.Separator };

/** Offer what can be done now, and do what is chosen. */
export async function showMenu(server: Server, acceptances: Acceptances): Promise<void> {
  const toReview = acceptances.toReview;
  const count = toReview.filter(hasFindings).reduce((sum, tracked) => sum + total(tracked.findings), 0);
  const isRunning = server.state === "running";
  const review: Choice = {
    label: "$(eye) Review accepted code",
    description: `${toReview.length} to review, ${findings({ error: count })}`,
    command: "vetline.review.next",
  };
  const choices: Choice[] = [
    ...(isRunning && toReview.length > 0 ? [review] : []),
    { label: "$(list-tree) Show findings", command: "vetline.findings.focus" },
    ...(workspace.workspaceFolders ? [{ label: "$(search) Vet workspace", command: "vetline.workspace.vet" }] : []),
    { label: "$(graph) Open report", command: "vetline.report.open" },
    SEPARATOR,
    { label: "$(refresh) Restart server", description: stateOf(server), command: "vetline.server.restart" },
    { label: "$(output) Show output", command: "vetline.server.showOutput" },
    { label: "$(gear) Settings", command: "vetline.settings.open" },
  ];
  const chosen = await window.showQuickPick(choices, { title: "Vetline" });
  if (chosen?.command) await commands.executeCommand(chosen.command);
}

function stateOf(server: Server): string {
  if (server.state === "running") return `running: ${server.launch?.description ?? ""}`;
  return { starting: "starting", stopped: "stopped", failed: "not running" }[server.state];
}
