import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { JOB_ID } from '../../../src/jobs/record.ts';
import { defaultLimits } from '../../../src/engine/request.ts';
import { CATEGORIES } from '../../../src/profile/categories.ts';
import { GATE_SUSPECTS, GATE_TOP } from '../../../src/profile/hotFrames.ts';
import { downloadBounds } from '../../../src/shell/queue/limit.ts';
import { armBounds, armChoices } from '../../../src/shell/armSettings.ts';
import { GATE_TOP_MAX, METRICS, SUSPECT_NAMES } from '../../../src/shell/judgingSettings.ts';
import { expectChoices, pairsBounds } from '../../../src/shell/claims/claimDefinition.ts';
import { limitSettings } from '../../../src/shell/limitSettings.ts';
import { toolBounds } from '../../../src/shell/toolInputs.ts';
import { DEAD_AFTER_MAX_S, readWishes, wishChoices } from '../../../src/shell/wishes.ts';
import { ROOM_MARK } from '../../../src/shell/phrasebook.ts';
import { roomTexts } from './roomTexts.ts';

const ROOT = new URL('../../../', import.meta.url);

interface Menu {
  command: string;
  when?: string;
}

interface Setting {
  default: unknown;
  type: string | string[];
  enum?: unknown[];
  markdownEnumDescriptions?: unknown[];
  minimum?: number;
  maximum?: number;
  items?: { enum?: unknown[]; properties?: Record<string, { enum?: unknown[] }> };
  markdownDescription: string;
  scope: string;
}

interface ToolProperty {
  type?: string;
  description?: string;
  minimum?: number | undefined;
  maximum?: number | undefined;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
}

interface Tool {
  name: string;
  modelDescription: string;
  inputSchema: { additionalProperties: boolean; properties: Record<string, ToolProperty> };
}

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    menus: Record<string, Menu[]>;
    viewsContainers: { activitybar: { icon: string }[] };
    taskDefinitions: { properties: Record<string, Pick<Setting, 'enum' | 'minimum' | 'maximum'>> }[];
    languageModelTools: Tool[];
    walkthroughs: { steps: { media: { svg: string } }[] }[];
    configuration: { properties: Record<string, Setting> }[];
  };
}

async function readText(path: string): Promise<string> {
  return readFile(new URL(path, ROOT), 'utf8');
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readText(path));
}

/** The text of every module of the extension that speaks to people, in a host with Node or in a browser, and of its pages. */
async function readSources(): Promise<string> {
  const folders = ['src/shell', 'src/webview'].map(async (folder) => {
    const names = await readdir(new URL(`${folder}/`, ROOT), { recursive: true });
    return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
  });
  const paths = [...(await Promise.all(folders)).flat(), 'src/extension.ts', 'src/web.ts'];
  return (await Promise.all(paths.map(readText))).join('\n');
}

