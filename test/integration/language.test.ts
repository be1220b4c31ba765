import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { download, extension, useFolder, waitFor } from './extension.ts';
import { labUrl } from './lab.ts';

const MEDIA = [
  '#EXTM3U',
  '#EXT-X-VERSION:3',
  '#EXT-X-TARGETDURATION:4',
  '#EXT-X-MAP:URI="init.mp4"',
  '#EXTINF:9,One',
  'a.mp4',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z',
  '#EXTINF:4,',
  'https://example.com/b.mp4?t=1',
  '#EXT-X-ENDLIST',
  '',
];

/** What is needed here of the modules that colour texts in the workbench. */
interface Textmate {
  Registry: new (options: object) => { loadGrammar: (scope: string) => Promise<Grammar> };
  parseRawGrammar: (text: string, path: string) => object;
  INITIAL: unknown;
}
interface Grammar {
  tokenizeLine: (
    line: string,
    state: unknown,
  ) => { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}
interface Oniguruma {
  loadWASM: (bytes: Uint8Array) => Promise<void>;
  OnigScanner: new (patterns: string[]) => object;
  OnigString: new (text: string) => object;
}

/** The tokens of our grammar with their innermost scope, by the workbench's own tokeniser. */
async function tokenise(lines: readonly string[]): Promise<{ text: string; scope: string | undefined }[]> {
  const modules = ['node_modules', 'node_modules.asar'].map((name) => join(vscode.env.appRoot, name));
  const found = modules.find((path) => existsSync(join(path, 'vscode-textmate')));
  assert.ok(found, `no tokeniser in ${vscode.env.appRoot}`);
  const load = createRequire(join(found, 'index.js'));
  const { Registry, parseRawGrammar, INITIAL } = load('vscode-textmate') as Textmate;
  const { loadWASM, OnigScanner, OnigString } = load('vscode-oniguruma') as Oniguruma;
  await loadWASM(await readFile(join(found, 'vscode-oniguruma', 'release', 'onig.wasm')));
  const path = join(extension().extensionPath, 'media', 'm3u8.tmLanguage.json');
  const grammar = await new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: string[]) => new OnigScanner(patterns),
      createOnigString: (text: string) => new OnigString(text),
    }),
    loadGrammar: async () => parseRawGrammar(await readFile(path, 'utf8'), path),
  }).loadGrammar('source.m3u8');
  let state = INITIAL;
  return lines.flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      scope: scopes.at(-1),
    }));
  });
}

