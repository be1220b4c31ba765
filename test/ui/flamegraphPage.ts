import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { flamegraphPage } from '../../src/shell/flamegraphPage.ts';
import type { HostMessage, PageMessage } from '../../src/webview/messages.ts';
import { THEMES, type ThemeName } from './flamegraphThemes.ts';

/** The built flamegraph page, open outside of VS Code. */
export interface OpenPage extends AsyncDisposable {
  page: Page;
  /** What the page told its host, and what its policy or its script complained of. */
  told: PageMessage[];
  complaints: string[];
  /** Sends messages as the host does, one after the other; the time from the first until the page has drawn the last, in milliseconds. */
  send(...messages: HostMessage[]): Promise<number>;
  setTheme(theme: ThemeName): Promise<void>;
}

/** Opens the page of `dist` in a browser, in place of VS Code's webview: same markup, same policy, a stub of its API. */
export async function openFlamegraphPage(
  browser: Browser,
  { theme, width, height }: { theme: ThemeName; width: number; height: number },
): Promise<OpenPage> {
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    if (url === '/') {
      const origin = `http://${request.headers.host ?? ''}`;
      response.setHeader('content-type', 'text/html');
      response.end(
        flamegraphPage({
          nonce: 'harness',
          cspSource: origin,
          scriptUri: `${origin}/flamegraph.js`,
          styleUri: `${origin}/flamegraph.css`,
        }),
      );
      return;
    }
    if (url !== '/flamegraph.js' && url !== '/flamegraph.css') {
      response.writeHead(404).end();
      return;
    }
    readFile(new URL(`../../dist${url}`, import.meta.url)).then(
      (content) => {
        response.setHeader('content-type', url.endsWith('.css') ? 'text/css' : 'text/javascript');
        response.end(content);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage({ viewport: { width, height } });
  const told: PageMessage[] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.exposeFunction('harnessTell', (message: PageMessage) => told.push(message));
  await page.addInitScript(STUB);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const opened: OpenPage = {
    page,
    told,
    complaints,
    send: async (...messages) => {
      await page.evaluate(RECEIVE, JSON.stringify(messages, encodeArray));
      return page.evaluate(SEND, undefined);
    },
    setTheme: async (name) => {
      const { bodyClass, variables } = THEMES[name];
      await page.evaluate(SET_THEME, { bodyClass, variables });
    },
    [Symbol.asyncDispose]: async () => {
      await page.close();
      server.close();
    },
  };
  await opened.setTheme(theme);
  return opened;
}

/** Typed arrays as JSON can carry them; `RECEIVE` makes them typed arrays again before the page sees them. */
function encodeArray(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { array: value.constructor.name, bytes: bytes.toString('base64') };
}

// What runs in the browser is text here: this folder is checked without the DOM's types.

const STUB = `
  globalThis.acquireVsCodeApi = () => ({
    postMessage: (message) => globalThis.harnessTell(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
`;

type InBrowser<Argument, Result> = (argument: Argument) => Result;

/** A function that runs in the page, from its body; `argument` is what it is called with. */
export const inBrowser = <Argument, Result>(text: string): InBrowser<Argument, Result> =>
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('argument', text) as InBrowser<Argument, Result>;

const SET_THEME = inBrowser<{ bodyClass: string; variables: Record<string, string> }, undefined>(`
  document.documentElement.removeAttribute('style');
  for (const [name, value] of Object.entries(argument.variables)) document.documentElement.style.setProperty(name, value);
  document.body.className = argument.bodyClass;
`);

const RECEIVE = inBrowser<string, undefined>(`
  const decode = (_, value) => {
    if (!value?.array) return value;
    const text = atob(value.bytes);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
    return new globalThis[value.array](bytes.buffer);
  };
  globalThis.harnessMessages = JSON.parse(argument, decode);
`);

const SEND = inBrowser<undefined, Promise<number>>(`
  const messages = globalThis.harnessMessages;
  return new Promise((resolve) => {
    const startMs = performance.now();
    for (const message of messages) window.postMessage(message, '*');
    setTimeout(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startMs))));
  });
`);
