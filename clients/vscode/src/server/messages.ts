/** What a person is told when there is no server, and what can be done about it. */

import { commands, env, Uri, window } from "vscode";
import type { Problem } from "./discovery";

const PYTHON = Uri.parse("https://www.python.org/downloads/");

const SETTINGS = "Open Settings";
const CHOOSE = "Choose an Interpreter";
const INSTALL = "Get Python";
const RETRY = "Try Again";
const RESTART = "Restart";
const OUTPUT = "Show Output";

/** Say why there is no server to run. */
export async function tellOfProblem(problem: Problem): Promise<void> {
  const actions = problem.setting ? [SETTINGS, RETRY, OUTPUT] : [CHOOSE, INSTALL, RETRY];
  await act(await window.showErrorMessage(problem.message, ...actions), problem.setting ?? "vetline.interpreter");
}

/** Say that the server doesn't stay alive; `lastWords` is the last line that it has written to its standard error. */
export async function tellOfCrashes(lastWords: string): Promise<void> {
  const why = lastWords ? ` Its last words: ${lastWords}` : "";
  const message = `Vetline's server has ended three times in a row, and isn't started again.${why}`;
  await act(await window.showErrorMessage(message, RESTART, OUTPUT, CHOOSE), "vetline.interpreter");
}

async function act(chosen: string | undefined, setting: string): Promise<void> {
  switch (chosen) {
    case SETTINGS:
    case CHOOSE:
      await commands.executeCommand("workbench.action.openSettings", setting);
      break;
    case INSTALL:
      await env.openExternal(PYTHON);
      break;
    case RETRY:
    case RESTART:
      await commands.executeCommand("vetline.server.restart");
      break;
    case OUTPUT:
      await commands.executeCommand("vetline.server.showOutput");
      break;
  }
}
