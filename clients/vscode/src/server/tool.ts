/** Single commands of the Vetline that also serves: `vetline check`, `vetline report`. */

import { spawn } from "node:child_process";
import type { CancellationToken } from "vscode";
import type { Launch } from "./launch";

/** What a command has written, and how it ended; `code` is null if it was ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a command in `folder`; it is ended when the token is cancelled. Rejects if it can't be started. */
export function runTool(
  launch: Launch,
  args: readonly string[],
  folder: string,
  token?: CancellationToken,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...launch.env };
    const child = spawn(launch.command, [...launch.args, ...args], { cwd: folder, env, windowsHide: true });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const cancelled = token?.onCancellationRequested(() => child.kill());
    child.on("error", reject);
    child.on("close", (code) => {
      cancelled?.dispose();
      resolve({ code, stdout, stderr });
    });
  });
}
