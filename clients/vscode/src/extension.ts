/** Vetline for VS Code: what is there, and how it hangs together. */

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { Acceptances, type Tracked } from "./acceptances/acceptances";
import { Review } from "./acceptances/review";
import { Signals } from "./acceptances/signals";
import { explain } from "./findings/explain";
import { ALL } from "./findings/filter";
import type { Finding } from "./findings/finding";
import { Findings } from "./findings/findings";
import { vetWorkspace } from "./findings/vetting";
import { OF_THE_START } from "./server/configuration";
import { pythonApi } from "./server/pythonExtension";
import { Server } from "./server/server";
import { pickFilter } from "./views/filterPick";
import { FindingsTree } from "./views/findingsTree";
import { Marks } from "./views/marks";
import { showMenu } from "./views/menu";
import { Report } from "./views/report";
import { StatusBar } from "./views/statusBar";
import { ToReview } from "./views/toReview";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const output = window.createOutputChannel("Vetline", { log: true });
  server = new Server(context, output);
  const acceptances = new Acceptances(server);
  const findings = new Findings(server);
  const tree = new FindingsTree(findings);
  const review = new Review(server, acceptances);
  const report = new Report(server, output);
  context.subscriptions.push(
    output,
    server,
    acceptances,
    findings,
    tree,
    report,
    new Signals(server),
    new Marks(context, acceptances),
    new StatusBar(server, acceptances),
    new ToReview(acceptances),
  );

  const ours = server;
  const register = (name: string, run: (...args: never[]) => unknown) =>
    context.subscriptions.push(commands.registerCommand(`vetline.${name}`, run));
  register("menu", () => showMenu(ours, acceptances));
  register("review.next", () => review.step(1));
  register("review.previous", () => review.step(-1));
  register("review.show", (tracked: Tracked) => review.show(tracked));
  register("review.markReviewed", (tracked?: Tracked) => review.markReviewed(tracked));
  register("review.reject", (tracked?: Tracked) => review.reject(tracked));
  register("review.fix", (tracked?: Tracked) => review.fix(tracked));
  register("findings.explain", (finding?: Finding) => explain(ours, findings, finding));
  register("findings.filter", async () => {
    tree.filter = (await pickFilter(tree.filter)) ?? tree.filter;
  });
  register("findings.clearFilter", () => {
    tree.filter = ALL;
  });
  register("workspace.vet", () => vetWorkspace(ours, findings, output));
  register("report.open", () => report.open());
  register("server.restart", () => ours.restart());
  register("server.showOutput", () => output.show());
  register("settings.open", () =>
    commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
  );
  register("walkthrough.open", () =>
    commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`),
  );

  context.subscriptions.push(
    workspace.onDidChangeConfiguration((event) => {
      if (OF_THE_START.some((setting) => event.affectsConfiguration(setting))) void ours.restart();
    }),
    workspace.onDidGrantWorkspaceTrust(() => ours.restart()),
  );
  void pythonApi().then((api) => {
    if (api)
      context.subscriptions.push(api.environments.onDidChangeActiveEnvironmentPath(() => ours.followInterpreter()));
  });
  void ours.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
