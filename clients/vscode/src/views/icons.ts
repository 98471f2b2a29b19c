/** Icons that mean the same in all views. */

import { ThemeColor, ThemeIcon } from "vscode";
import type { Level } from "../protocol";

export const LEVEL_ICONS: Readonly<Record<Level, ThemeIcon>> = {
  error: new ThemeIcon("error", new ThemeColor("list.errorForeground")),
  warning: new ThemeIcon("warning", new ThemeColor("list.warningForeground")),
  information: new ThemeIcon("info", new ThemeColor("notificationsInfoIcon.foreground")),
  hint: new ThemeIcon("lightbulb"),
};

export const RISKY = new ThemeColor("vetline.riskyForeground");
export const UNREVIEWED = new ThemeColor("vetline.unreviewedForeground");
