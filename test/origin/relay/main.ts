import { parseArgs } from 'node:util';
import { listen } from '../../../src/evidence/origin/path/relay.ts';
import { SHAPE_NAMES, type PathShape } from '../../../src/evidence/origin/path/shape.ts';

const USAGE = `node test/origin/relay/main.ts <port> [--delayMs N] [--totalBytesPerSecond N] [--connectionBytesPerSecond N] [--slowEvery N]

Relays TCP connections to a port of this machine over a path of that shape; prints the port that it listens on, and ends
when standard input does.
`;

const number = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    delayMs: number,
    totalBytesPerSecond: number,
    connectionBytesPerSecond: number,
    slowEvery: number,
    help: { type: 'boolean', default: false },
  },
});

if (values.help || positionals.length !== 1) {
  process.stdout.write(USAGE);
} else {
  const shape: PathShape = {};
  for (const name of SHAPE_NAMES) if (values[name] !== undefined) shape[name] = Number(values[name]);
  process.stdout.write(`${await listen(Number(positionals[0]), shape)}\n`);
  // A parent that dies, however it dies, closes the pipe.
  process.stdin.resume().on('end', () => process.exit(0));
}
