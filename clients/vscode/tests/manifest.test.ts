import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const strings = JSON.parse(readFileSync("package.nls.json", "utf8"));
const { keybindings, commands, menus } = manifest.contributes;

test("each string of the manifest is there, and none is left over", () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]);
  assert.deepEqual(new Set(used), new Set(Object.keys(strings)));
});

test("a key that accepts runs the editor's own command, and ours behind it", () => {
  const ofEditor = [
    "editor.action.inlineSuggest.commit",
    "editor.action.inlineSuggest.acceptNextWord",
    "acceptSelectedSuggestion",
  ];
  const accepting = keybindings.filter((binding: { command: string }) => binding.command === "runCommands");
  assert.equal(accepting.length, 5);
  for (const { args } of accepting) {
    const [first, second] = args.commands;
    assert.ok(ofEditor.includes(first));
    assert.equal(second.command, "vetline.accepted");
  }
});

test("such a key is left alone outside Python, without the server, and by those who don't want it", () => {
  for (const { command, when } of keybindings.filter(
    (binding: { command: string }) => binding.command === "runCommands",
  )) {
    for (const condition of [
      "editorLangId == python",
      "vetline.isRunning",
      "config.vetline.acceptanceKeys",
      "(!vim.active || vim.mode == 'Insert')",
      "(!neovim.init || neovim.mode == insert && !neovim.recording)",
    ]) {
      assert.ok(when.split(" && ").join(" && ").includes(condition), `${command}: ${condition}`);
    }
  }
});

test("ghost text and the list never claim the same Tab, and a jump keeps its own", () => {
  const tabs = keybindings.filter((binding: { key: string }) => binding.key === "tab");
  for (const { args, when } of tabs) {
    const isOfList = args.commands[0] === "acceptSelectedSuggestion";
    assert.equal(/(^|[^!])suggestWidgetVisible/.test(when), isOfList);
    assert.equal(when.includes("!tabShouldJumpToInlineEdit"), !isOfList);
  }
});

test("menus and the palette name commands that there are", () => {
  const known = new Set(commands.map((command: { command: string }) => command.command));
  for (const items of Object.values<{ command: string }[]>(menus)) {
    for (const { command } of items) assert.ok(known.has(command), command);
  }
});

test("a workspace that isn't trusted can't choose what is run", () => {
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  assert.deepEqual(restrictedConfigurations, ["vetline.interpreter", "vetline.importStrategy", "vetline.path"]);
});
