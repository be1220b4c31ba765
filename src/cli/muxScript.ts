/** The muxer's thread: bundled beside the command line, or its source. */
export const muxScript = new URL(
  import.meta.url.endsWith('.ts') ? '../muxWorker.ts' : './muxWorker.cjs',
  import.meta.url,
);
