import { enableCompileCache } from 'node:module';

// What V8 has compiled once is there for the next start: compiling is half of the start.
enableCompileCache();
await import('./main.ts');
