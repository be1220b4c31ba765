// Muxes once, in a process of its own; tells the most memory that it had.
import { mux } from '../../../src/mux/mux.ts';
import type { MuxRequest } from '../../../src/mux/request.ts';

const [request = ''] = process.argv.slice(2);
const script = new URL('../../../src/muxWorker.ts', import.meta.url);
const { tracks } = await mux(JSON.parse(request) as MuxRequest, script);
console.log(JSON.stringify({ maxRssMiB: process.resourceUsage().maxRSS / 1024, tracks }));
