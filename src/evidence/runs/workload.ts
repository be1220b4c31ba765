import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { isJobId } from '../../jobs/record.ts';
import type { LabWorkload, Workload } from '../claim.ts';
import { labFragmentBytes, labOutput } from '../origin/labStream.ts';
import type { Recording } from '../origin/recording.ts';
import { readRecordedJob } from '../recordedJob.ts';
import { sha256OfFile, type RightOutput } from './output.ts';

/** What both arms download, ready to be served. */
export interface PreparedWorkload {
  stream: LabWorkload | Recording;
  right: RightOutput;
  /** SHA-256 of what identifies it, in hexadecimal digits. */
  hash: string;
  /** For the report. */
  words: string;
  /** How long a run may take at most. */
  timeoutMs: number;
}

/** A run that waits for nothing but itself may take so long. */
const PATIENCE_MS = 600_000;
/** And so many times what the path needs for the bytes of one connection. */
const PATIENCE = 3;

/**
 * Makes a workload ready.
 *
 * @param folder that a job's path is relative to
 * @param jobs folder of the jobs that are named by their ids
 * @throws {EvidenceError} CLAIM_UNTESTABLE
 */
export async function prepareWorkload(workload: Workload, folder: string, jobs?: string): Promise<PreparedWorkload> {
  if (workload.kind === 'lab') return prepareLab(workload);
  const { job } = workload;
  return prepareJob(isJobId(job) && jobs !== undefined ? join(jobs, job) : resolve(folder, job));
}

function prepareLab(workload: LabWorkload): PreparedWorkload {
  const right = labOutput(workload);
  const { connectionMbitPerSecond = Infinity, totalMbitPerSecond = Infinity, latencyMs, fragments } = workload;
  const slowest = Math.min(connectionMbitPerSecond, totalMbitPerSecond);
  const pathMs = (right.bytes * 8) / (slowest * 1000) + 4 * fragments * latencyMs;
  return {
    stream: workload,
    right,
    hash: createHash('sha256')
      .update(JSON.stringify([right, workload.encryption, workload.http, latencyMs, String(slowest)]))
      .update(JSON.stringify([connectionMbitPerSecond, totalMbitPerSecond].map(String)))
      .digest('hex'),
    words: describeLab(workload),
    timeoutMs: PATIENCE_MS + PATIENCE * pathMs,
  };
}

function describeLab(workload: LabWorkload): string {
  const { fragments, encryption, http, latencyMs, connectionMbitPerSecond, totalMbitPerSecond } = workload;
  return [
    `${fragments} generated fragments of ${(labFragmentBytes(workload) / 1e6).toFixed(2)} MB`,
    ...(encryption === 'none' ? [] : ['encrypted with AES-128']),
    http === '2' ? 'over HTTPS, with HTTP/2 and HTTP/1.1 offered' : 'over HTTP/1.1 in the clear',
    `${latencyMs} ms there and back`,
    ...(connectionMbitPerSecond === undefined ? [] : [`${connectionMbitPerSecond} Mbit/s for each connection`]),
    ...(totalMbitPerSecond === undefined ? [] : [`${totalMbitPerSecond} Mbit/s for all connections`]),
    ...(connectionMbitPerSecond === undefined && totalMbitPerSecond === undefined ? ['no bound on the rate'] : []),
  ].join(', ');
}

async function prepareJob(job: string): Promise<PreparedWorkload> {
  const { recording, sha256, bytes, words } = await readRecordedJob(job);
  const { fragments, file } = recording;
  return {
    stream: recording,
    right: { bytes, sha256: await sha256OfFile(file) },
    hash: sha256,
    words,
    timeoutMs:
      PATIENCE_MS + PATIENCE * fragments.reduce((sum, { firstByteMs, bodyMs }) => sum + firstByteMs + bodyMs, 0),
  };
}
