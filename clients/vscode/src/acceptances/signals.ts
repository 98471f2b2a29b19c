/**
 * Tells the server what a change was, where the editor lets us know.
 *
 * The keys that accept a suggestion run the editor's own command first, then `vetline.accepted` (`keybindings` in
 * package.json): the editor does so by itself, without us, so a key is never late or lost because of this extension. The
 * change is here by the time that the second command is. Undo and redo the editor names with each change.
 */

import {
  commands,
  type Disposable,
  extensions,
  languages,
  type TextDocument,
  TextDocumentChangeReason,
  window,
  workspace,
} from "vscode";
import { ACCEPTED, type AcceptedParams } from "../protocol";
import { SELECTOR } from "../server/client";
import type { Server } from "../server/server";
import { onlyAssistant } from "./assistants";
import { Changes } from "./changes";

export class Signals implements Disposable {
  private readonly changes = new WeakMap<TextDocument, Changes>();
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly server: Server) {
    this.subscriptions = [
      workspace.onDidChangeTextDocument(({ document, reason, contentChanges }) => {
        if (contentChanges.length === 0 || languages.match(SELECTOR, document) === 0) return;
        if (reason === TextDocumentChangeReason.Undo || reason === TextDocumentChangeReason.Redo) {
          this.tell(document, document.version, "undo");
        } else {
          const texts = contentChanges.map((change) => change.text);
          this.changesOf(document).note({ at: Date.now(), version: document.version, texts });
        }
      }),
      commands.registerCommand("vetline.accepted", (what?: unknown) => this.accepted(what)),
    ];
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  /** A suggestion was accepted in the active editor; `what` is `listItem` if it was an item of the list. */
  private accepted(what: unknown): void {
    const document = window.activeTextEditor?.document;
    if (document === undefined || languages.match(SELECTOR, document) === 0) return;
    const tool = what === "listItem" ? undefined : assistant();
    for (const version of this.changesOf(document).accepted(Date.now())) {
      this.tell(document, version, "completion", tool);
      void commands.executeCommand("setContext", "vetline.hasAccepted", true);
    }
  }

  private tell(document: TextDocument, version: number, kind: AcceptedParams["kind"], tool?: string): void {
    const params: AcceptedParams = { textDocument: { uri: this.server.uriOf(document.uri), version }, kind };
    this.server.notify(ACCEPTED, tool === undefined ? params : { ...params, tool });
  }

  private changesOf(document: TextDocument): Changes {
    const known = this.changes.get(document) ?? new Changes();
    this.changes.set(document, known);
    return known;
  }
}

/** Return what to call the assistant: as it is set, or as the only known one that runs is called. */
function assistant(): string | undefined {
  const running = extensions.all.filter((extension) => extension.isActive).map((extension) => extension.id);
  return workspace.getConfiguration("vetline").get("assistant", "").trim() || onlyAssistant(running);
}
