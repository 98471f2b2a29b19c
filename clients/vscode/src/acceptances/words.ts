/** How people are told of accepted code. */

import { type Acceptance, type Counts, total } from "../protocol";

const DONE = { completion: "Accepted", paste: "Pasted", agent: "Written" } as const;

/** Say how and when code came in: `Accepted 3 min ago from Copilot`. What was only inferred was *inserted*. */
export function origin(acceptance: Acceptance, now: number): string {
  const done = acceptance.exact ? DONE[acceptance.kind] : "Inserted";
  const source = acceptance.tool ? ` ${acceptance.kind === "agent" ? "by" : "from"} ${acceptance.tool}` : "";
  return `${done} ${ago(now - acceptance.at)}${source}`;
}

/** Say how many there are: `no findings`, `1 finding`, `3 findings`. */
export function findings(counts: Counts): string {
  const count = total(counts);
  if (count === 0) return "no findings";
  return count === 1 ? "1 finding" : `${count} findings`;
}

export function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

function ago(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "a day ago" : `${days} days ago`;
}
