// An assistant that suggests what the settings say: ghost text by what the line in front of it is, and items of the list.
const vscode = require("vscode");

const setting = (name) => vscode.workspace.getConfiguration("assistant").get(name);

function suggestions(document, position) {
  const before = position.line > 0 ? document.lineAt(position.line - 1).text.trim() : "";
  const text = setting("suggestions")[before];
  const typed = document.lineAt(position.line).text.slice(0, position.character);
  if (text === undefined || !text.startsWith(typed)) return [];
  const line = new vscode.Range(position.with({ character: 0 }), position);
  return [new vscode.InlineCompletionItem(text, line)];
}

function items() {
  return setting("items").map((label) => new vscode.CompletionItem(label, vscode.CompletionItemKind.Function));
}

// As agents do: in several places of a file at once, without the cursor being there.
async function edit() {
  const { document } = vscode.window.activeTextEditor;
  const edits = new vscode.WorkspaceEdit();
  const end = document.lineAt(document.lineCount - 1).range.end;
  edits.insert(document.uri, new vscode.Position(0, 0), "import pickle\nimport tempfile\n");
  edits.insert(document.uri, end, "\n\ndef restore(data):\n    return pickle.loads(data), tempfile.mktemp()\n");
  await vscode.workspace.applyEdit(edits);
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.languages.registerInlineCompletionItemProvider("python", { provideInlineCompletionItems: suggestions }),
    vscode.languages.registerCompletionItemProvider("python", { provideCompletionItems: items }),
    vscode.commands.registerCommand("assistant.edit", edit),
  );
};
