/** Downloads from a lab on every address of this network: `node visitPrivately.ts <visits as JSON>`; prints what came of it. */
import { randomUUID } from 'node:crypto';
import { startLab, type Fault, type StreamName } from '../../../origin/lab.ts';
import { downloadTo } from '../downloadTo.ts';
import { shortLimits } from './limits.ts';

export interface Visit {
  host: string;
  stream: StreamName;
  /** `PORT` in its address stands for the lab's. */
  fault: Fault;
  isAllowed: boolean;
}

export interface Visited {
  /** `correct`, a state, or the code of the error. */
  ending: string;
  message: string;
  hint: string;
  /** The hosts that were asked, in order. */
  origins: string[];
}

const shape = { fragments: 5, fragmentBytes: 1 };

await using lab = await startLab({ host: '0.0.0.0' });
const visited: Visited[] = [];
for (const visit of JSON.parse(process.argv[2] ?? '[]') as Visit[]) visited.push(await go(visit));
process.stdout.write(JSON.stringify(visited));

async function go({ host, stream, fault, isAllowed }: Visit): Promise<Visited> {
  const { port } = new URL(lab.http);
  const to = fault.to?.replace('PORT', port) as Fault['to'];
  const session = randomUUID();
  const faults = [{ ...fault, ...(to === undefined ? {} : { to }) }];
  const url = lab.url(stream, { ...shape, session, faults }).replace('127.0.0.1', host);
  const { receipt } = await downloadTo(url, { limits: shortLimits, resume: false, allowPrivateAddresses: isAllowed });
  const { state, error, output } = receipt;
  const isRight = output?.sha256 === (await lab.digest(stream, shape)).sha256;
  const requests = await lab.requests(session);
  return {
    ending: error?.code ?? (state === 'complete' && isRight ? 'correct' : state),
    message: error?.message ?? '',
    hint: error?.hint ?? '',
    origins: [...new Set(requests.map(({ origin }) => new URL(origin).hostname))],
  };
}
