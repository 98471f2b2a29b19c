// An editor without a screen, made of the library that VS Code's own client is made of.
//
//   node client.js push|pull < COMMANDS
//
// Each line of input is a command, {"name": …, "arguments": […]}, and each line of output its answer, {"answer": …} or
// {"error": …}.  Everything that the server sends is checked against Microsoft's types; what doesn't conform is a complaint.
'use strict';

const childProcess = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { pathToFileURL } = require('node:url');

const lsp = require('vscode-languageserver-protocol/node');
const { TextDocument } = require('vscode-languageserver-textdocument');

const pulls = process.argv[2] === 'pull';
const complaints = [];

let server; // the process
let exited; // a promise of its exit code
let isExpectedToEnd = false;
let reportDeath;
const serverDied = new Promise((_, reject) => (reportDeath = reject));
serverDied.catch(() => {}); // there may be no command under way that waits for it
let connection;
let document;
let cursor; // an offset in the document
let published = []; // the diagnostics of the current version
let resultId;
const past = []; // earlier texts, for undo

function check(type, value, what) {
  if (!type.is(value)) complaints.push(`${what} does not conform: ${JSON.stringify(value)}`);
  return value;
}

function checkDiagnostics(items) {
  for (const item of items) check(lsp.Diagnostic, item, 'a diagnostic');
  return items;
}

// What VS Code 1.10x says that it can do, as far as it concerns this server.
function capabilities() {
  const textDocument = {
    synchronization: { dynamicRegistration: true, didSave: true, willSave: true, willSaveWaitUntil: true },
    publishDiagnostics: { versionSupport: true, relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      dynamicRegistration: true,
      isPreferredSupport: true,
      disabledSupport: true,
      dataSupport: true,
      honorsChangeAnnotations: true,
      resolveSupport: { properties: ['edit', 'command'] },
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix', 'refactor', 'source', 'source.fixAll'] } },
    },
    hover: { dynamicRegistration: true, contentFormat: ['markdown', 'plaintext'] },
  };
  if (pulls) textDocument.diagnostic = { dynamicRegistration: true, relatedDocumentSupport: false };
  return {
    general: { positionEncodings: ['utf-16'], staleRequestSupport: { cancel: true, retryOnContentModified: [] } },
    workspace: {
      applyEdit: true,
      workspaceEdit: { documentChanges: true, failureHandling: 'textOnlyTransactional' },
      configuration: true,
      workspaceFolders: true,
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
      diagnostics: { refreshSupport: true },
    },
    textDocument,
    window: { workDoneProgress: true, showMessage: {}, showDocument: { support: true } },
  };
}

const commands = {
  async open(file) {
    server = childProcess.spawn('vetline', ['serve'], { stdio: ['pipe', 'pipe', 'pipe'] });
    exited = new Promise((resolve) => server.on('exit', (code, signal) => resolve(signal || code)));
    exited.then((how) => isExpectedToEnd || reportDeath(new Error(`the server died (${how}): ${complaints}`)));
    server.stderr.on('data', (data) => complaints.push(`on standard error: ${data}`));
    connection = lsp.createProtocolConnection(
      new lsp.StreamMessageReader(server.stdout),
      new lsp.StreamMessageWriter(server.stdin),
    );
    connection.onError(([error]) => complaints.push(`on the wire: ${error}`));
    connection.onUnhandledNotification((message) => complaints.push(`unexpected: ${JSON.stringify(message)}`));
    connection.onNotification(lsp.ShowMessageNotification.type, (params) => complaints.push(`shown: ${params.message}`));
    connection.onNotification(lsp.LogMessageNotification.type, (params) => complaints.push(`logged: ${params.message}`));
    connection.onRequest(lsp.RegistrationRequest.type, () => null);
    connection.onRequest(lsp.ConfigurationRequest.type, (params) => params.items.map(() => null));
    connection.onRequest(lsp.DiagnosticRefreshRequest.type, () => null);
    connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
      if (pulls) complaints.push('diagnostics are pushed to a client that pulls them');
      checkDiagnostics(params.diagnostics);
      if (params.version === document.version) published = params.diagnostics;
      else if (!(params.version < document.version)) complaints.push(`diagnostics for version ${params.version}`);
    });
    connection.listen();

    const root = pathToFileURL(path.dirname(file)).href;
    const answer = await connection.sendRequest(lsp.InitializeRequest.type, {
      processId: process.pid,
      clientInfo: { name: 'Visual Studio Code', version: '1.106.0' },
      locale: 'en',
      rootUri: root,
      workspaceFolders: [{ uri: root, name: 'workspace' }],
      trace: 'off',
      capabilities: capabilities(),
    });
    await connection.sendNotification(lsp.InitializedNotification.type, {});
    document = TextDocument.create(pathToFileURL(file).href, 'python', 1, fs.readFileSync(file, 'utf8'));
    cursor = 0;
    await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
      textDocument: { uri: document.uri, languageId: 'python', version: 1, text: document.getText() },
    });
    return answer.capabilities;
  },

  async findings() {
    return (await current()).map((item) => ({
      line: item.range.start.line + 1,
      marked: document.getText(item.range),
      code: item.code,
      severity: item.severity,
    }));
  },

  go_to(text) {
    const offset = document.getText().indexOf(text);
    if (offset >= 0) cursor = offset;
    return offset >= 0;
  },

  async actions() {
    return (await actionsAtCursor()).map((action) => action.title);
  },

  async apply(title) {
    const actions = await actionsAtCursor();
    const action = actions.find((each) => each.title === title);
    if (action) await carryOut(action);
    return actions.map((each) => each.title);
  },

  async fix_all() {
    const everything = { start: document.positionAt(0), end: document.positionAt(Infinity) };
    const [action] = await actionsIn(everything, ['source.fixAll.vetline']);
    await carryOut(action);
  },

  async hover() {
    const params = { textDocument: { uri: document.uri }, position: document.positionAt(cursor) };
    const hover = await connection.sendRequest(lsp.HoverRequest.type, params);
    return check(lsp.Hover, hover, 'a hover').contents.value;
  },

  async insert(text, where) {
    cursor = where === 'end' ? document.getText().length : cursor;
    for (const character of text) {
      const position = document.positionAt(cursor);
      await change([{ range: { start: position, end: position }, text: character }]);
      cursor += character.length;
    }
  },

  async undo() {
    await change([{ text: past.pop() }]);
    past.pop();
  },

  async save(file) {
    fs.writeFileSync(file, document.getText());
    await connection.sendNotification(lsp.DidSaveTextDocumentNotification.type, { textDocument: { uri: document.uri } });
  },

  complaints() {
    return complaints;
  },

  async stop() {
    isExpectedToEnd = true;
    await connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, { textDocument: { uri: document.uri } });
    await connection.sendRequest(lsp.ShutdownRequest.type);
    await connection.sendNotification(lsp.ExitNotification.type);
    const code = await exited;
    connection.dispose();
    return code;
  },
};

