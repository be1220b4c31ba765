import './flamegraph.css';
import './diff.css';
import type { DiffHostMessage, DiffPageMessage } from './diffMessages.ts';
import { DiffPage } from './diffPage.ts';
import { readDiffState } from './diffState.ts';
import { elementById } from './elements.ts';

/** What VS Code gives a page (https://code.visualstudio.com/api/extension-guides/webview). */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const vscode = acquireVsCodeApi();
const post = (message: DiffPageMessage): void => vscode.postMessage(message);

// A page has no log of its own: what goes wrong in it is told to the host.
addEventListener('error', ({ message, error }: ErrorEvent) => {
  post({ type: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : message });
});

const page = new DiffPage({ post, saveState: (state) => vscode.setState(state) }, readDiffState(vscode.getState()));

function showOnly(id: 'loading' | 'failure' | 'page'): void {
  for (const other of ['loading', 'failure', 'page']) elementById(other, HTMLElement).hidden = other !== id;
}

function receive(message: DiffHostMessage): void {
  switch (message.type) {
    case 'diff':
      // Before it is filled: a hidden canvas has no size to be drawn at.
      showOnly('page');
      page.show(message.diff);
      break;
    case 'failure':
      elementById('failureTitle', HTMLElement).textContent = message.title;
      elementById('failureMessage', HTMLElement).textContent = message.message;
      showOnly('failure');
      break;
  }
}

addEventListener('message', ({ data }: MessageEvent<DiffHostMessage>) => receive(data));
post({ type: 'ready' });
