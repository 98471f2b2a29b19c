/** The server: started, watched, started again, and talked to. */

import { homedir } from "node:os";
import {
  commands,
  type Diagnostic,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  type Uri,
} from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { ACCEPTANCES, type AcceptancesParams, VERDICT, type VerdictParams } from "../protocol";
import { createClient } from "./client";
import { serverKeys, wishes } from "./configuration";
import { Crashes } from "./crashes";
import { discover } from "./discovery";
import type { Launch } from "./launch";
import { tellOfCrashes, tellOfProblem } from "./messages";
import { probeCommandIn, probeIn } from "./probe";
import { pythonApi, selectedInterpreter } from "./pythonExtension";

/** `failed` means that somebody has to do something. */
export type State = "stopped" | "starting" | "running" | "failed";

export class Server implements Disposable {
  /** What runs, or ran last; also for single commands. */
  launch: Launch | undefined;

  private readonly changed = new EventEmitter<State>();
  readonly onDidChangeState = this.changed.event;
  private readonly acceptances = new EventEmitter<AcceptancesParams>();
  readonly onAcceptances = this.acceptances.event;
  private readonly verdicts = new EventEmitter<VerdictParams>();
  readonly onVerdict = this.verdicts.event;
  private readonly diagnostics = new EventEmitter<{ uri: Uri; diagnostics: readonly Diagnostic[] }>();
  readonly onDiagnostics = this.diagnostics.event;

  private current: State = "stopped";
  private client: LanguageClient | undefined;
  private readonly crashes = new Crashes();
  private again: NodeJS.Timeout | undefined;
  private lastWords = "";
  private selected: string | undefined;
  /** Starts and stops, one after the other. */
  private queue: Promise<void> = Promise.resolve();
  private readonly keys: readonly string[];

  constructor(
    private readonly context: ExtensionContext,
    private readonly output: LogOutputChannel,
  ) {
    this.keys = serverKeys(context);
  }

  get state(): State {
    return this.current;
  }

  /** Start the server, anew if it runs, because a person or a setting wants it. */
  restart(): Promise<void> {
    this.crashes.forget();
    return this.enqueue(async () => {
      await this.end();
      await this.begin();
    });
  }

  /** Start the server anew if another interpreter is selected than when it was started. */
  async followInterpreter(): Promise<void> {
    if ((await selectedInterpreter(await pythonApi())) !== this.selected) await this.restart();
  }

  /** Stop the server for good. */
  stop(): Promise<void> {
    return this.enqueue(() => this.end());
  }

  /** Send a notification to a server that runs; without one, nothing happens. */
  notify(method: string, params: object): void {
    if (this.current === "running") {
      this.client?.sendNotification(method, params).catch((error) => this.output.warn(`${method}: ${error}`));
    }
  }

  /** Run a command of the server; undefined if none runs. */
  async execute<T>(command: string, ...args: readonly string[]): Promise<T | undefined> {
    return this.current === "running" ? commands.executeCommand<T>(command, ...args) : undefined;
  }

  /** Return how a document is called in messages. */
  uriOf(uri: Uri): string {
    return this.client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  dispose(): void {
    clearTimeout(this.again);
    for (const emitter of [this.changed, this.acceptances, this.verdicts, this.diagnostics]) emitter.dispose();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error) => this.output.error(error));
    return this.queue;
  }

  private async begin(): Promise<void> {
    this.become("starting");
    const found = await this.findLaunch();
    if (found === undefined) return this.become("failed");
    this.launch = found;
    this.lastWords = "";
    this.output.info(`Starting Vetline, ${found.description}`);
    const client = createClient(found, this.keys, this.output, {
      onDiagnostics: (uri, diagnostics) => this.diagnostics.fire({ uri, diagnostics }),
      onClosed: () => this.crashed(client),
      onErrorOutput: (line) => {
        this.lastWords = line.trim() || this.lastWords;
        this.output.warn(line);
      },
    });
    client.onNotification(ACCEPTANCES, (params: AcceptancesParams) => this.acceptances.fire(params));
    client.onNotification(VERDICT, (params: VerdictParams) => this.verdicts.fire(params));
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.output.error(`The server could not be started: ${error}`);
      this.crashed(client);
      return;
    }
    if (this.client === client) this.become("running");
  }

  private async end(): Promise<void> {
    clearTimeout(this.again);
    const client = this.client;
    this.client = undefined;
    this.become("stopped");
    await client?.dispose().catch(() => undefined); // one that is gone already has nothing to say
  }

  /** Start again after a while, or give up and say so. */
  private crashed(client: LanguageClient): void {
    if (this.client !== client) return; // it was told of before, or somebody has stopped it
    this.client = undefined;
    client.dispose().catch(() => undefined);
    const delay = this.crashes.note(Date.now());
    if (delay === undefined) {
      this.output.error("The server has ended three times within three minutes, and isn't started again");
      this.become("failed");
      void tellOfCrashes(this.lastWords);
      return;
    }
    this.output.warn(`The server has ended by itself; it is started again in ${delay / 1000} s`);
    this.become("starting");
    this.again = setTimeout(() => void this.enqueue(() => this.begin()), delay);
  }

  private async findLaunch(): Promise<Launch | undefined> {
    this.selected = await selectedInterpreter(await pythonApi());
    const bundled = this.context.asAbsolutePath("bundled");
    const wanted = wishes(this.selected);
    const trials = { python: probeIn(homedir()), vetline: probeCommandIn(homedir()) };
    const log = (text: string) => this.output.info(text);
    const found = await discover(wanted, bundled, trials, process.platform, log);
    if ("launch" in found) return found.launch;
    this.output.error(found.problem.message);
    void tellOfProblem(found.problem);
    return undefined;
  }

  private become(state: State): void {
    if (this.current === state) return;
    this.current = state;
    void commands.executeCommand("setContext", "vetline.isRunning", state === "running");
    void commands.executeCommand("setContext", "vetline.hasFailed", state === "failed");
    this.changed.fire(state);
  }
}
