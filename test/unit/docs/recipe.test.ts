import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { PackageManager, listFiles } from '@vscode/vsce';
import { load, loadAll } from 'js-yaml';
import { root } from '../../host/found.ts';
import { startLab, type Lab } from '../../origin/lab.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

interface Workflow {
  jobs: Record<string, { steps: { name?: string; run?: string }[] }>;
}

interface Container {
  env: { name: string; value?: string }[];
  command: string[];
  args: [string];
}

interface Job {
  kind: string;
  spec: { completions: number; template: { spec: { containers: [Container] } } };
  data: Record<string, string>;
}

function recipe(name: string): string {
  return readFileSync(join(root, 'docs', 'recipe', name), 'utf8');
}

/** The step of that name, as the workflow has it. */
function stepOf(job: string, name: string): string {
  const { jobs } = load(recipe('github.yml')) as Workflow;
  const step = jobs[job]?.steps.find((each) => each.name === name)?.run;
  assert.ok(step !== undefined, `${job} has no step ${name}`);
  return step;
}

/** The documents of the manifest, by their kind. */
function resource(kind: string): Job {
  const found = (loadAll(recipe('kubernetes.yaml')) as Job[]).find((each) => each.kind === kind);
  assert.ok(found !== undefined, `there is no ${kind}`);
  return found;
}