// The diagnostics of the document as it is now.
async function current() {
  if (!pulls) return published;
  const params = { textDocument: { uri: document.uri }, identifier: 'vetline', previousResultId: resultId };
  const report = await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, params);
  if (report.kind === lsp.DocumentDiagnosticReportKind.Full) {
    published = checkDiagnostics(report.items);
    resultId = report.resultId;
  } else if (report.kind !== lsp.DocumentDiagnosticReportKind.Unchanged || report.resultId !== resultId) {
    complaints.push(`a diagnostic report does not conform: ${JSON.stringify(report)}`);
  }
  return published;
}

async function change(contentChanges) {
  past.push(document.getText());
  document = TextDocument.update(document, contentChanges, document.version + 1);
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri: document.uri, version: document.version },
    contentChanges,
  });
}

function actionsAtCursor() {
  const position = document.positionAt(cursor);
  return actionsIn({ start: position, end: position });
}

async function actionsIn(range, only) {
  const touching = (await current()).filter((item) => {
    const [begin, end] = [document.offsetAt(item.range.start), document.offsetAt(item.range.end)];
    return begin <= document.offsetAt(range.end) && document.offsetAt(range.start) <= end;
  });
  const context = { diagnostics: touching, triggerKind: lsp.CodeActionTriggerKind.Invoked, ...(only && { only }) };
  const params = { textDocument: { uri: document.uri }, range, context };
  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, params);
  // An action may lack both edit and command as long as it can be resolved.
  for (const action of actions) check(lsp.CodeAction, action.data === undefined ? action : { command: never, ...action }, 'an action');
  return actions;
}

const never = { title: '', command: '' };

async function carryOut(action) {
  let whole = action;
  if (!whole.edit && whole.data !== undefined) {
    whole = check(lsp.CodeAction, await connection.sendRequest(lsp.CodeActionResolveRequest.type, action), 'a resolved action');
  }
  for (const { textDocument, edits } of whole.edit?.documentChanges ?? []) {
    if (textDocument.uri !== document.uri) complaints.push(`an edit of ${textDocument.uri}`);
    if (textDocument.version !== document.version) complaints.push(`an edit of version ${textDocument.version}`);
    const text = TextDocument.applyEdits(document, edits); // throws if they overlap
    if (text === document.getText()) complaints.push('an edit that changes nothing');
    // As VS Code does: all edits in one message, from the last to the first.
    const sorted = edits.slice().sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start));
    await change(sorted.map((edit) => ({ range: edit.range, text: edit.newText })));
    if (document.getText() !== text) complaints.push('edits that depend on their order');
  }
  if (whole.command) {
    const { command, arguments: args } = whole.command;
    await connection.sendRequest(lsp.ExecuteCommandRequest.type, { command, arguments: args });
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { name, arguments: args } = JSON.parse(line);
    let answer;
    try {
      answer = { answer: (await Promise.race([commands[name](...args), serverDied])) ?? null };
    } catch (error) {
      answer = { error: String(error.stack ?? error) };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
  process.exit(0);
}

main();
