/** What Vetline adds to the protocol (docs/protocol.md). */

import type { Range } from "vscode-languageclient/node";

export const ACCEPTED = "vetline/accepted";
export const ACCEPTANCES = "vetline/acceptances";
export const VERDICT = "vetline/verdict";

/** Commands of the server; each takes a document's URI and an acceptance's id. */
export const FIX_ACCEPTANCE = "vetline.fixAcceptance";
export const REJECT_ACCEPTANCE = "vetline.rejectAcceptance";
export const REVIEWED = "vetline.reviewed";
/** A command of the server that takes a rule's id. */
export const EXPLAIN = "vetline.explain";

export type Level = "error" | "warning" | "information" | "hint";
export type Counts = Partial<Record<Level, number>>;

export interface AcceptedParams {
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly kind: "completion" | "undo";
  readonly tool?: string;
}

export interface Acceptance {
  readonly id: string;
  readonly kind: "completion" | "paste" | "agent";
  readonly exact: boolean;
  readonly tool?: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly lines: number;
  readonly reviewed: boolean;
}

/** What is left of an acceptance in a document, and what was found in it. */
export interface Entry {
  readonly acceptance: Acceptance;
  readonly ranges: readonly Range[];
  readonly findings: Counts;
}

export interface AcceptancesParams {
  readonly uri: string;
  readonly acceptances: readonly Entry[];
}

export interface VerdictParams {
  readonly uri: string;
  readonly acceptance: Acceptance;
  readonly findings: Counts;
  readonly milliseconds: number;
}

/** How many findings there are in all. */
export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
