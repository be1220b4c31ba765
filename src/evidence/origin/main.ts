import { createCredentials } from './certificate.ts';
import { labStream } from './labStream.ts';
import { LapBook } from './lapBook.ts';
import type { OriginAddress, OriginReply, OriginRequest } from './messages.ts';
import { listen } from './path/relay.ts';
import type { PathShape } from './path/shape.ts';
import { recordedStream, type Recording } from './recording.ts';
import { PLAYLIST_PATH } from './resource.ts';
import { SendingLimit } from './sendingLimit.ts';
import { serve } from './serving.ts';
import type { LabWorkload } from '../claim.ts';

// The origin's process: it serves what its parent tells it to, and ends with its parent.

const book = new LapBook();

process.on('message', (request: OriginRequest) => {
  answer(request).then(tell, (error: unknown) => {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
// The terminal's interrupt is for the parent, which ends this process by hanging up.
process.on('SIGINT', () => undefined);

function tell(reply: OriginReply): void {
  process.send?.(reply);
}

async function answer(request: OriginRequest): Promise<OriginReply> {
  switch (request.type) {
    case 'serve':
      return { type: 'serving', address: await open(request.stream) };
    case 'lap':
      return { type: 'lap', lap: book.lap() };
  }
}

async function open(stream: LabWorkload | Recording): Promise<OriginAddress> {
  const credentials = stream.http === '2' ? createCredentials() : undefined;
  const resources = stream.kind === 'lab' ? labStream(stream) : await recordedStream(stream);
  const limit = stream.kind === 'lab' ? undefined : new SendingLimit(stream.rateLimits);
  const { port: direct } = await serve(resources, credentials, book, limit);
  const shape = stream.kind === 'lab' ? shapeOf(stream) : undefined;
  const port = shape === undefined ? direct : await listen(direct, shape);
  const url = `${credentials ? 'https' : 'http'}://127.0.0.1:${port}${PLAYLIST_PATH}`;
  return { url, ...(credentials ? { ca: credentials.ca } : {}) };
}

/** The path to the origin; undefined where nothing holds it back. */
function shapeOf({ latencyMs, connectionMbitPerSecond, totalMbitPerSecond }: LabWorkload): PathShape | undefined {
  if (latencyMs === 0 && connectionMbitPerSecond === undefined && totalMbitPerSecond === undefined) return undefined;
  return {
    delayMs: latencyMs / 2,
    ...(connectionMbitPerSecond === undefined ? {} : { connectionBytesPerSecond: connectionMbitPerSecond * 125_000 }),
    ...(totalMbitPerSecond === undefined ? {} : { totalBytesPerSecond: totalMbitPerSecond * 125_000 }),
  };
}