/** A block of shell in docs/batch.md, by a word that only it has. */
function shellWith(word: string): string {
  const page = readFileSync(join(root, 'docs', 'batch.md'), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  const [block, ...others] = blocks.filter((each) => each.includes(word));
  assert.ok(block !== undefined && others.length === 0, `"${word}" is in ${others.length + (block ? 1 : 0)} blocks`);
  return block;
}

describe('the recipes for many machines', function () {
  this.timeout(60_000);
  let lab: Lab;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async function () {
    if (process.platform === 'win32') this.skip();
    lab = await startLab();
  });
  after(() => lab.close());
  beforeEach(async () => {
    folder = await temporaryFolder();
    await unpack(join(folder.path, 'extension'));
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  /** Copies what the VSIX holds, and puts its programs on a PATH, as the image has them. */
  async function unpack(extension: string): Promise<void> {
    for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
      mkdirSync(dirname(join(extension, file)), { recursive: true });
      copyFileSync(join(root, file), join(extension, file));
    }
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    const programs = {
      hotframe: join(extension, 'dist', 'cli.js'),
      'hotframe-collect': join(root, 'docs/recipe/collect.mjs'),
    };
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    }
  }

  function run(
    shell: string[],
    env: Record<string, string>,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const [program = '', ...args] = shell;
    const path = [join(folder.path, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
    const given = { ...env, PATH: path, HOME: folder.path, NODE_NO_WARNINGS: '1' };
    return new Promise((resolve) => {
      execFile(program, args, { cwd: folder.path, env: given }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  /** GitHub's default shell of a container's steps. */
  const githubShell = (text: string): string[] => ['sh', '-e', '-c', text];

  it('run from what the VSIX holds, as its page puts it there', async () => {
    const opt = join(folder.path, 'opt');
    mkdirSync(opt);
    const [, ...lines] = shellWith('unzip')
      .replaceAll('/opt/hotframe/', `${folder.path}/`)
      .replaceAll('/usr/local/bin/', `${opt}/`)
      .split('\n');
    const text = lines.join('\n').replace('hotframe --version', `${opt}/hotframe --version`);
    const { code, stdout, stderr } = await run(['sh', '-euc', text], {});
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual([code, stdout], [0, `${version}\n`], stderr);
  });

  it('name the version that there is', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const texts = [
      recipe('Dockerfile'),
      recipe('kubernetes.yaml'),
      ...['docs/batch.md', 'README.md', 'CONTRIBUTING.md'].map((page) => readFileSync(join(root, page), 'utf8')),
    ];
    const named = texts.flatMap((text) => [...text.matchAll(/hotframe[-:](\d+\.\d+\.\d+)/g)].map((match) => match[1]));
    assert.deepEqual([...new Set(named)], [version]);
  });

  it('run a batch on GitHub Actions, to a table that tells what failed', async () => {
    const urls = { good: lab.url('small'), gone: `${lab.http}/nowhere/index.m3u8` };
    const codes: number[] = [];
    for (const [NAME, URL] of Object.entries(urls)) {
      const { code } = await run(githubShell(stepOf('download', 'Download')), { NAME, URL, HOTFRAME_HEADERS: '' });
      codes.push(code);
    }
    assert.deepEqual(codes, [0, 3]);
    const summary = join(folder.path, 'summary.md');
    const collected = await run(githubShell(stepOf('collect', 'Collect')), { GITHUB_STEP_SUMMARY: summary });
    assert.equal(collected.code, 1, collected.stderr);
    const [, , gone, good, ...rest] = readFileSync(summary, 'utf8').split('\n');
    assert.match(
      gone ?? '',
      /^\| gone \| failed \| The playlist: the origin answered 404.* \(HLS_PLAYLIST_STATUS\) \|$/,
    );
    assert.match(
      good ?? '',
      /^\| good \| complete \| 24 fragments, 0 retries, 0 gaps, [\d.]+ MB at [\d.]+ MB\/s, limited by \w+ \|$/,
    );
    assert.deepEqual(rest, ['']);
  });

  it('run a batch on Kubernetes, each index its line', async () => {
    const { spec } = resource('Job');
    const [{ command, args, env }] = spec.template.spec.containers;
    const mapped = resource('ConfigMap').data['playlists.txt'] ?? '';
    assert.equal(mapped.trim().split('\n').length, spec.completions);
    const given = new Map(env.map(({ name, value }) => [name, value]));
    assert.equal(basename(given.get('LIST') ?? ''), 'playlists.txt');
    const LIST = join(folder.path, 'playlists.txt');
    const RESULTS = join(folder.path, 'results');
    writeFileSync(LIST, `first ${lab.url('small')}\nsecond ${lab.url('fmp4')}\n`);
    for (const index of [0, 1]) {
      const { code, stderr } = await run([...command, ...args], { LIST, RESULTS, JOB_COMPLETION_INDEX: String(index) });
      assert.equal(code, 0, stderr);
    }
    const { code, stdout } = await run(
      ['hotframe-collect', RESULTS].map((word, at) => (at === 0 ? join(folder.path, 'bin', word) : word)),
      {},
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\| first \| complete \|.*\n\| second \| complete \|/);
  });

  it('run a batch in a loop', async () => {
    writeFileSync(join(folder.path, 'playlists.txt'), `first ${lab.url('small')}\nsecond ${lab.url('fmp4')}\n`);
    const { code, stdout, stderr } = await run(['sh', '-euc', shellWith('while read')], {});
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\| first \| complete \|.*\n\| second \| complete \|/);
  });

  it('test a matrix of claims', async function () {
    if (process.platform !== 'linux') this.skip();
    const claim = {
      ...JSON.parse(readFileSync(join(root, 'audits/2026-05-04/F4.claim.json'), 'utf8')),
      workload: { kind: 'lab', fragments: 4, fragmentBytes: 20_000 },
    } as object;
    mkdirSync(join(folder.path, 'claims'));
    writeFileSync(join(folder.path, 'claims', 'F4.claim.json'), JSON.stringify(claim));
    const LIST = join(folder.path, 'claims.txt');
    const RESULTS = join(folder.path, 'results');
    writeFileSync(LIST, `${join(folder.path, 'claims', 'F4.claim.json')}\n`);
    const fewer = (text: string): string => text.replace(' --json', ' --pairs 6 --json');
    const onGitHub = await run(githubShell(fewer(stepOf('claim', 'Test the claim'))), { CLAIM: 'F4' });
    assert.ok([0, 8].includes(onGitHub.code), onGitHub.stderr);
    const page = shellWith('claim=$(sed');
    const again = await run(['sh', '-euc', fewer(page)], { LIST, RESULTS, JOB_COMPLETION_INDEX: '0' });
    assert.equal(again.code, onGitHub.code, again.stderr);
    const collected = await run([join(folder.path, 'bin', 'hotframe-collect'), RESULTS], {});
    assert.match(collected.stdout, /\| F4 \| (revisit|no-op|inconclusive) \|/);
    assert.equal(collected.code, 0);
    assert.ok(readFileSync(join(RESULTS, 'F4', 'report.md'), 'utf8').includes('F4'));
  });
});
