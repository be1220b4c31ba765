import { allocationCalls, SIZE_CLASSES, type Allocations } from '../allocations.ts';
import { formatFigure } from '../metrics.ts';
import type { ArmRole } from '../runRecord.ts';
import { countedPairs, runsOf } from '../schedule.ts';
import { rolesOf, type TestRecord } from '../testRecord.ts';
import { table } from './markdown.ts';

const calls = (value: number): string => formatFigure(value, 'count');
const bytes = (value: number): string => formatFigure(value, 'bytes');

type Row = readonly [title: string, text: (counted: Allocations) => string];

const ROWS: readonly Row[] = [
  ['allocations', (counted) => calls(allocationCalls(counted))],
  ['`malloc`', ({ malloc }) => calls(malloc)],
  ['`calloc`', ({ calloc }) => calls(calloc)],
  ['`realloc`', ({ realloc }) => calls(realloc)],
  ['of them moved to another place', ({ moved }) => calls(moved)],
  ['`posix_memalign` and its like', ({ aligned }) => calls(aligned)],
  ['`free`', ({ free }) => calls(free)],
  ['asked for in all', (counted) => bytes(counted.bytes)],
  ['in use at once, at most', ({ peakBytes }) => bytes(peakBytes)],
  ...SIZE_CLASSES.map((_, index): Row => [
    `allocations of ${sizeClass(index)}`,
    ({ bySize }) => calls(bySize[index] ?? 0),
  ]),
  ['processes', ({ processes }) => calls(processes)],
];

/** What the last run of an arm that counted its allocations found; undefined where none did. */
export function allocationsOf(record: TestRecord, role: ArmRole): Allocations | undefined {
  return runsOf(record).findLast(({ arm, allocations }) => arm === role && allocations !== undefined)?.allocations;
}

/** The allocations of both arms as a section of the report; empty where none were counted. */
export function allocationsSection(record: TestRecord): string {
  const roles = rolesOf(record.head).filter((role) => allocationsOf(record, role) !== undefined);
  if (roles.length === 0) return '';
  const rows = ROWS.map(([title, text]) => [
    title,
    ...roles.map((role) => {
      const counted = allocationsOf(record, role);
      return counted === undefined ? '' : text(counted);
    }),
  ]);
  const told = roles.map((role) => toldBy(record, role));
  if (told.some((text) => text !== '')) rows.push(['allocations, as the program tells of itself', ...told]);
  return [
    '## Allocations',
    "From a run of its own for each arm, with a counter before the allocator of each of its processes; what the programs' own allocators hand out of what they have is not seen.",
    table(['', ...roles], rows, roles),
  ].join('\n\n');
}

/** What the middle one of an arm's runs that count told; empty where the program tells nothing. */
function toldBy(record: TestRecord, role: ArmRole): string {
  const told = countedPairs(record).flatMap((pair) => pair[role].figures.allocations ?? []);
  const middle = told.sort((a, b) => a - b)[Math.floor(told.length / 2)];
  return middle === undefined ? '' : calls(middle);
}

function sizeClass(index: number): string {
  const [from = 0, to] = [SIZE_CLASSES[index], SIZE_CLASSES[index + 1]];
  if (to === undefined) return `${size(from)} and more`;
  return from === 0 ? `less than ${size(to)}` : `${size(from)} to ${size(to)}`;
}

function size(value: number): string {
  if (value >= 2 ** 20) return `${value / 2 ** 20} MiB`;
  return value >= 1024 ? `${value / 1024} KiB` : `${value} bytes`;
}
