import { readFile } from 'node:fs/promises';
import { CATEGORIES, type Suspect } from '../profile/categories.ts';
import { GATE_SUSPECTS, GATE_TOP } from '../profile/hotFrames.ts';
import type { Arm, Claim, Claimed, EngineOptions, GateRule, Workload } from './claim.ts';
import { EvidenceError } from './errors.ts';
import { FieldReader } from './fields.ts';
import { JUDGED_METRICS } from './metrics.ts';

/** The values that fields with a choice take, the default first where there is one. The JSON schema has the same. */
export const CLAIM_CHOICES = {
  metric: JUDGED_METRICS,
  change: ['decrease', 'increase'],
  write: ['streaming', 'buffered'],
  http: ['auto', '1.1', '2'],
  reads: ['pooled', 'plain'],
  runsIn: ['process', 'extensionHost'],
  encryption: ['none', 'aes-128'],
  originHttp: ['1.1', '2'],
  reading: ['owned', 'literal'],
  suspect: ['allocator', 'syscall', ...CATEGORIES.filter((category) => category !== 'allocator')] as const,
} as const;

/** What numbers may be, and what they are where they are left out. The JSON schema has the same. */
export const CLAIM_BOUNDS = {
  percent: { least: 0, most: 10_000 },
  smallestEffectPercent: { least: 0.1, most: 50, usual: 5 },
  top: { least: 1, most: 1000, usual: GATE_TOP, isWhole: true },
  ownedPercent: { least: 0, most: 100, usual: 10 },
  concurrency: { least: 1, most: 256, isWhole: true },
  fragments: { least: 1, most: 100_000, isWhole: true },
  fragmentBytes: { least: 188, most: 2 ** 30, isWhole: true },
  latencyMs: { least: 0, most: 60_000, usual: 0 },
  mbitPerSecond: { least: 0.01, most: 1_000_000 },
} as const;

const TEXT_LENGTH_MAX = 10_000;
const PATH_LENGTH_MAX = 1000;

/** What is profiled on the workload of a claim without arms. */
const ENGINE_AS_IT_IS: Arm = { name: 'the engine as it is', engine: {} };
const ID = /^[A-Za-z0-9][\w.-]{0,63}$/;

/**
 * Reads a claim's file.
 * @throws {EvidenceError} CLAIM_UNREADABLE, or as `parseClaim`
 */
export async function readClaim(path: string): Promise<Claim> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new EvidenceError('CLAIM_UNREADABLE', `${path} ${why}`, { hint: 'Check the path of the claim.', cause });
  }
  return parseClaim(text, path);
}

/**
 * Reads a claim from its JSON and fills in what is left to defaults.
 * @param name what errors call the file
 * @throws {EvidenceError} CLAIM_SYNTAX where it is no JSON, CLAIM_INVALID that names every field that is wrong, and why
 */
export function parseClaim(text: string, name: string): Claim {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new EvidenceError('CLAIM_SYNTAX', `${name} is no JSON: ${(cause as Error).message}`, {
      hint: 'Comments and commas behind the last entry are not JSON.',
      cause,
    });
  }
  const problems: string[] = [];
  const claim = claimOf(new FieldReader(value, '', problems));
  if (claim !== undefined && problems.length === 0) return claim;
  throw new EvidenceError('CLAIM_INVALID', `${name} is no claim that can be used: ${problems.join('; ')}`, {
    hint: 'Open it in the editor, which marks what is wrong and proposes what is right.',
  });
}

function claimOf(fields: FieldReader): Claim | undefined {
  fields.ignore('$schema');
  const id = fields.text('id', { most: 64 });
  if (id !== undefined && !ID.test(id)) fields.blame('id', 'takes letters, digits, dots, hyphens and underscores');
  const title = fields.text('title', { most: 200 });
  const source = fields.text('source', { most: TEXT_LENGTH_MAX });
  const statement = fields.text('statement', { most: TEXT_LENGTH_MAX });
  const claimed = claimedOf(fields.object('claimed'));
  const arms = { baseline: armOf(fields.optional('baseline')), candidate: armOf(fields.optional('candidate')) };
  const workload = workloadOf(fields.optional('workload'));
  const profile = fields.has('profile') ? fields.text('profile', { most: PATH_LENGTH_MAX }) : undefined;
  const gate = gateOf(fields.optional('gate'));
  const smallestEffectPercent = fields.number('smallestEffectPercent', CLAIM_BOUNDS.smallestEffectPercent);
  fields.refuseOthers();
  if (arms.baseline !== undefined && arms.baseline.name === arms.candidate?.name) {
    fields.blame('candidate.name', "is the baseline's; the report could not tell them apart");
  }
  const hasArm = fields.has('baseline') || fields.has('candidate');
  if (fields.has('profile') && (hasArm || fields.has('workload'))) {
    fields.blame('profile', 'takes the place of "baseline", "candidate" and "workload"');
  }
  const baseline = workload === undefined || hasArm ? arms.baseline : ENGINE_AS_IT_IS;
  if (id === undefined || title === undefined || source === undefined || statement === undefined) return undefined;
  if (claimed === undefined || gate === undefined || smallestEffectPercent === undefined) return undefined;
  return {
    ...{ id, title, source, statement, claimed },
    ...(baseline === undefined ? {} : { baseline }),
    ...(arms.candidate === undefined ? {} : { candidate: arms.candidate }),
    ...(workload === undefined ? {} : { workload }),
    ...(profile === undefined ? {} : { profile }),
    ...{ gate, smallestEffectPercent },
  };
}

