/** What `vetline check --format json` says (docs/check.schema.json). */

import type { Level } from "../protocol";

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Checked {
  readonly files: readonly string[];
  readonly findings: readonly CheckedFinding[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

export interface CheckedFinding {
  readonly rule_id: string;
  readonly message: string;
  readonly level: Level;
  readonly path: string;
  readonly range: { readonly start: Place; readonly end: Place };
}

/** A place in an editor's terms: both count from 0, and columns are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Convert a place, whose columns are code points from 1 on, in a text with these lines. */
export function position(place: Place, lines: readonly string[]): Position {
  const line = place.line - 1;
  const before = Array.from(lines[line] ?? "").slice(0, place.column - 1);
  return { line, character: before.length > 0 ? before.join("").length : place.column - 1 };
}
