import * as vscode from 'vscode';
import type { DownloadFlow } from './downloadFlow.ts';
import { placeOf, readDownloadLink, type DownloadLink, type Link } from './downloadLink.ts';
import { asError, type Log } from './log.ts';
import { showLogAction, showMessage } from './notifications.ts';
import { urlFaultText } from './prompts.ts';

/** Handles `vscode://hotframe.hotframe/download?url=…`: whoever made the link, the person decides. */
export function registerUriHandler(flow: DownloadFlow, log: Log): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: async (uri) => {
      try {
        await followLink(uri, flow, log);
      } catch (error) {
        log.error(asError(error));
        throw error;
      }
    },
  });
}

async function followLink(link: Link, flow: DownloadFlow, log: Log): Promise<void> {
  const wanted = readDownloadLink(link);
  if (!('url' in wanted)) {
    const text = vscode.l10n.t('The link is not followed. {0}', describeFault(wanted));
    log.warn(text);
    showMessage('error', text, [showLogAction(log)], log);
    return;
  }
  if (await askToFollow(wanted.url)) await flow.download({ url: wanted.url });
}

async function askToFollow(url: string): Promise<boolean> {
  const { origin, path } = placeOf(url);
  const question = vscode.l10n.t('Download the playlist of {0}?', origin);
  const reason = vscode.l10n.t(
    'A link from outside the editor asks for it. Nothing is fetched yet; what to take and where to save it is asked next.',
  );
  const yes = vscode.l10n.t('Download');
  const options = { modal: true, detail: `${origin}${path}\n\n${reason}` };
  return (await vscode.window.showWarningMessage(question, options, yes)) === yes;
}

function describeFault(link: Exclude<DownloadLink, { url: string }>): string {
  switch (link.fault) {
    case 'action':
      return vscode.l10n.t('Links can ask for "/download?url=…" and nothing else.');
    case 'noParameter':
      return vscode.l10n.t('It names no playlist: "url" is missing.');
    case 'parameter':
      return vscode.l10n.t('It has the parameter "{0}"; only "url" is allowed.', (link.name ?? '').slice(0, 40));
    case 'empty':
    case 'noUrl':
    case 'scheme':
      return urlFaultText(link.fault);
  }
}
