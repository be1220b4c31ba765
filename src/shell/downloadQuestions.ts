import type * as vscode from 'vscode';
import type { InspectedVariant, Inspection } from '../engine/inspect.ts';
import type { DownloadOptions } from './downloads.ts';
import { EngineReportError, type EngineThreads } from './engineThread.ts';
import type { Log } from './log.ts';
import { askOutput, askVariant, inspectWithProgress } from './prompts.ts';
import { askTracks, type ChosenTracks } from './trackPrompt.ts';
import { withoutUndefined } from './withoutUndefined.ts';

/** What is known before a person is asked for the rest, and what the download was started from. */
export type Known = Pick<DownloadOptions, 'url'> & Partial<DownloadOptions> & { document?: vscode.Uri };

/** A person's answers. */
export interface Answers extends ChosenTracks {
  variant?: string;
  output: string;
  /** Whether it is a live stream; unknown where the playlist of the variant was not read. */
  isLive: boolean | undefined;
}

/** What the questions need. */
export interface QuestionParts {
  engine: EngineThreads;
  log: Log;
  /** Remembers what was chosen. */
  memory: vscode.Memento;
}

/** What the way to a download has to know of a media playlist; `isLive` is unknown for a multivariant one. */
interface MediaFacts {
  isFragmentedMp4: boolean;
  isLive: boolean | undefined;
}

/**
 * Reads a playlist and asks for what it leaves open: the variant, its audio and subtitles, the file.
 * @returns nothing when the person leaves.
 * @throws EngineReportError when the playlist cannot be read; an AbortError when the person cancels that.
 */
export async function askForDownload(known: Known, parts: QuestionParts): Promise<Answers | undefined> {
  const inspection = await inspectWithProgress(parts.engine, known.url, known);
  const choice = await askStream(inspection, known, parts);
  if (choice === undefined) return undefined;
  const { isFragmentedMp4, isLive, ...chosen } = choice;
  const output = await askOutput(known.url, isFragmentedMp4, known.document);
  return output === undefined ? undefined : { ...chosen, output, isLive };
}

async function askStream(
  inspection: Inspection,
  known: Known,
  parts: QuestionParts,
): Promise<(MediaFacts & Omit<Answers, 'output'>) | undefined> {
  const { kind, variants = [], renditions = [] } = inspection;
  if (kind === 'media' || known.variant !== undefined || variants.length === 0) return mediaFacts(inspection);
  const variant = await askVariant(variants);
  if (variant === undefined) return undefined;
  const media = await inspectVariant(variant, known, parts);
  const isLeft = { audio: known.audio === undefined, subtitles: known.subtitles === undefined };
  const tracks = await askTracks(variant, renditions, isLeft, parts.memory);
  return tracks === undefined ? undefined : { ...media, ...tracks, variant: String(variant.bandwidth) };
}

/** Only the suggested name's extension and a question hang on it. */
async function inspectVariant(
  { url }: InspectedVariant,
  known: Known,
  { engine, log }: QuestionParts,
): Promise<MediaFacts> {
  try {
    const { headers, ca } = known;
    // Headers are for the origin that the person named; a playlist can name any.
    const isAtHome = new URL(url).origin === new URL(known.url).origin;
    return mediaFacts(await inspectWithProgress(engine, url, withoutUndefined({ ca, ...(isAtHome && { headers }) })));
  } catch (error) {
    if (!(error instanceof EngineReportError)) throw error;
    // The download will meet the same failure, and tell it with its job.
    log.warn(error.message);
    return { isFragmentedMp4: false, isLive: undefined };
  }
}

function mediaFacts({ kind, live, fragments }: Inspection): MediaFacts {
  return {
    isFragmentedMp4: fragments?.some((fragment) => fragment.map !== undefined) ?? false,
    isLive: kind === 'media' ? live === true : undefined,
  };
}
