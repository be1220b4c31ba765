/** What a steering server is told of the client (RFC 8216bis §7.1). */
export interface SteeringReport {
  /** The pathway in use. */
  pathway: string;
  /** Absent before anything was measured. */
  bitsPerSecond?: number;
}

/**
 * The URL to load a steering manifest from: that of EXT-X-CONTENT-STEERING or RELOAD-URI, with `_HLS_pathway` and
 * `_HLS_throughput` set. Pure.
 */
export function steeringUrl(url: string, { pathway, bitsPerSecond }: SteeringReport): string {
  const result = new URL(url);
  result.searchParams.set('_HLS_pathway', pathway);
  if (bitsPerSecond === undefined) result.searchParams.delete('_HLS_throughput');
  else result.searchParams.set('_HLS_throughput', String(Math.max(0, Math.round(bitsPerSecond))));
  return result.href;
}
