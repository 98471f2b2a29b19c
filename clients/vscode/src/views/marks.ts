/** Marks on accepted code that nobody has reviewed: in the gutter, and in the overview ruler. */

import {
  type Disposable,
  type ExtensionContext,
  OverviewRulerLane,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  type ThemeColor,
  window,
  workspace,
} from "vscode";
import { type Acceptances, hasFindings, isToReview } from "../acceptances/acceptances";
import { RISKY, UNREVIEWED } from "./icons";

type Marked = "toReview" | "withFindings" | "off";

export class Marks implements Disposable {
  private readonly risky: TextEditorDecorationType;
  private readonly unreviewed: TextEditorDecorationType;
  private readonly subscriptions: readonly Disposable[];

  constructor(
    context: ExtensionContext,
    private readonly acceptances: Acceptances,
  ) {
    this.risky = decoration(context, "risky", RISKY);
    this.unreviewed = decoration(context, "unreviewed", UNREVIEWED);
    this.subscriptions = [
      this.risky,
      this.unreviewed,
      acceptances.onDidChange(() => this.draw()),
      window.onDidChangeVisibleTextEditors(() => this.draw()),
      workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("vetline.marks") && this.draw()),
    ];
    this.draw();
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
  }

  private draw(): void {
    const wanted = workspace.getConfiguration("vetline").get<Marked>("marks", "toReview");
    for (const editor of window.visibleTextEditors) {
      const shown = wanted === "off" ? [] : this.acceptances.of(editor.document.uri).filter(isToReview);
      const risky = shown.filter(hasFindings);
      const others = wanted === "toReview" ? shown.filter((tracked) => !hasFindings(tracked)) : [];
      mark(
        editor,
        this.risky,
        risky.flatMap((tracked) => tracked.ranges),
      );
      mark(
        editor,
        this.unreviewed,
        others.flatMap((tracked) => tracked.ranges),
      );
    }
  }
}

function decoration(context: ExtensionContext, name: string, color: ThemeColor): TextEditorDecorationType {
  const icon = (theme: string) => context.asAbsolutePath(`media/marks/${name}-${theme}.svg`);
  return window.createTextEditorDecorationType({
    isWholeLine: true,
    gutterIconSize: "contain",
    light: { gutterIconPath: icon("light") },
    dark: { gutterIconPath: icon("dark") },
    overviewRulerColor: color,
    overviewRulerLane: OverviewRulerLane.Left,
  });
}

function mark(editor: TextEditor, type: TextEditorDecorationType, ranges: readonly Range[]): void {
  editor.setDecorations(type, ranges.map(withoutEmptyEnd));
}

/** A range that ends at the start of a line has nothing in it. */
function withoutEmptyEnd(range: Range): Range {
  const endsBefore = range.end.character === 0 && !range.isSingleLine;
  return endsBefore ? new Range(range.start, range.end.with(range.end.line - 1)) : range;
}
