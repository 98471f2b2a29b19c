/** The view of accepted code that is to review. */

import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
  window,
  workspace,
} from "vscode";
import { type Acceptances, hasFindings, type Tracked } from "../acceptances/acceptances";
import { findings, lines, origin } from "../acceptances/words";
import { RISKY, UNREVIEWED } from "./icons";

const KIND_ICONS = { completion: "sparkle", paste: "clippy", agent: "robot" } as const;
const REFRESH_MS = 60_000;

export class ToReview implements TreeDataProvider<Tracked>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: TreeView<Tracked>;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly acceptances: Acceptances) {
    this.view = window.createTreeView("vetline.toReview", { treeDataProvider: this });
    // "3 min ago" grows old.
    const clock = setInterval(() => this.view.visible && this.changed.fire(), REFRESH_MS);
    this.subscriptions = [
      this.view,
      this.changed,
      acceptances.onDidChange(() => this.update()),
      { dispose: () => clearInterval(clock) },
    ];
    this.update();
  }

  getChildren(parent?: Tracked): Tracked[] {
    return parent ? [] : [...this.acceptances.toReview];
  }

  getTreeItem(tracked: Tracked): TreeItem {
    const { acceptance, uri, ranges } = tracked;
    const item = new TreeItem(origin(acceptance, Date.now()));
    const place = `${workspace.asRelativePath(uri)}:${ranges[0].start.line + 1}`;
    item.id = `${uri}#${acceptance.id}`;
    item.description = `${findings(tracked.findings)} · ${place}`;
    item.tooltip = new MarkdownString().appendText(
      `${item.label}: ${lines(acceptance.lines)}, ${findings(tracked.findings)}\n${place}`,
    );
    const color = hasFindings(tracked) ? RISKY : UNREVIEWED;
    item.iconPath = new ThemeIcon(acceptance.exact ? KIND_ICONS[acceptance.kind] : "diff-insert", color);
    item.contextValue = hasFindings(tracked) ? "acceptance.withFindings" : "acceptance";
    item.command = { title: "Show", command: "vetline.review.show", arguments: [tracked] };
    return item;
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private update(): void {
    const count = this.acceptances.toReview.length;
    this.view.badge = count > 0 ? { value: count, tooltip: `${count} to review` } : undefined;
    this.changed.fire();
  }
}
