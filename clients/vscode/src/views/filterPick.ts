/** How a person says which findings the view is to show. */

import { type QuickPickItem, window } from "vscode";
import { type Filter, NAMES } from "../findings/filter";
import { LEVELS } from "../findings/finding";
import type { Level } from "../protocol";

interface Choice extends QuickPickItem {
  readonly least: Level;
}

/** Ask for a level and, as what is typed in the box, a text; undefined if nothing was chosen. */
export function pickFilter(filter: Filter): Promise<Filter | undefined> {
  const choices: Choice[] = [...LEVELS]
    .reverse()
    .map((least) => ({ label: capitalised(NAMES[least]), least, alwaysShow: true }));
  const pick = window.createQuickPick<Choice>();
  pick.title = "Filter findings";
  pick.placeholder = "A rule's id or a word of the message, then a level";
  pick.value = filter.text;
  pick.items = choices;
  pick.activeItems = choices.filter((choice) => choice.least === filter.least);
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve({ least: pick.activeItems[0]?.least ?? "hint", text: pick.value.trim() });
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
