/** All findings that are known: of open documents from the server, of other files from the last look at the workspace. */

import { type Disposable, EventEmitter, type Uri, workspace } from "vscode";
import type { Server } from "../server/server";
import { type Finding, findingOf } from "./finding";

export class Findings implements Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By document; what is open here isn't in `elsewhere`. */
  private readonly open = new Map<string, readonly Finding[]>();
  private elsewhere = new Map<string, readonly Finding[]>();
  private readonly subscriptions: readonly Disposable[];

  constructor(server: Server) {
    this.subscriptions = [
      server.onDiagnostics(({ uri, diagnostics }) => {
        if (!isOpen(uri.toString())) return; // its diagnostics are taken back because it was closed, not because they are wrong
        const found = diagnostics.flatMap((diagnostic) => findingOf(uri, diagnostic) ?? []);
        this.put(this.open, uri, found);
        this.elsewhere.delete(uri.toString());
        this.changed.fire();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        // As it was saved it has these findings still.
        const left = this.open.get(uri.toString());
        if (left && uri.scheme === "file") this.elsewhere.set(uri.toString(), left);
        this.open.delete(uri.toString());
        this.changed.fire();
      }),
    ];
  }

  of(uri: Uri): readonly Finding[] {
    return this.open.get(uri.toString()) ?? this.elsewhere.get(uri.toString()) ?? [];
  }

  /** All findings, by document. */
  get all(): readonly (readonly Finding[])[] {
    const merged = new Map([...this.elsewhere, ...this.open]);
    return [...merged].sort(([one], [other]) => one.localeCompare(other)).map(([, found]) => found);
  }

  /** Take over what was found in files of the workspace; those that are open are known better. */
  take(found: ReadonlyMap<string, readonly Finding[]>): void {
    this.elsewhere = new Map([...found].filter(([uri]) => !isOpen(uri)));
    this.changed.fire();
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
    this.changed.dispose();
  }

  private put(into: Map<string, readonly Finding[]>, uri: Uri, found: readonly Finding[]): void {
    if (found.length > 0) into.set(uri.toString(), found);
    else into.delete(uri.toString());
  }
}

function isOpen(uri: string): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === uri);
}
