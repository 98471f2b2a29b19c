/** Who it is that suggests code. */

/** Extensions that show ghost text, by their ids in lower case, and what people call them. */
const KNOWN: Readonly<Record<string, string>> = {
  "github.copilot": "Copilot",
  "github.copilot-chat": "Copilot",
  "codeium.codeium": "Windsurf",
  "supermaven.supermaven": "Supermaven",
  "tabnine.tabnine-vscode": "Tabnine",
  "sourcegraph.cody-ai": "Cody",
  "amazonwebservices.amazon-q-vscode": "Amazon Q",
  "continue.continue": "Continue",
  "google.geminicodeassist": "Gemini Code Assist",
  "augment.vscode-augment": "Augment",
};

/** Return the name of the one known assistant among the extensions that run; undefined if there are several, or none. */
export function onlyAssistant(running: Iterable<string>): string | undefined {
  const names = new Set<string>();
  for (const id of running) {
    const name = KNOWN[id.toLowerCase()];
    if (name) names.add(name);
  }
  return names.size === 1 ? [...names][0] : undefined;
}