describe('the language of playlists', () => {
  const folder = useFolder();

  async function open(lines: readonly string[], end = '\n', name = 'stream.m3u8'): Promise<vscode.TextDocument> {
    const path = join(folder.path, name);
    await writeFile(path, lines.join(end));
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** The codes of a document's diagnostics by line, once there are any. */
  async function findings(document: vscode.TextDocument): Promise<[number, unknown][]> {
    const found = await waitFor(() => {
      const diagnostics = vscode.languages.getDiagnostics(document.uri);
      return Promise.resolve(diagnostics.length > 0 ? diagnostics : undefined);
    });
    return found.map(({ range, code }) => [range.start.line, typeof code === 'object' ? code.value : code]);
  }

  const ask = <T>(command: string, document: vscode.TextDocument, ...rest: unknown[]): Promise<T> =>
    Promise.resolve(vscode.commands.executeCommand<T>(command, document.uri, ...rest));

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is that of .m3u8 and .m3u, and of what begins with its header', async () => {
    assert.equal((await open(MEDIA)).languageId, 'm3u8');
    assert.equal((await open(MEDIA, '\n', 'list.m3u')).languageId, 'm3u8');
    assert.equal((await open(MEDIA, '\n', 'playlist')).languageId, 'm3u8');
    assert.equal((await open(['a'], '\n', 'a.txt')).languageId, 'plaintext');
  });

  for (const [name, end] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    it(`tells what is wrong, and puts it right, in a text with ${name}`, async () => {
      const document = await open(MEDIA, end);
      assert.deepEqual(await findings(document), [
        [3, 'version-too-low'],
        [4, 'duration-above-target'],
      ]);
      for (let round = 0; round < 2; round++) {
        const [diagnostic] = vscode.languages.getDiagnostics(document.uri);
        assert.ok(diagnostic);
        const before = vscode.languages.getDiagnostics(document.uri).length;
        const actions = await ask<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document, diagnostic.range);
        const fix = actions.find(({ kind, edit }) => edit && kind?.contains(vscode.CodeActionKind.QuickFix));
        assert.ok(fix?.edit, actions.map(({ title }) => title).join());
        await vscode.workspace.applyEdit(fix.edit);
        await waitFor(() =>
          Promise.resolve(vscode.languages.getDiagnostics(document.uri).length < before ? true : undefined),
        );
      }
      const fixed = MEDIA.with(1, '#EXT-X-VERSION:6').with(2, '#EXT-X-TARGETDURATION:9');
      assert.equal(document.getText(), fixed.join(end));
      await document.save();
    });
  }

  it('judges while somebody writes', async () => {
    const document = await vscode.workspace.openTextDocument({
      language: 'm3u8',
      content: '#EXTM3U\n#EXT-X-VERSION:3\n',
    });
    assert.deepEqual(await findings(document), [[0, 'missing-target-duration']]);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(2, 0), '#EXT-X-TARGETDURATION:4\n');
    await vscode.workspace.applyEdit(edit);
    await waitFor(() => Promise.resolve(vscode.languages.getDiagnostics(document.uri).length === 0 ? true : undefined));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('tells what tags and attributes mean, with the section of the RFC', async () => {
    const document = await open(MEDIA);
    const textAt = async (line: number, character: number): Promise<string> => {
      const hovers = await ask<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document,
        new vscode.Position(line, character),
      );
      return hovers
        .flatMap(({ contents }) => contents)
        .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
        .join('\n');
    };
    const map = await textAt(3, 4);
    assert.match(map, /#EXT-X-MAP.*init segment.*datatracker\.ietf\.org\S+#section-4\.4\.4\.5/s);
    assert.match(await textAt(3, 12), /URI.*a quoted URI, required.*#EXT-X-MAP/s);
    assert.doesNotMatch(await textAt(5, 1), /RFC/);
  });

  it('completes tags, attributes and values', async () => {
    const lines = [...MEDIA.slice(0, 3), '#', '#EXT-X-PLAYLIST-TYPE:', '#EXT-X-MAP:'];
    const document = await open(lines);
    const labelsAt = async (line: number): Promise<string[]> => {
      const position = new vscode.Position(line, (lines[line] ?? '').length);
      const { items } = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document, position);
      return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    const tags = await labelsAt(3);
    assert.ok(tags.includes('#EXTINF') && !tags.includes('#EXT-X-STREAM-INF') && !tags.includes('#EXT-X-VERSION'));
    assert.deepEqual(await labelsAt(4), ['VOD', 'EVENT']);
    assert.deepEqual(await labelsAt(5), ['URI', 'BYTERANGE']);
  });

  it('gives the outline, what can be folded, and what can be done', async () => {
    const document = await open(MEDIA);
    // What the workbench asks for may come before the first answer.
    const symbols = await waitFor(() =>
      ask<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document),
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => [child.name, child.range.start.line])]),
      [
        ['Section 1', [['a.mp4', 3]]],
        ['Section 2', [['b.mp4', 6]]],
      ],
    );
    const folds = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document);
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [3, 5],
        [6, 9],
      ],
    );
    const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document);
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['Download', 'Profile'],
    );
  });

  it('leads from URIs to files beside it and to the web', async () => {
    const document = await open(MEDIA);
    const links = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document, 10);
    assert.deepEqual(
      links.map(({ range, target }) => [range.start.line, target?.toString()]),
      [
        [3, vscode.Uri.file(join(folder.path, 'init.mp4')).toString()],
        [5, vscode.Uri.file(join(folder.path, 'a.mp4')).toString()],
        [9, vscode.Uri.parse('https://example.com/b.mp4?t=1').toString()],
      ],
    );
  });

  it('has colours by its grammar', async () => {
    const lines = [
      ...['#EXTM3U', '# words', '#EXT-X-KEY:METHOD=AES-128,URI="k{$v}",IV=0x00', '#EXTINF:9.5,A title'],
      ...['#EXT-X-PROGRAM-DATE-TIME:2026-01-01', '#EXT-X-BYTERANGE:10@5', 'a{$v}.ts'],
    ];
    const tokens = await tokenise(lines);
    const scopeOf = (text: string): string | undefined =>
      tokens.find((token) => token.text === text)?.scope?.replace('.m3u8', '');
    const expected = {
      EXTM3U: 'entity.name.tag',
      '# words': 'comment.line.number-sign',
      METHOD: 'entity.other.attribute-name',
      'AES-128': 'constant.language',
      k: 'string.quoted.double',
      v: 'variable.other',
      '0x00': 'constant.numeric',
      '9.5': 'constant.numeric',
      'A title': 'string.unquoted.title',
      '2026-01-01': 'constant.other.date',
      '10': 'constant.numeric',
      a: 'string.unquoted.uri',
    };
    const found = Object.keys(expected).map((text) => [text, scopeOf(text)]);
    assert.deepEqual(Object.fromEntries(found), expected, JSON.stringify(tokens));
  });
});

