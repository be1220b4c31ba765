import path from 'node:path';
import { UsageError } from './errors.ts';
import { writeStrategies } from './fragment/strategy.ts';
import { defaultLimits, type DownloadRequest, type Limits, type ReadsName, type WriteStrategyName } from './request.ts';
import { checkUrl } from './fetchPlaylist.ts';

const maxWidth = 256;
/** One read brings more than what is less takes seconds for. */
const leastRate = 1000;
const defaultReorderMemoryBytes = 64 * 1024 * 1024;

/** A request whose every setting is known and valid. */
export interface CheckedRequest extends DownloadRequest {
  write: WriteStrategyName;
  http: '1.1' | '2' | 'auto';
  reads: ReadsName;
  concurrency: number | 'auto';
  reorderMemoryBytes: number;
  limits: Limits;
  resume: boolean;
  allowGaps: boolean;
  allowPrivateAddresses: boolean;
}

/** Fills in the defaults. Throws a UsageError for what cannot be. */
export function checkRequest(request: DownloadRequest): CheckedRequest {
  checkUrl(request.url);
  const { write = 'streaming', http = 'auto', reads = 'pooled', concurrency = 'auto' } = request;
  const reorderMemoryBytes = request.reorderMemoryBytes ?? defaultReorderMemoryBytes;
  if (!path.isAbsolute(request.output)) throw invalid('the output must be an absolute path');
  if (!Object.hasOwn(writeStrategies, write)) throw invalid(`the write strategy "${write}" is not known`);
  if (concurrency !== 'auto' && !(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= maxWidth)) {
    throw invalid(`the concurrency must be auto or a number from 1 to ${maxWidth}`);
  }
  if (!(reorderMemoryBytes >= 0)) throw invalid('the reorder memory must not be negative');
  if (request.durationS !== undefined && !(request.durationS > 0)) throw invalid('the duration must be more than 0 s');
  if (request.rateBytesPerSecond !== undefined && !(request.rateBytesPerSecond >= leastRate)) {
    throw invalid(`the rate must be ${leastRate} bytes a second or more`);
  }
  checkHeaders(request.headers ?? {});
  const { resume = true, allowGaps = false, allowPrivateAddresses = false } = request;
  const policies = { resume, allowGaps, allowPrivateAddresses };
  const limits = { ...defaultLimits, ...request.limits };
  return { ...request, ...policies, write, http, reads, concurrency, reorderMemoryBytes, limits };
}

/** RFC 9110 §5.1 and §5.5: a name is a token, a value has no line end. */
function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw invalid(`"${name}" is no name of a header`);
    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value))
      throw invalid(`the value of the header "${name}" cannot be sent`);
  }
}

function invalid(what: string): UsageError {
  return new UsageError('HLS_OPTION', `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}.`, {
    hint: 'Change the setting or the option and try again.',
  });
}
