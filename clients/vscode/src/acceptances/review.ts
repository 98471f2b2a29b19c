/** Stepping through accepted code, and what can be done about a piece of it. */

import { type Position, Selection, TextEditorRevealType, type Uri, window } from "vscode";
import { FIX_ACCEPTANCE, REJECT_ACCEPTANCE, REVIEWED } from "../protocol";
import type { Server } from "../server/server";
import type { Acceptances, Tracked } from "./acceptances";
import { nextAfter } from "./stepping";
import { findings, lines, origin } from "./words";

const MESSAGE_MS = 8_000;

export class Review {
  constructor(
    private readonly server: Server,
    private readonly acceptances: Acceptances,
  ) {}

  /** Go to what is to review behind the cursor, or in front of it; after the last comes the first. */
  async step(direction: 1 | -1): Promise<void> {
    const all = this.acceptances.toReview;
    const editor = window.activeTextEditor;
    const here = editor && { uri: editor.document.uri, position: editor.selection.active };
    const index = nextAfter(all.map(placeOf), here && placeOf(here), direction);
    const next = all[index];
    if (next === undefined) {
      void window.showInformationMessage("There is no accepted code to review.");
      return;
    }
    await this.show(next);
    window.setStatusBarMessage(`${index + 1} of ${all.length}: ${inWords(next)}`, MESSAGE_MS);
  }

  async show({ uri, ranges }: Tracked): Promise<void> {
    const start = ranges[0].start;
    const editor = await window.showTextDocument(uri);
    editor.selection = new Selection(start, start);
    editor.revealRange(ranges[0], TextEditorRevealType.InCenterIfOutsideViewport);
  }

  async markReviewed(tracked?: Tracked): Promise<void> {
    await this.run(REVIEWED, tracked, "It could not be marked as reviewed.");
  }

  async reject(tracked?: Tracked): Promise<void> {
    await this.run(
      REJECT_ACCEPTANCE,
      tracked,
      "It could not be rejected: the file has changed meanwhile, or can't be written.",
    );
  }

  async fix(tracked?: Tracked): Promise<void> {
    await this.run(
      FIX_ACCEPTANCE,
      tracked,
      "There is no fix for what was found here; the explanations say what to do.",
    );
  }

  /** Run a command of the server on an acceptance, or on the one at the cursor; say so if it has done nothing. */
  private async run(command: string, tracked: Tracked | undefined, otherwise: string): Promise<void> {
    const meant = tracked ?? this.atCursor();
    if (meant === undefined) {
      void window.showInformationMessage("The cursor isn't in accepted code.");
      return;
    }
    const isDone = await this.server.execute<boolean>(command, this.server.uriOf(meant.uri), meant.acceptance.id);
    if (!isDone) void window.showWarningMessage(otherwise);
  }

  private atCursor(): Tracked | undefined {
    const editor = window.activeTextEditor;
    if (editor === undefined) return undefined;
    const here = this.acceptances.of(editor.document.uri);
    return here.findLast(({ ranges }) => ranges.some((range) => range.contains(editor.selection.active)));
  }
}

function placeOf(place: Tracked | { uri: Uri; position: Position }): {
  document: string;
  line: number;
  character: number;
} {
  const { line, character } = "ranges" in place ? place.ranges[0].start : place.position;
  return { document: place.uri.toString(), line, character };
}

function inWords({ acceptance, findings: counts }: Tracked): string {
  return `${origin(acceptance, Date.now())}, ${lines(acceptance.lines)}, ${findings(counts)}`;
}
