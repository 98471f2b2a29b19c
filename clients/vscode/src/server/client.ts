/** The client for one run of the server. */

import { homedir } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { commands, type Diagnostic, type LogOutputChannel, Uri } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { serverSettings } from "./configuration";
import { FollowedAcceptances, PushedDiagnostics } from "./features";
import type { Launch } from "./launch";

/** What is vetted: Python, wherever it is kept, but for the other side of a comparison and the like. */
export const SELECTOR = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs"].map((scheme) => ({
  scheme,
  language: "python",
}));

/** What a run of the server says, besides the protocol. */
export interface Listeners {
  readonly onDiagnostics: (uri: Uri, diagnostics: readonly Diagnostic[]) => void;
  /** The connection is gone, and nobody has asked for that. */
  readonly onClosed: () => void;
  readonly onErrorOutput: (line: string) => void;
}

/** Return a client that isn't started yet. */
export function createClient(
  launch: Launch,
  keys: readonly string[],
  output: LogOutputChannel,
  listeners: Listeners,
): LanguageClient {
  const read = (input: Readable, take: (line: string) => void) =>
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on("line", take);
  const options: LanguageClientOptions = {
    documentSelector: SELECTOR,
    diagnosticCollectionName: "vetline",
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    stdioOptions: {
      stdout: (input, channel) => read(input, (line) => channel.info(line)),
      stderr: (input) => read(input, listeners.onErrorOutput),
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        listeners.onClosed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    initializationFailedHandler: () => false,
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => {
        next(uri, diagnostics);
        listeners.onDiagnostics(uri, diagnostics);
      },
      workspace: {
        configuration: (params) => params.items.map((item) => serverSettings(keys, item.scopeUri ?? undefined)),
        // The server asks then; what would be pushed holds defaults that nobody has set.
        didChangeConfiguration: (_, next) => next(undefined),
      },
      window: {
        // The page of a rule is a Markdown file: it is shown as a page.
        showDocument: async (params, token, next) => {
          if (!params.uri.endsWith(".md")) return next(params, token);
          await commands.executeCommand("markdown.showPreview", Uri.parse(params.uri));
          return { success: true };
        },
      },
    },
  };
  const server = {
    command: launch.command,
    args: [...launch.args, "serve"],
    options: { cwd: homedir(), env: { ...process.env, ...launch.env } },
  };
  const client = new LanguageClient("vetline", "Vetline", server, options);
  client.registerFeature(new PushedDiagnostics());
  client.registerFeature(new FollowedAcceptances());
  return client;
}
