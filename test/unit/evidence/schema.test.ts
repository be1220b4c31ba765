import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CLAIM_SUFFIX } from '../../../src/evidence/claim.ts';
import { CLAIM_BOUNDS, CLAIM_CHOICES } from '../../../src/evidence/readClaim.ts';

const ROOT = new URL('../../../', import.meta.url);

interface Schema {
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  items?: Schema;
  enum?: string[];
  enumDescriptions?: string[];
  description?: string;
  const?: string;
  $ref?: string;
  type?: string | string[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

describe('the schema of claims', () => {
  let schema: Schema;
  before(async () => {
    schema = JSON.parse(await readFile(new URL('media/claim.schema.json', ROOT), 'utf8')) as Schema;
  });

  it('is what the editor holds claims against', async () => {
    const manifest = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8')) as {
      contributes: { jsonValidation: unknown };
    };
    assert.deepEqual(manifest.contributes.jsonValidation, [
      { fileMatch: `*${CLAIM_SUFFIX}`, url: './media/claim.schema.json' },
    ]);
  });

  it('offers the choices that the reader takes', () => {
    const { arm, lab } = schema.definitions ?? {};
    const { claimed, gate } = schema.properties ?? {};
    const engine = arm?.properties?.['engine'];
    const offered = {
      metric: claimed?.properties?.['metric'],
      change: claimed?.properties?.['change'],
      write: engine?.properties?.['write'],
      http: engine?.properties?.['http'],
      reads: engine?.properties?.['reads'],
      runsIn: arm?.properties?.['runsIn'],
      encryption: lab?.properties?.['encryption'],
      originHttp: lab?.properties?.['http'],
      reading: gate?.properties?.['reading'],
      suspect: gate?.properties?.['suspects']?.items,
    };
    for (const [name, choices] of Object.entries(CLAIM_CHOICES)) {
      const {
        enum: values,
        enumDescriptions = values,
        default: usual = values?.[0],
      } = offered[name as keyof typeof offered] ?? {};
      assert.deepEqual(values, [...choices], name);
      assert.equal(enumDescriptions?.length, choices.length, name);
      assert.equal(usual, choices[0], name);
    }
  });

  it('has the bounds and the defaults of the reader', () => {
    const { arm, lab } = schema.definitions ?? {};
    const { claimed, gate, smallestEffectPercent } = schema.properties ?? {};
    const rate = lab?.properties?.['connectionMbitPerSecond'];
    const offered: Record<keyof typeof CLAIM_BOUNDS, Schema | undefined> = {
      percent: claimed?.properties?.['percent']?.items,
      smallestEffectPercent,
      top: gate?.properties?.['top'],
      ownedPercent: gate?.properties?.['ownedPercent'],
      concurrency: arm?.properties?.['engine']?.properties?.['concurrency'],
      fragments: lab?.properties?.['fragments'],
      fragmentBytes: lab?.properties?.['fragmentBytes'],
      latencyMs: lab?.properties?.['latencyMs'],
      mbitPerSecond: rate,
    };
    assert.deepEqual({ ...lab?.properties?.['totalMbitPerSecond'], description: '' }, { ...rate, description: '' });
    for (const [name, bounds] of Object.entries(CLAIM_BOUNDS)) {
      const { minimum, maximum, default: usual, type = [] } = offered[name as keyof typeof offered] ?? {};
      const found = { least: minimum, most: maximum, ...(usual === undefined ? {} : { usual }) };
      const isWhole = [type].flat().includes('integer');
      assert.deepEqual({ ...found, ...(isWhole ? { isWhole } : {}) }, { ...bounds }, name);
    }
  });

  it('explains every field', () => {
    const silent: string[] = [];
    const visit = (path: string, { properties = {}, definitions = {} }: Schema): void => {
      for (const [name, field] of Object.entries({ ...properties, ...definitions })) {
        const isPlain = name === '$schema' || field.const !== undefined || name === 'arm';
        if (!isPlain && field.description === undefined) silent.push(`${path}.${name}`);
        visit(`${path}.${name}`, field);
      }
    };
    visit('', schema);
    assert.deepEqual(silent, []);
  });
});
