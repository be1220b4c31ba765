import * as vscode from 'vscode';

/** What of the manifest has to be answered. */
interface Manifest {
  contributes: { commands: { command: string }[]; customEditors: { viewType: string }[] };
}

/**
 * The extension in a browser alone, where no Node runs and no disk is: whatever is asked of it, it says what it needs. A remote
 * machine or a codespace behind the browser runs `extension.ts`.
 */
export function activate({ extension, subscriptions }: vscode.ExtensionContext): void {
  const { commands, customEditors } = (extension.packageJSON as Manifest).contributes;
  const tell = (): void => void vscode.window.showWarningMessage(advice());
  const page = { openCustomDocument: (uri: vscode.Uri) => ({ uri, dispose: () => undefined }), resolveCustomEditor };
  subscriptions.push(
    ...commands.map(({ command }) => vscode.commands.registerCommand(command, tell)),
    ...customEditors.map(({ viewType }) => vscode.window.registerCustomEditorProvider(viewType, page)),
    vscode.window.registerTreeDataProvider<never>('hotframe.jobs', {
      getChildren: () => [],
      getTreeItem: (job) => job,
    }),
    vscode.window.registerUriHandler({ handleUri: tell }),
  );
  // Its view says it, too.
  void vscode.commands.executeCommand('setContext', 'hotframe.isWithoutMachine', true);
}

function advice(): string {
  return vscode.l10n.t(
    'Hotframe needs a machine that it can download to, and a browser alone is none. Open the folder in desktop VS Code, on a remote machine or in a codespace.',
  );
}

function resolveCustomEditor(_document: vscode.CustomDocument, { webview }: vscode.WebviewPanel): void {
  const policy = `default-src 'none'; style-src ${webview.cspSource}`;
  webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Hotframe</title></head>
<body><main role="alert"><p>${advice()}</p></main></body>
</html>`;
}
