/** The explanation of a finding's rule. */

import { window } from "vscode";
import { EXPLAIN } from "../protocol";
import type { Server } from "../server/server";
import type { Finding } from "./finding";
import type { Findings } from "./findings";

/** Show the page of a finding's rule; without one, of those at the cursor, which are asked about if there are several. */
export async function explain(server: Server, findings: Findings, finding?: Finding): Promise<void> {
  const rule = finding?.rule ?? (await ruleAtCursor(findings));
  if (rule !== undefined) await server.execute<string>(EXPLAIN, rule);
}

async function ruleAtCursor(findings: Findings): Promise<string | undefined> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const cursor = editor.selection.active;
  const here = findings.of(editor.document.uri);
  const inside = here.filter(({ range }) => range.contains(cursor));
  const near = inside.length > 0 ? inside : here.filter(({ range }) => range.start.line === cursor.line);
  const choices = [...new Map(near.map(({ rule, message }) => [rule, { label: rule, detail: message }])).values()];
  if (choices.length === 0) void window.showInformationMessage("There is no finding at the cursor.");
  if (choices.length <= 1) return choices[0]?.label;
  return (await window.showQuickPick(choices, { title: "Explain which finding?" }))?.label;
}