function claimedOf(fields: FieldReader | undefined): Claimed | undefined {
  if (fields === undefined) return undefined;
  const metric = fields.choice('metric', CLAIM_CHOICES.metric);
  const change = fields.choice('change', CLAIM_CHOICES.change);
  const percent = fields.pair('percent', CLAIM_BOUNDS.percent);
  fields.refuseOthers();
  if (percent !== undefined && change === 'decrease' && percent[1] >= 100) {
    fields.blame('percent', 'decreases by less than 100');
  }
  if (metric === undefined || change === undefined) return undefined;
  return { metric, change, ...(percent === undefined ? {} : { percent }) };
}

function armOf(fields: FieldReader | undefined): Arm | undefined {
  if (fields === undefined) return undefined;
  const name = fields.text('name', { most: 100 });
  const [engine, command] = [engineOf(fields.optional('engine')), fields.texts('command')];
  const runsIn = fields.has('runsIn') ? fields.choice('runsIn', CLAIM_CHOICES.runsIn) : undefined;
  fields.refuseOthers();
  if (fields.has('engine') === fields.has('command')) {
    fields.blame('', 'has either "engine" with options or "command" with a program and its arguments');
  }
  if (name === undefined) return undefined;
  if (engine !== undefined) return { name, engine, ...(runsIn === undefined ? {} : { runsIn }) };
  if (command === undefined) return undefined;
  if (runsIn !== undefined) fields.blame('runsIn', 'is for arms of the engine');
  for (const mark of ['{url}', '{out}']) {
    if (!command.some((argument) => argument.includes(mark))) fields.blame('command', `lacks ${mark}`);
  }
  return { name, command };
}

function engineOf(fields: FieldReader | undefined): EngineOptions | undefined {
  if (fields === undefined) return undefined;
  const write = fields.has('write') ? fields.choice('write', CLAIM_CHOICES.write) : undefined;
  const http = fields.has('http') ? fields.choice('http', CLAIM_CHOICES.http) : undefined;
  const reads = fields.has('reads') ? fields.choice('reads', CLAIM_CHOICES.reads) : undefined;
  const concurrency = fields.is('concurrency', 'auto')
    ? ('auto' as const)
    : fields.number('concurrency', CLAIM_BOUNDS.concurrency, { isOptional: true });
  fields.refuseOthers();
  return {
    ...(write === undefined ? {} : { write }),
    ...(http === undefined ? {} : { http }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(reads === undefined ? {} : { reads }),
  };
}

function workloadOf(fields: FieldReader | undefined): Workload | undefined {
  if (fields === undefined) return undefined;
  const kind = fields.choice('kind', ['lab', 'job'] as const);
  const job = kind === 'job' ? fields.text('job', { most: PATH_LENGTH_MAX }) : undefined;
  const workload = kind === 'lab' ? labOf(fields) : job === undefined ? undefined : { kind: 'job' as const, job };
  if (kind !== undefined) fields.refuseOthers();
  return workload;
}

function labOf(fields: FieldReader): Workload | undefined {
  const fragments = fields.number('fragments', CLAIM_BOUNDS.fragments);
  const fragmentBytes = fields.number('fragmentBytes', CLAIM_BOUNDS.fragmentBytes);
  const encryption = fields.choice('encryption', CLAIM_CHOICES.encryption, 'none');
  const http = fields.choice('http', CLAIM_CHOICES.originHttp, '1.1');
  const latencyMs = fields.number('latencyMs', CLAIM_BOUNDS.latencyMs);
  const connection = fields.number('connectionMbitPerSecond', CLAIM_BOUNDS.mbitPerSecond, { isOptional: true });
  const total = fields.number('totalMbitPerSecond', CLAIM_BOUNDS.mbitPerSecond, { isOptional: true });
  if (fragments === undefined || fragmentBytes === undefined) return undefined;
  if (encryption === undefined || http === undefined || latencyMs === undefined) return undefined;
  return {
    ...{ kind: 'lab' as const, fragments, fragmentBytes, encryption, http, latencyMs },
    ...(connection === undefined ? {} : { connectionMbitPerSecond: connection }),
    ...(total === undefined ? {} : { totalMbitPerSecond: total }),
  };
}

function gateOf(fields: FieldReader | undefined): GateRule | undefined {
  if (fields === undefined) {
    const { top, ownedPercent } = CLAIM_BOUNDS;
    return { suspects: GATE_SUSPECTS, top: top.usual, ownedPercent: ownedPercent.usual, reading: 'owned' };
  }
  const suspects = fields.choices<Suspect>('suspects', CLAIM_CHOICES.suspect, GATE_SUSPECTS);
  const top = fields.number('top', CLAIM_BOUNDS.top);
  const ownedPercent = fields.number('ownedPercent', CLAIM_BOUNDS.ownedPercent);
  const reading = fields.choice('reading', CLAIM_CHOICES.reading, 'owned');
  fields.refuseOthers();
  if (suspects === undefined || top === undefined || ownedPercent === undefined || reading === undefined) {
    return undefined;
  }
  return { suspects, top, ownedPercent, reading };
}
