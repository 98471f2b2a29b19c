/** Which findings the view shows. */

import type { Level } from "../protocol";

export interface Filter {
  /** The lowest level that is shown. */
  readonly least: Level;
  /** What the rule's id begins with, or the message holds; in any case of letters. */
  readonly text: string;
}

export const ALL: Filter = { least: "hint", text: "" };

const RANK: Readonly<Record<Level, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** What a filter by level is called. */
export const NAMES: Readonly<Record<Level, string>> = {
  error: "errors",
  warning: "errors and warnings",
  information: "all but hints",
  hint: "all",
};

interface Filtered {
  readonly level: Level;
  readonly rule: string;
  readonly message: string;
}

export function passes(finding: Filtered, filter: Filter): boolean {
  const text = filter.text.toLowerCase();
  const isMeant = finding.rule.toLowerCase().startsWith(text) || finding.message.toLowerCase().includes(text);
  return RANK[finding.level] <= RANK[filter.least] && isMeant;
}

/** Say what a filter shows, for the head of the view; empty if it shows everything. */
export function described(filter: Filter): string {
  const parts = [filter.least === "hint" ? "" : NAMES[filter.least], filter.text ? `“${filter.text}”` : ""];
  return parts.filter(Boolean).join(", ");
}