describe('manifest', () => {
  let manifest: Manifest;

  before(async () => {
    manifest = (await readJson('package.json')) as Manifest;
  });

  it('resolves every %key%, and has no key too many', async () => {
    const keys = [...(await readText('package.json')).matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '');
    const texts = (await readJson('package.nls.json')) as Record<string, string>;
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(texts).sort());
    for (const [key, text] of Object.entries(texts)) assert.notEqual(text.trim(), '', key);
  });

  it('names no key twice', async () => {
    const lines = (await readText('package.nls.json')).matchAll(/^\s*"([^"]+)":/gm);
    const keys = [...lines].map((match) => match[1] ?? '');
    assert.equal(new Set(keys).size, keys.length);
  });

  it('puts only its own commands into menus', () => {
    const commands = manifest.contributes.commands.map((command) => command.command);
    assert.equal(new Set(commands).size, commands.length);
    for (const [menu, items] of Object.entries(manifest.contributes.menus)) {
      for (const item of items) assert.ok(commands.includes(item.command), `${menu}: ${item.command}`);
    }
  });

  it('hides from the palette what needs a line of the tree or a file and does not ask for it', () => {
    const hidden = (manifest.contributes.menus['commandPalette'] ?? []).map((item) => item.command);
    const shown = manifest.contributes.commands.map(({ command }) => command).filter((id) => !hidden.includes(id));
    assert.deepEqual(shown, [
      'hotframe.download',
      'hotframe.downloadList',
      'hotframe.openPlaylist',
      'hotframe.showLog',
      'hotframe.replay',
      'hotframe.newClaimOfJob',

      'hotframe.pauseAll',
      'hotframe.resumeAll',
      'hotframe.attachProfile',
      'hotframe.openFlamegraph',
      'hotframe.openProfile',
      'hotframe.renameProfile',
      'hotframe.revealProfile',
      'hotframe.detachProfile',
      'hotframe.compareProfiles',
      'hotframe.testClaim',
      'hotframe.profileClaim',
      'hotframe.testClaims',
      'hotframe.stopClaim',
      'hotframe.openClaimReport',
      'hotframe.copyClaimReport',
      'hotframe.openClaim',
      'hotframe.newClaim',
      'hotframe.openClaimsGuide',
      'hotframe.setRequestHeader',
      'hotframe.freeStorage',
      'hotframe.deleteAllData',
    ]);
  });

  it('has the icons that it names', async () => {
    for (const { icon } of manifest.contributes.viewsContainers.activitybar) await access(new URL(icon, ROOT));
  });

  it('documents every setting, with a default and a scope', () => {
    for (const [name, setting] of Object.entries(settings())) {
      assert.match(name, /^hotframe(\.limits|\.recording|\.gate)?\.\w+$/);
      assert.notEqual(setting.default, undefined, name);
      assert.match(setting.markdownDescription, /^%.+%$/, name);
      assert.match(setting.scope, /^(window|machine|machine-overridable)$/, name);
    }
  });

  it('bounds every number, and explains every word that a setting can be', () => {
    for (const [name, { type, minimum, maximum, enum: values, markdownEnumDescriptions: texts }] of Object.entries(
      settings(),
    )) {
      const types = [type].flat();
      if (types.includes('number') || types.includes('integer')) {
        assert.ok(minimum !== undefined && maximum !== undefined && minimum < maximum, name);
      }
      assert.equal(texts?.length, values?.length, name);
    }
  });

  it('has the defaults and bounds for how downloads run that are held', () => {
    for (const [name, bounds] of Object.entries(armBounds)) {
      const { default: value, minimum, maximum } = settings()[`hotframe.${name}`] ?? {};
      assert.deepEqual({ default: value, minimum, maximum }, bounds, name);
    }
    for (const [name, values] of Object.entries(armChoices)) {
      const { default: value, enum: offered } = settings()[`hotframe.${name}`] ?? {};
      assert.deepEqual([value, offered], [values[0], values], name);
    }
  });

  it('keeps secrets out of the settings, and lets no workspace decide what is deleted', () => {
    const names = Object.keys(settings()).filter((name) => /header|cookie|token|secret|password|authori/i.test(name));
    assert.deepEqual(names, []);
    assert.equal(settings()['hotframe.storageQuotaMiB']?.scope, 'machine');
  });

  it('tells models what the tools take: everything with a type and a text, and nothing else', () => {
    const tools = manifest.contributes.languageModelTools;
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['hotframe_download_playlist', 'hotframe_list_jobs', 'hotframe_hot_frames', 'hotframe_test_claim'],
    );
    for (const { name, modelDescription, inputSchema } of tools) {
      assert.ok(modelDescription.length > 80, name);
      assert.equal(inputSchema.additionalProperties, false, name);
      for (const [property, { type, description }] of Object.entries(inputSchema.properties)) {
        assert.ok(type !== undefined && description !== undefined, `${name}: ${property}`);
      }
    }
    const [download, list, hotFrames, testClaim] = tools.map(({ inputSchema }) => inputSchema.properties);
    const boundsOf = (property: ToolProperty | undefined): ToolProperty => {
      const { minimum, maximum, default: value } = property ?? {};
      return { minimum, maximum, ...(value === undefined ? {} : { default: value }) };
    };
    assert.deepEqual(boundsOf(download?.['duration']), toolBounds.duration);
    assert.deepEqual(boundsOf(list?.['limit']), toolBounds.limit);
    assert.deepEqual(boundsOf(hotFrames?.['top']), toolBounds.top);
    assert.deepEqual(boundsOf(testClaim?.['pairs']), pairsBounds);
    assert.deepEqual(list?.['state']?.enum, toolBounds.states);
    assert.equal(hotFrames?.['job']?.pattern, JOB_ID.source);
  });

  it('has a walkthrough with a picture of every step, in the colours of the theme', async () => {
    const [walkthrough] = manifest.contributes.walkthroughs;
    assert.equal(walkthrough?.steps.length, 4);
    for (const { media } of walkthrough.steps) {
      const picture = await readText(media.svg);
      // The page that shows it allows no styles of its own: shapes would be black.
      assert.doesNotMatch(picture, /<style|\b(?:style|class)=/, media.svg);
      for (const [, colour] of picture.matchAll(/(?:fill|stroke)[:=]\s*"?([^;"]+)/g)) {
        assert.match(colour ?? '', /^(none|var\(--vscode-.*)$/, media.svg);
      }
    }
  });

  it("has a setting for every limit of the engine, with the engine's default and the bounds that hold", () => {
    const limits = Object.entries(settings()).filter(([name]) => name.startsWith('hotframe.limits.'));
    const expected = Object.entries(limitSettings).map(([limit, { name, scale, minimum, maximum, isInteger }]) => {
      const value = defaultLimits[limit as keyof typeof defaultLimits] / scale;
      return [`hotframe.limits.${name}`, { type: isInteger ? 'integer' : 'number', default: value, minimum, maximum }];
    });
    const found = limits.map(([name, { type, default: value, minimum, maximum }]) => {
      return [name, { type, default: value, minimum, maximum }];
    });
    assert.deepEqual(Object.fromEntries(found), Object.fromEntries(expected));
    assert.deepEqual(Object.keys(defaultLimits).sort(), Object.keys(limitSettings).sort());
  });

  it('offers for the gate and the rules what is taken', () => {
    const { default: top, minimum, maximum } = settings()['hotframe.gate.top'] ?? {};
    assert.deepEqual([top, minimum, maximum], [GATE_TOP, 1, GATE_TOP_MAX]);
    assert.deepEqual(settings()['hotframe.gate.metric']?.enum, METRICS);
    const { default: suspects, items } = settings()['hotframe.gate.suspects'] ?? {};
    assert.deepEqual([suspects, items?.enum], [GATE_SUSPECTS, SUSPECT_NAMES]);
    assert.deepEqual(settings()['hotframe.categoryRules']?.items?.properties?.['category']?.enum, CATEGORIES);
  });

  it('has the bounds that hold for how many downloads run at once', () => {
    const { default: value, minimum, maximum } = settings()['hotframe.maximumConcurrentDownloads'] ?? {};
    assert.deepEqual({ minimum, maximum, default: value }, downloadBounds);
  });

  it('offers for each wish the values that are taken, and for the tracks words that no stream refuses', () => {
    const valuesOf = (name: string) => [settings()[name]?.enum, settings()[name]?.default];
    for (const name of ['subtitleFormat', 'mux'] as const) {
      assert.deepEqual(valuesOf(`hotframe.${name}`), [wishChoices[name], wishChoices[name][0]]);
    }
    assert.deepEqual(valuesOf('hotframe.recording.from'), [['auto', ...wishChoices.from], 'auto']);
    assert.deepEqual(valuesOf('hotframe.audio'), [['default', 'all', 'none'], 'default']);
    assert.deepEqual(valuesOf('hotframe.subtitles'), [['none', 'default', 'all'], 'none']);
    const { minimum, maximum } = settings()['hotframe.recording.deadAfterSeconds'] ?? {};
    assert.deepEqual([minimum, maximum], [1, DEAD_AFTER_MAX_S]);
  });

  it('has a property of a task for each wish, with the values that are taken', () => {
    const { properties } = manifest.contributes.taskDefinitions[0] ?? { properties: {} };
    const sample = { variant: 'best', audio: ['de'], subtitles: 'all', subtitleFormat: 'srt', mux: 'none' };
    const rest = { duration: 1, from: 'edge', deadAfter: 1, sha256: true, allowGaps: true };
    const wishes = readWishes({ ...sample, ...rest }, (property) => new Error(property));
    for (const name of Object.keys(wishes)) assert.ok(properties[name], name);
    for (const [name, values] of Object.entries(wishChoices)) assert.deepEqual(properties[name]?.enum, values, name);
    assert.deepEqual([properties['deadAfter']?.minimum, properties['deadAfter']?.maximum], [1, DEAD_AFTER_MAX_S]);
  });

  it('has a property of a task for all that a test of a claim takes', () => {
    const { properties } = manifest.contributes.taskDefinitions[1] ?? { properties: {} };
    assert.deepEqual(Object.keys(properties), ['claim', 'pairs', 'profileOnly', 'expect']);
    const { minimum, maximum } = properties['pairs'] ?? {};
    assert.deepEqual({ minimum, maximum }, pairsBounds);
    assert.deepEqual(properties['expect']?.enum, expectChoices);
  });

  it('lets no workspace that is not trusted move a limit, an address or a folder, run a program, take memory, or match patterns', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    const guarded = Object.keys(settings()).filter((name) =>
      /limits\.|allowPrivate|downloadFolder|mux|categoryRules|profile$|reorderMemory/.test(name),
    );
    assert.deepEqual([...restricted].sort(), guarded.sort());
    assert.equal(settings()['hotframe.allowPrivateAddresses']?.scope, 'machine', 'nor a trusted one');
  });

  function settings(): Record<string, Setting> {
    return Object.assign({}, ...manifest.contributes.configuration.map(({ properties }) => properties)) as Record<
      string,
      Setting
    >;
  }
});

describe('strings for people', () => {
  it('are all in the bundle for translators, and nothing else is', async () => {
    const matches = (await readSources()).matchAll(/\bt\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/g);
    const used = [...matches].map((match) => (match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1'));
    const said = [...roomTexts().keys()].map((text) => `${text}${ROOM_MARK}`);
    const bundle = (await readJson('l10n/bundle.l10n.json')) as Record<string, string>;
    assert.deepEqual([...new Set(used), ...said].sort(), Object.keys(bundle).sort());
  });

  it('are literals: no other string can be found by translators', async () => {
    const calls = [...(await readSources()).matchAll(/(?<!function )\bt\(\s*(.)/g)];
    assert.ok(calls.length > 50);
    for (const call of calls) assert.match(call[1] ?? '', /['"]/, call.input.slice(call.index, call.index + 80));
  });
});
