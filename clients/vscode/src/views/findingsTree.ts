/** The view of findings: in accepted code, in this file, in the workspace. */

import { basename } from "node:path";
import {
  commands,
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  type Uri,
  window,
  workspace,
} from "vscode";
import { ALL, described, type Filter, passes } from "../findings/filter";
import type { Finding } from "../findings/finding";
import type { Findings } from "../findings/findings";
import { grouped } from "../findings/grouping";
import { LEVEL_ICONS } from "./icons";

type Scope = "accepted" | "file" | "workspace";

interface Group {
  readonly scope: Scope;
  readonly findings: readonly Finding[];
}

interface File {
  readonly file: Uri;
  readonly findings: readonly Finding[];
}

export type Node = Group | File | Finding;

const LABELS: Readonly<Record<Scope, string>> = {
  accepted: "In accepted code",
  file: "In this file",
  workspace: "In the workspace",
};
const ICONS: Readonly<Record<Scope, string>> = { accepted: "sparkle", file: "file", workspace: "root-folder" };

export class FindingsTree implements TreeDataProvider<Node>, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: TreeView<Node>;
  private readonly subscriptions: readonly Disposable[];
  private shown: Filter = ALL;
  /** The document of the text editor that was active last: a page such as the report isn't "this file". */
  private here = window.activeTextEditor?.document.uri;

  constructor(private readonly findings: Findings) {
    this.view = window.createTreeView<Node>("vetline.findings", { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.changed,
      findings.onDidChange(() => this.changed.fire()),
      window.onDidChangeActiveTextEditor((editor) => {
        this.here = editor?.document.uri ?? this.here;
        this.changed.fire();
      }),
    ];
  }

  get filter(): Filter {
    return this.shown;
  }

  set filter(filter: Filter) {
    this.shown = filter;
    this.view.description = described(filter);
    void commands.executeCommand("setContext", "vetline.isFiltered", described(filter) !== "");
    this.changed.fire();
  }

  getChildren(parent?: Node): Node[] {
    if (parent === undefined) return this.groups();
    if ("scope" in parent && parent.scope === "workspace") return files(parent.findings);
    return "findings" in parent ? [...parent.findings] : [];
  }

  getTreeItem(node: Node): TreeItem {
    if ("scope" in node) return groupItem(node);
    return "file" in node ? fileItem(node) : findingItem(node);
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private groups(): Group[] {
    const all = this.findings.all.flat().filter((finding) => passes(finding, this.shown));
    const here = this.here?.toString();
    return [
      { scope: "accepted", findings: all.filter((finding) => finding.isReviewed === false) },
      { scope: "file", findings: all.filter((finding) => finding.uri.toString() === here) },
      { scope: "workspace", findings: all },
    ];
  }
}

function groupItem({ scope, findings }: Group): TreeItem {
  const state = scope === "workspace" ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
  const item = new TreeItem(LABELS[scope], findings.length > 0 ? state : TreeItemCollapsibleState.None);
  item.id = scope;
  item.description = findings.length > 0 ? String(findings.length) : "none";
  item.iconPath = new ThemeIcon(ICONS[scope]);
  return item;
}

function files(findings: readonly Finding[]): File[] {
  return [...grouped(findings, (finding) => finding.uri.toString()).values()].flatMap((found) =>
    found[0] ? [{ file: found[0].uri, findings: found }] : [],
  );
}

function fileItem({ file, findings }: File): TreeItem {
  const item = new TreeItem(file, TreeItemCollapsibleState.Collapsed);
  item.label = basename(file.path);
  item.description = `${findings.length} · ${workspace.asRelativePath(file)}`;
  item.iconPath = ThemeIcon.File;
  return item;
}

function findingItem(finding: Finding): TreeItem {
  const { rule, message, range, level, uri } = finding;
  const item = new TreeItem(`${rule}  ${message}`);
  item.description = `${basename(uri.path)}:${range.start.line + 1}`;
  item.tooltip = new MarkdownString().appendText(`${message}\n${rule}, ${workspace.asRelativePath(uri)}`);
  item.iconPath = LEVEL_ICONS[level];
  item.contextValue = "finding";
  item.command = { title: "Open", command: "vscode.open", arguments: [uri, { selection: range }] };
  return item;
}
