/** Findings as the views show them. */

import { type Diagnostic, DiagnosticSeverity, type Range, type Uri } from "vscode";
import type { Level } from "../protocol";

export interface Finding {
  readonly uri: Uri;
  readonly range: Range;
  readonly level: Level;
  readonly rule: string;
  readonly message: string;
  /** The id of the acceptance that it is in. */
  readonly acceptance?: string;
  /** Whether that was reviewed. */
  readonly isReviewed?: boolean;
}

export const LEVELS: readonly Level[] = ["error", "warning", "information", "hint"];

const LEVEL_OF: Readonly<Record<DiagnosticSeverity, Level>> = {
  [DiagnosticSeverity.Error]: "error",
  [DiagnosticSeverity.Warning]: "warning",
  [DiagnosticSeverity.Information]: "information",
  [DiagnosticSeverity.Hint]: "hint",
};

/** What the server attaches to a diagnostic that is a finding (docs/protocol.md). */
interface Data {
  readonly key?: unknown;
  readonly acceptance?: { readonly id: string; readonly reviewed: boolean };
}

/** Return the finding that a diagnostic is; undefined if it is about something else, such as a configuration file. */
export function findingOf(uri: Uri, diagnostic: Diagnostic & { readonly data?: Data }): Finding | undefined {
  const { range, severity, code, message, data } = diagnostic;
  if (typeof data?.key !== "string") return undefined;
  const rule = String(typeof code === "object" ? code.value : code);
  const place = { uri, range, level: LEVEL_OF[severity], rule, message };
  return data.acceptance ? { ...place, acceptance: data.acceptance.id, isReviewed: data.acceptance.reviewed } : place;
}
