/** The foreign code in open documents, as the server tells of it. */

import { type Disposable, EventEmitter, Range, Uri, workspace } from "vscode";
import { type Acceptance, type Counts, type Entry, total } from "../protocol";
import type { Server } from "../server/server";

/** An acceptance, and where what is left of it stands. */
export interface Tracked {
  readonly uri: Uri;
  readonly acceptance: Acceptance;
  readonly ranges: readonly [Range, ...Range[]];
  readonly findings: Counts;
}

/** Tell whether somebody should look at it: what has findings, and what is more than a line or a word. */
export function isToReview(tracked: Tracked): boolean {
  return !tracked.acceptance.reviewed && (hasFindings(tracked) || tracked.acceptance.lines > 1);
}

export function hasFindings(tracked: Tracked): boolean {
  return total(tracked.findings) > 0;
}

export class Acceptances implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly documents = new Map<string, readonly Tracked[]>();
  private readonly subscriptions: readonly Disposable[];

  constructor(server: Server) {
    this.subscriptions = [
      server.onAcceptances(({ uri, acceptances }) => this.take(Uri.parse(uri), acceptances)),
      server.onDidChangeState((state) => state === "running" || this.clear()),
      workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
    ];
  }

  /** The acceptances in a document, in text order. */
  of(uri: Uri): readonly Tracked[] {
    return this.documents.get(uri.toString()) ?? [];
  }

  /** What is to review, by document and in text order. */
  get toReview(): readonly Tracked[] {
    const uris = [...this.documents.keys()].sort();
    return uris.flatMap((uri) => this.documents.get(uri) ?? []).filter(isToReview);
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
    this.changed.dispose();
  }

  private take(uri: Uri, entries: readonly Entry[]): void {
    const tracked = entries.flatMap((entry) => {
      const [first, ...others] = entry.ranges.map(
        ({ start, end }) => new Range(start.line, start.character, end.line, end.character),
      );
      return first ? [{ ...entry, uri, ranges: [first, ...others] as const }] : [];
    });
    tracked.sort((one, other) => one.ranges[0].start.compareTo(other.ranges[0].start));
    this.documents.set(uri.toString(), tracked);
    this.changed.fire();
  }

  private forget(uri: Uri): void {
    if (this.documents.delete(uri.toString())) this.changed.fire();
  }

  private clear(): void {
    if (this.documents.size === 0) return;
    this.documents.clear();
    this.changed.fire();
  }
}
