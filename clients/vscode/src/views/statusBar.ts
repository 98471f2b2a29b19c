/** The item in the status bar: whether the server runs, and what there is in accepted code. */

import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";
import { type Acceptances, hasFindings } from "../acceptances/acceptances";
import { findings, lines, origin } from "../acceptances/words";
import { total, type VerdictParams } from "../protocol";
import type { Server } from "../server/server";

export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem("vetline.status", StatusBarAlignment.Right, 100);
  private readonly subscriptions: readonly Disposable[];
  private last: VerdictParams | undefined;

  constructor(
    private readonly server: Server,
    private readonly acceptances: Acceptances,
  ) {
    this.item.name = "Vetline";
    this.item.command = "vetline.menu";
    this.subscriptions = [
      this.item,
      server.onDidChangeState(() => this.show()),
      server.onVerdict((verdict) => {
        this.last = verdict;
        this.show();
      }),
      acceptances.onDidChange(() => this.show()),
    ];
    this.show();
    this.item.show();
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private show(): void {
    const risky = this.acceptances.toReview.filter(hasFindings);
    const count = risky.reduce((sum, tracked) => sum + total(tracked.findings), 0);
    this.item.backgroundColor = undefined;
    switch (this.server.state) {
      case "starting":
        this.say("$(sync~spin) Vetline…", "Vetline is starting");
        break;
      case "failed":
        this.say("$(error) Vetline is off", "Vetline's server isn't running");
        this.item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
        break;
      case "stopped":
        this.say("$(shield) Vetline", "Vetline's server is stopped");
        break;
      case "running":
        this.say(
          count > 0 ? `$(shield) ${count} in accepted code` : "$(shield) Vetline",
          count > 0 ? `Vetline: ${findings({ error: count })} in accepted code` : "Vetline is ready",
        );
        if (count > 0) this.item.backgroundColor = new ThemeColor("statusBarItem.warningBackground");
    }
  }

  private say(text: string, sentence: string): void {
    this.item.text = text;
    this.item.accessibilityInformation = { label: sentence };
    const tooltip = new MarkdownString(sentence);
    if (this.last && this.server.state === "running") {
      const { acceptance, milliseconds, findings: counts } = this.last;
      const verdict = `${origin(acceptance, Date.now())}: ${lines(acceptance.lines)}, ${findings(counts)}`;
      tooltip
        .appendMarkdown(`\n\nLast verdict, after ${Math.max(1, Math.round(milliseconds))} ms: `)
        .appendText(verdict);
    }
    this.item.tooltip = tooltip;
  }
}
