import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** The files that speak English alone, for they know no editor, and of which an editor shows what they say. */
const READ = [
  'engine/**/*.ts',
  'jobs/**/*.ts',
  'mux/**/*.ts',
  'profile/{diff,tree,userRules}.ts',
  'profile/{formats,record}/**/*.ts',
  'evidence/{claimState,fields,namedPairs,noiseRule,pairs,readClaim,recordedJob,schedule,testRecord}.ts',
  'evidence/arms/{parentHost,prepareArm}.ts',
  'evidence/measure/measure.ts',
  'evidence/origin/start.ts',
  'shell/{headers,taskDefinition,wishes}.ts',
  'shell/claims/claimDefinition.ts',
  'evidence/runs/{keepProfile,lockTest,output,profileArm,recordFile,runArm,settleClaim,testClaim}.ts',
];

const SRC = join(import.meta.dirname, '../../../src');

/** Files of texts that no person reads: tables, file formats, protocols, other programs' arguments. */
const UNREAD = new Set([
  'engine/fragment/media.ts',
  'engine/output/journal.ts',
  'engine/subtitles/entities.ts',
  'engine/transport/requestHeaders.ts',
  'jobs/owner.ts',
  'mux/ffmpeg/arguments.ts',
  'mux/languages.ts',
]);

/** Texts that no person reads, in files of others: reasons of an abort, what is looked for in texts of libraries, names, units. */
const UNSAID = new Set([
  '# Recorded with perf every {0} µs of processor time; {1} stacks; {2}.',
  '# lost: {0}.',
  '<!doctype html',
  'AAC in LATM',
  'Basic {0}',
  'Clear Key',
  'Invalid EOF state',
  'The answer is not needed any more.',
  'The download is over.',
  'The first answer is far ahead.',
  'The origin does not give the rest alone.',
  'The second answer is another one.',
  'The second answer is more than may wait in memory.',
  'Timestamps cannot be smaller',
  'Node {0}',
  'Node {0} in its extension host',
  'hotframe {0}',
  'hotframe {0} in the extension host of {1}',
  "it used {0} of a processor, the origin's thread was busy for {1} of the time",
  'its own processor time ({0})',
  'os thread id',
  'the origin ({0})',
  'thread id',
  'thread name',
  'what it waited for ({0})',
  '; nothing useful came for {0}',
  'and asks to wait {0}, longer than the {1} that are allowed',
  '({0} tries)',
  'Fragment {0}{1}',
  'Fragment {0}{1}{2}',
  'of {0}',
  'the proxy {0} {1}{2}',
  '{0} fps',
  '{0} in {1}',
  '{0} kbit/s',
  '{0} s',
  '{0} {1} with {2}',
]);

/**
 * What is put together of texts, and what stands alone, as it is read in the end: a label and what is wrong, a count behind it,
 * single words.
 */
const COMPOSED = [
  '{0}: {1}',
  'YES or NO',
  'TYPE-0 or TYPE-1 or NONE',
  'SDR or HLG or PQ',
  'PART or MAP',
  'AUDIO or VIDEO or SUBTITLES or CLOSED-CAPTIONS',
  'JSON or RAW',
  '{0} ({1})',
  '{0} ({1} tries)',
  '{0}; nothing useful came for {1}',
  '{0} and asks to wait {1}, longer than the {2} that are allowed',
  'Fragment {0}',
  'Fragment {0} of {1}',
  'Fragment {0} of {1} of {2}',
  'bytes',
  'functions',
  'fragments',
  'number',
  'variants',
  'removed',
  'replaced',
  'samples',
  'time',
];

/**
 * The texts of rooms that speak English alone, as a translator needs them: two words or more, with `{0}`, `{1}`, … where a value
 * stands. Left out are defects of the program (`Error`, `RangeError`, `TypeError`), which are reported as they are.
 *
 * @returns each text with its first place
 */
export function roomTexts(): Map<string, string> {
  const texts = new Map(COMPOSED.map((text) => [text, 'put together']));
  for (const path of READ.flatMap((files) => globSync(join(SRC, files))).sort()) {
    const name = relative(SRC, path);
    if (UNREAD.has(name)) continue;
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    visit(source, (node, text) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      if (!texts.has(text)) texts.set(text, `${name}:${line + 1}`);
    });
  }
  return texts;
}

function visit(node: ts.Node, found: (node: ts.Node, text: string) => void): void {
  if (isDefect(node) || ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
  const text = textOf(node);
  if (text !== undefined && isRead(text) && !UNSAID.has(text.trim())) found(node, text.trim());
  ts.forEachChild(node, (child) => visit(child, found));
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }, index) => `{${index}}${literal.text}`).join('');
}

/** Whether it has two words with a blank between them, of which a placeholder may be one. */
function isRead(text: string): boolean {
  return /\p{Ll}[\p{P}]* [\p{L}{“"]|[}”"][,;:]? \p{Ll}/u.test(text);
}

function isDefect(node: ts.Node): boolean {
  return ts.isNewExpression(node) && /^(Range|Type)?Error$/.test(node.expression.getText());
}
