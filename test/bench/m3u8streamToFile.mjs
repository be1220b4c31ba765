// The m3u8stream package as a program: node m3u8streamToFile.mjs <folder it is installed in> <playlist URL> <output>
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [folder, url, output] = process.argv.slice(2);
const m3u8stream = createRequire(join(folder, 'package.json'))('m3u8stream');
const requestOptions = url.startsWith('https:') ? { rejectUnauthorized: false } : {};

await pipeline(m3u8stream(url, { requestOptions }), createWriteStream(output));
