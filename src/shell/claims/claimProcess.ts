import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ArmRole } from '../../evidence/runRecord.ts';
import type { GateVerdict } from '../../evidence/gateVerdict.ts';
import type { ArmHost } from '../../evidence/arms/armHost.ts';
import { serveHost } from '../../evidence/arms/serveHost.ts';
import { parseProgress, type TestProgress } from '../../evidence/testProgress.ts';
import type { Verdict, VerdictState } from '../../evidence/verdict.ts';

/** How a claim is to be tested. */
export interface TestWishes {
  /** So many pairs and no more. */
  pairs?: number;
  /** One run of each arm under a profiler, and nothing else. */
  profileOnly?: boolean;
  /** Another verdict ends with exit code 7. */
  expect?: 'revisit' | 'no-op';
}

/** What a test that came to its end has to say. */
export interface TestAnswer {
  /** Id of the claim. */
  claim: string;
  state: VerdictState;
  sentence: string;
  /** Path of the Markdown file. */
  report: string;
  /** Absent where only profiles were made. */
  verdict?: Verdict;
  gates: Partial<Record<ArmRole, GateVerdict>>;
}

/** Why a test could not be made, as `EvidenceError` has it. */
export interface TestFault {
  code: string;
  message: string;
  hint: string;
}

/** How the process of a test ended. */
export interface ClaimEnd {
  /** docs/claims.md explains them; null: a signal ended it. */
  exitCode: number | null;
  answer?: TestAnswer;
  fault?: TestFault;
  /** The last lines that are none of progress. */
  said: string;
}

/** A test in a process of its own. */
export interface ClaimProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<ClaimEnd>;
  /** Has it keep its runs and end, and makes it end where it doesn't. */
  stop(): void;
}

/** What has to be known to start one. */
export interface ClaimProcessOptions extends TestWishes {
  /** The command line, `cli.js`. */
  cli: string;
  /** The claim's. */
  file: string;
  /** Folder of the jobs, which workloads name by their ids. */
  jobs: string;
  /** The report names the claim relative to it. */
  folder: string;
  onProgress: (progress: TestProgress) => void;
  /** Runs the arms that are for the extension host. */
  host: ArmHost;
}

/** A workbench that closes leaves its extensions five seconds. */
const PATIENCE_MS = 4000;

const SAID_LINES_MAX = 20;

/**
 * Starts the test of a claim as the command line makes it. The channel to the process is open while it runs; where it breaks off, as with the
 * end of the extension host, the process keeps its runs and ends by itself.
 */
export function startClaimProcess(options: ClaimProcessOptions): ClaimProcess {
  const child = spawn(process.execPath, argumentsOf(options), {
    cwd: options.folder,
    // In a desktop VS Code, Node is Electron; flags for the extension host are none for a test.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  serveHost(child, options.host);
  let killing: NodeJS.Timeout | undefined;
  return {
    child,
    ended: follow(child, options.onProgress).finally(() => clearTimeout(killing)),
    stop() {
      child.kill('SIGINT');
      killing ??= setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    },
  };
}

function argumentsOf({ cli, file, jobs, pairs, profileOnly, expect }: ClaimProcessOptions): string[] {
  return [
    ...[cli, 'claim', 'test', file, '--jobs', jobs, '--json', '--progress', 'json'],
    ...(pairs === undefined ? [] : ['--pairs', String(pairs)]),
    ...(profileOnly === true ? ['--profile-only'] : []),
    ...(expect === undefined ? [] : ['--expect', expect]),
  ];
}

async function follow(child: ChildProcess, onProgress: (progress: TestProgress) => void): Promise<ClaimEnd> {
  const said: string[] = [];
  createInterface({ input: child.stderr as Readable }).on('line', (line) => {
    const progress = parseProgress(line);
    if (progress !== undefined) onProgress(progress);
    else if (line.trim() !== '') said.splice(0, Math.max(0, said.push(line) - SAID_LINES_MAX));
  });
  let told = '';
  (child.stdout as Readable).setEncoding('utf8').on('data', (text: string) => (told += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, ...readAnswer(told), said: said.join('\n') };
}

/** What the command line printed with `--json`. */
function readAnswer(text: string): Pick<ClaimEnd, 'answer' | 'fault'> {
  if (text.trim() === '') return {};
  const { error, ...answer } = JSON.parse(text) as TestAnswer & { error?: TestFault };
  return error === undefined ? { answer } : { fault: error };
}
