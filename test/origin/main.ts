import { parseArgs } from 'node:util';

import { listing } from './serving/control.ts';
import { listen } from './serving/origin.ts';

const USAGE = `node test/origin/main.ts [--port N] [--tls-port N] [--host H]

Serves the lab's streams over HTTP/1.1 and, with TLS, HTTP/2. Put options behind a playlist's URL:
  fragments, fragmentBytes, latencyMs, bytesPerSecond (per connection), slowFirstMs, chunked, session,
  mostAtOnce (429 beyond so many fragments at once),
  etag=strong|weak|modified, tokens=fresh|server with tokenUses, tokenMs, tokenStatus,
  fault=kind@target*times;name=value (for example fault=status@3*2;status=429;retryAfter=1), any number of them;
  the first that strikes is it. Kinds: serving/kinds.ts; targets and names: serving/faults.ts. The target "any" with
  origin=first|other takes one of the two origins down: fault=reset-before@any;origin=other.
Behind steering: steer=A.B,B.A (the pathways of each reading), ttl. Behind define: edition=night.
Behind the live streams, each session's own (live/settings.ts says what each is):
  fragmentMs, startAt, window, kept, targetS, durationS, firstSequence, stale=n, outage=3-5,9-12, lost=7-9,
  reset=20, discontinuity=4,8, gap=6, and 1 for blocking, skip, parts, audio, mp4, aes, dates, dies, bare.
  POST /_lab/live?session=s&advance=3&parts=1 moves one on by hand, PUT begins one with settings in the body.
GET /_lab/digest?stream=4k&fragments=60 says what a correct download is (of a live recording with from, to and
only=0-7,10-19), GET /_lab/requests what was asked for, and what live playlists listed.
`;

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'tls-port': { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    /** One line of JSON instead of text; ends when standard input does. */
    child: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write(USAGE);
} else {
  const ports = await listen(values.host, {
    ...(values.port === undefined ? {} : { http: Number(values.port) }),
    ...(values['tls-port'] === undefined ? {} : { https: Number(values['tls-port']) }),
  });
  if (values.child) {
    process.stdout.write(JSON.stringify(ports) + '\n');
    // A parent that dies, however it dies, closes the pipe.
    process.stdin.resume().on('end', () => process.exit(0));
  } else {
    const origins = [`http://${values.host}:${ports.http}`, `https://${values.host}:${ports.https}`] as const;
    process.stdout.write(
      `${listing(origins[0])}\nThe same at ${origins[1]} (HTTP/2) with the authority test/origin/tls/ca.pem.\n`,
    );
  }
}