describe('a playlist from the network', () => {
  const SECRET = 'sesame-7f3a';
  const folder = useFolder();

  const openPlaylist = (given: object): Promise<vscode.TextDocument | undefined> =>
    Promise.resolve(vscode.commands.executeCommand<vscode.TextDocument | undefined>('hotframe.openPlaylist', given));

  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens as a document that cannot be changed, without its secrets in the name', async () => {
    const document = await openPlaylist({ url: `${labUrl('multivariant')}&token=${SECRET}` });
    assert.ok(document);
    assert.equal(document.languageId, 'm3u8');
    assert.match(document.getText(), /^#EXTM3U/);
    assert.match(document.uri.path, /\/multivariant\/index\.m3u8$/);
    assert.ok(!document.uri.toString().includes(SECRET), document.uri.toString());
    assert.equal(vscode.workspace.fs.isWritableFileSystem('hotframe'), false);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
    assert.deepEqual(tabs, ['index.m3u8']);
  });

  it('has the same help, and leads to the playlists of its variants', async () => {
    const opened = await openPlaylist({ url: labUrl('multivariant') });
    assert.ok(opened);
    const plain = await vscode.languages.setTextDocumentLanguage(opened, 'plaintext');
    const document = await vscode.languages.setTextDocumentLanguage(plain, 'm3u8');
    const links = await waitFor(async () => {
      const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
        100,
      );
      return found.length > 0 ? found : undefined;
    });
    const target = links.map((link) => link.target).find((uri) => uri?.scheme === 'command');
    assert.equal(target?.path, 'hotframe.openPlaylist');
    const [given] = JSON.parse(target.query) as [{ url: string; from: string }];
    assert.equal(given.from, document.uri.toString());
    assert.ok(given.url.startsWith(new URL(labUrl('multivariant')).origin), given.url);
    const media = await openPlaylist(given);
    assert.match(media?.getText() ?? '', /#EXTINF/);
    assert.notEqual(media?.uri.toString(), document.uri.toString());
  });

  it('is that of a job, with the whole URL that the job was started with', async () => {
    const url = labUrl('tiny', { fragments: 2, session: 'language-job' });
    const { record } = await download({ url, output: join(folder.path, 'tiny.ts') });
    const document = await vscode.commands.executeCommand<vscode.TextDocument>('hotframe.openJobPlaylist', record.id);
    assert.match(document.getText(), /#EXT-X-ENDLIST/);
    assert.match(document.uri.path, /\/tiny\/index\.m3u8$/);
  });

  it('is fetched anew when it is opened again', async () => {
    const url = labUrl('live-window', { fragments: 1000, session: 'language-reopened', fragmentMs: 40, targetS: 1 });
    const first = await openPlaylist({ url });
    const before = first?.getText();
    assert.ok(first && before !== undefined);
    const again = await waitFor(async () => {
      const document = await openPlaylist({ url });
      return document?.getText() === before ? undefined : document;
    });
    assert.equal(again.uri.toString(), first.uri.toString());
  });

  it('opens nothing when it cannot be had, or is no playlist', async () => {
    const count = vscode.workspace.textDocuments.length;
    assert.equal(await openPlaylist({ url: labUrl('tiny').replace('/tiny/', '/nowhere/') }), undefined);
    assert.equal(vscode.workspace.textDocuments.length, count);
  });

  it('says so where a document is whose URL is not stored any more', async () => {
    const uri = vscode.Uri.parse('hotframe://example.com/a.m3u8?https%2600000000');
    await assert.rejects(
      async () => vscode.workspace.openTextDocument(uri),
      /whole URL of this playlist is not stored/,
    );
  });
});
