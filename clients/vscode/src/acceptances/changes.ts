/** Which of the changes of a document it was by which a suggestion came in that was just accepted. */

/** One change event of a document. */
export interface Change {
  readonly at: number;
  readonly version: number;
  /** What was inserted, in all places together. */
  readonly texts: readonly string[];
}

/** Milliseconds between a change and our hearing of the key: an assistant may be told of it in between. */
const REACH_MS = 1_500;
/** Milliseconds between the parts of one acceptance, such as the import that comes with an item of a list. */
const TOGETHER_MS = 60;
const MOST = 32;

/**
 * Knows the last changes of one document.
 *
 * The editor accepts a suggestion first, and tells us of the key right behind that, so the change is here already. Only
 * what was typed meanwhile can stand behind it; a single key's text is passed over.
 */
export class Changes {
  private recent: Change[] = [];

  note(change: Change): void {
    this.recent = [...this.recent.slice(1 - MOST), change];
  }

  /** Return the versions that an acceptance has made, and don't think of them again; none if there is none. */
  accepted(now: number): number[] {
    const near = this.recent.filter(
      (change) => now - change.at <= REACH_MS && change.texts.some((text) => text !== ""),
    );
    const main = near.findLast(isMoreThanAKey) ?? near.at(-1);
    if (main === undefined) return [];
    const parts = near.filter(
      (change) => change === main || (isMoreThanAKey(change) && Math.abs(change.at - main.at) <= TOGETHER_MS),
    );
    this.recent = this.recent.filter((change) => change.at > main.at);
    return parts.map((change) => change.version);
  }
}

/** Tell whether one press of a key can't have done it: a character, a pair of brackets, indentation, a line end with it. */
function isMoreThanAKey(change: Change): boolean {
  return change.texts.some((text) => !/^(.?|\(\)|\[\]|\{\}|""|''|(\r?\n)?[ \t]*)$/u.test(text));
}
