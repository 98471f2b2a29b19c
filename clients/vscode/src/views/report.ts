/** The report on accepted code, in an editor's tab. */

import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import {
  type Disposable,
  type LogOutputChannel,
  ProgressLocation,
  ViewColumn,
  type WebviewPanel,
  window,
} from "vscode";
import type { Server } from "../server/server";
import { runTool } from "../server/tool";
import { reportPage } from "./reportPage";

export class Report implements Disposable {
  private panel: WebviewPanel | undefined;

  constructor(
    private readonly server: Server,
    private readonly output: LogOutputChannel,
  ) {}

  /** Show the report as it is now, in the tab that it has already if it is open. */
  async open(): Promise<void> {
    const options = { location: ProgressLocation.Window, title: "Vetline: making the report" };
    const html = await window.withProgress(options, () => this.make());
    if (html === undefined) {
      void window.showErrorMessage("The report could not be made; the output says why.");
      return;
    }
    this.panel ??= this.createPanel();
    this.panel.webview.html = reportPage(html, randomBytes(16).toString("base64url"));
    this.panel.reveal();
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private createPanel(): WebviewPanel {
    const options = { enableScripts: false, enableFindWidget: true, localResourceRoots: [] };
    const panel = window.createWebviewPanel("vetline.report", "Vetline Report", ViewColumn.Active, options);
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    return panel;
  }

  private async make(): Promise<string | undefined> {
    if (this.server.launch === undefined) await this.server.restart();
    if (this.server.launch === undefined) return undefined;
    try {
      const outcome = await runTool(this.server.launch, ["report", "--format", "html"], homedir());
      if (outcome.code === 0) return outcome.stdout;
      this.output.error(`The report could not be made: ${outcome.stderr.trim()}`);
    } catch (error) {
      this.output.error(`The report could not be made: ${error}`);
    }
    return undefined;
  }
}
