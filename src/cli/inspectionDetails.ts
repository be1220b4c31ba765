import type { Inspection } from '../engine/inspect.ts';
import { nameKeySystem } from '../engine/playlist/drm.ts';
import type { DateRange, Key } from '../engine/playlist/model.ts';

/** Date ranges that are listed; a stream of a day may have thousands. */
const MAX_DATE_RANGES = 20;

/** What a live or low-latency playlist says of itself, as rows of a table; only what is there. */
export function liveRows(inspection: Inspection): string[][] {
  const { skippedFragments, startOffsetS, preloadHints = [], renditionReports = [] } = inspection;
  return [
    ...(skippedFragments === undefined ? [] : [['Delta update', `${skippedFragments} fragments are left out`]]),
    ...(startOffsetS === undefined ? [] : [['Start', startText(startOffsetS)]]),
    ...partsRow(inspection),
    ...serverRow(inspection),
    ...preloadHints.map(({ type, url }) => [`Next ${type.toLowerCase()}`, url]),
    ...renditionReports.map(({ url, lastSequence, lastPart }) => [
      'Rendition report',
      [
        url,
        lastSequence === undefined ? '' : `fragment ${lastSequence}`,
        lastPart === undefined ? '' : `part ${lastPart}`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    ]),
  ];
}

function startText(offsetS: number): string {
  return offsetS < 0 ? `${-offsetS} s before the end` : `at ${offsetS} s`;
}

function partsRow({ fragments = [], parts = [], partTargetS }: Inspection): string[][] {
  const inFragments = fragments.reduce((sum, fragment) => sum + (fragment.parts?.length ?? 0), 0);
  if (inFragments + parts.length === 0 && partTargetS === undefined) return [];
  const limit = partTargetS === undefined ? '' : ` of at most ${partTargetS} s`;
  return [['Parts', `${inFragments + parts.length}${limit}, ${parts.length} behind the last fragment`]];
}

function serverRow({ serverControl }: Inspection): string[][] {
  if (serverControl === undefined) return [];
  const { blockingReload, canSkipUntilS, skipsDateRanges, holdBackS, partHoldBackS } = serverControl;
  const offers = [
    blockingReload ? 'blocking reload' : '',
    canSkipUntilS === undefined
      ? ''
      : `delta updates ${skipsDateRanges ? 'with date ranges ' : ''}up to ${canSkipUntilS} s`,
    holdBackS === undefined ? '' : `${holdBackS} s behind the end`,
    partHoldBackS === undefined ? '' : `${partHoldBackS} s with parts`,
  ].filter((offer) => offer !== '');
  return [['Server', offers.length === 0 ? 'offers nothing' : offers.join(', ')]];
}

/** Date ranges as rows: ID, class, start, length, and the asset of an interstitial; of a long list the first ones. */
export function describeDateRanges(ranges: readonly DateRange[]): string[][] {
  const rows = ranges
    .slice(0, MAX_DATE_RANGES)
    .map(({ id, class: className, startDate, endDate, durationS, attributes }) => [
      id,
      className ?? '',
      startDate ?? '',
      durationS === undefined ? (endDate === undefined ? '' : `to ${endDate}`) : `${durationS} s`,
      attributes['X-ASSET-URI'] ?? attributes['X-ASSET-LIST'] ?? '',
    ]);
  const more = ranges.length - rows.length;
  return more > 0 ? [...rows, [`and ${more} more`, '', '', '', '']] : rows;
}

/** Steering, session keys and session data as rows of a table; only what is there. */
export function sessionRows({ steering, sessionKeys = [], sessionData = [], startOffsetS }: Inspection): string[][] {
  const first = steering?.pathway === undefined ? '' : `, pathway ${steering.pathway} first`;
  return [
    ...(steering === undefined ? [] : [['Steering', `${steering.url}${first}`]]),
    ...sessionKeys.map((key) => ['Session key', keyText(key)]),
    ...sessionData.map(({ id, value, url, language }) => [
      'Session data',
      `${id}${language === undefined ? '' : ` (${language})`}: ${value ?? url ?? ''}`,
    ]),
    ...(startOffsetS === undefined ? [] : [['Start', startText(startOffsetS)]]),
  ];
}

function keyText({ method, keyFormat, url }: Key): string {
  if (keyFormat !== 'identity') return `${method} of ${nameKeySystem(keyFormat)}`;
  return url === undefined ? method : `${method} ${url}`;
}
