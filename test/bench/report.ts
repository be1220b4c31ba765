import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { type FloorResult, formatShare, type Row } from './floors.ts';
import type { Summary } from './statistics.ts';
import { type Column, formatTable } from './table.ts';

/** The bench's results, as `--json` prints them. */
export interface Report {
  schema: 1;
  machine: Machine;
  scenarios: ScenarioReport[];
  passed: boolean;
}

export interface ScenarioReport {
  name: string;
  title: string;
  rounds: number;
  /** Bytes of the right output. */
  payloadBytes: number;
  /** One-minute load average before the first run. */
  loadBefore: number;
  rows: Row[];
  floors: FloorResult[];
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryBytes: number;
  system: string;
  kernel: string;
  node: string;
  /** File system that the downloads are written to. */
  fileSystem: string;
}

/** What the absolute figures hold for; `folder` is where downloads are written. */
export function describeMachine(folder: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: systemName(),
    kernel: release(),
    node: process.versions.node,
    fileSystem: fileSystemOf(folder),
  };
}

function fileSystemOf(folder: string): string {
  const { status, stdout } = spawnSync('stat', ['-f', '-c', '%T', folder], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

function systemName(): string {
  if (process.platform !== 'linux') return process.platform;
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'linux';
}

/** One-minute load average. */
export function loadNow(): number {
  return loadavg()[0]!;
}

export function formatMachine(machine: Machine): string {
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB`;
  return `${machine.cpu}, ${machine.cores} cores, ${memory}; ${machine.system}, kernel ${machine.kernel}; Node ${machine.node}; writes to ${machine.fileSystem}`;
}

/** The rows of a scenario, the fastest first, those without a correct run last. */
export function formatScenario(scenario: ScenarioReport): string {
  const payload = scenario.payloadBytes;
  const columns: Column<Row>[] = [
    { title: 'program', align: 'left', text: (row) => row.title },
    { title: 'version', align: 'left', text: (row) => row.version },
    { title: 'wall s', align: 'right', text: (row) => figure(row.wallS?.median, 2) },
    { title: 'min–max', align: 'right', text: (row) => spread(row.wallS, 2) },
    { title: 'CPU s', align: 'right', text: (row) => figure(row.cpuS?.median, 2) },
    { title: 'min–max', align: 'right', text: (row) => spread(row.cpuS, 2) },
    { title: 'RSS MiB', align: 'right', text: (row) => figure(row.maxRssBytes && row.maxRssBytes.max / 2 ** 20, 0) },
    {
      title: 'MB/s',
      align: 'right',
      text: (row) => figure(row.wallS && payload / 1e6 / row.wallS.median, 0),
    },
    { title: 'written', align: 'right', text: (row) => figure(row.writtenRatio, 2) },
    { title: 'right', align: 'right', text: (row) => `${row.correct}/${row.runs}` },
    { title: 'output', align: 'left', text: describeOutput },
  ];
  const rows = scenario.rows.toSorted((a, b) => (a.wallS?.median ?? Infinity) - (b.wallS?.median ?? Infinity));
  return [
    `${scenario.title} · ${scenario.rounds} rounds, medians · load average before: ${scenario.loadBefore.toFixed(2)}`,
    '',
    formatTable(columns, rows),
    ...(scenario.floors.length === 0 ? [] : ['', formatFloors(scenario.floors)]),
  ].join('\n');
}

function describeOutput(row: Row): string {
  if (row.output !== 'remuxed' || row.outputRatio === undefined) return row.output;
  return `remuxed, ${formatShare(row.outputRatio)} of the bytes`;
}

function formatFloors(floors: readonly FloorResult[]): string {
  return formatTable<FloorResult>(
    [
      { title: 'floor', align: 'left', text: (floor) => floor.text },
      { title: 'found', align: 'left', text: (floor) => floor.found },
      { title: 'result', align: 'left', text: (floor) => (floor.result === 'fail' ? 'FAIL' : floor.result) },
    ],
    floors,
  );
}

function figure(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits);
}

function spread(summary: Summary | undefined, digits: number): string {
  return summary === undefined ? '–' : `${summary.min.toFixed(digits)}–${summary.max.toFixed(digits)}`;
}
