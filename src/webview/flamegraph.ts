import './flamegraph.css';
import { elementById } from './elements.ts';
import type { HostMessage, PageMessage } from './messages.ts';
import { FlamePage } from './page.ts';
import { readState } from './state.ts';

/** What VS Code gives a page (https://code.visualstudio.com/api/extension-guides/webview). */
declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const vscode = acquireVsCodeApi();
const post = (message: PageMessage): void => vscode.postMessage(message);

// A page has no log of its own: what goes wrong in it is told to the host.
addEventListener('error', ({ message, error }: ErrorEvent) => {
  post({ type: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : message });
});

const page = new FlamePage({ post, saveState: (state) => vscode.setState(state) }, readState(vscode.getState()));

function showOnly(id: 'loading' | 'failure' | 'page'): void {
  for (const other of ['loading', 'failure', 'page']) elementById(other, HTMLElement).hidden = other !== id;
}

function receive(message: HostMessage): void {
  if (message.type === 'failure') {
    elementById('failureTitle', HTMLElement).textContent = message.title;
    elementById('failureMessage', HTMLElement).textContent = message.message;
    showOnly('failure');
  } else if (message.type === 'profile') {
    // Before it is filled: a hidden canvas has no size to be drawn at.
    showOnly('page');
  }
  page.receive(message);
}

addEventListener('message', ({ data }: MessageEvent<HostMessage>) => receive(data));
elementById('openAsText', HTMLElement).addEventListener('click', () => post({ type: 'openAsText' }));
post({ type: 'ready' });
