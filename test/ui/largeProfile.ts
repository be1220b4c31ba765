/**
 * A V8 CPU profile as a program of many functions leaves it: stacks up to 40 frames deep, most samples where the one before was or near it, a tenth of
 * them waiting. The same one every time.
 */
export function largeCpuProfile({ samples, nodes }: { samples: number; nodes: number }): Uint8Array {
  const random = generator(7);
  const frame = (index: number): object => ({
    functionName: `function${index % 3001}`,
    scriptId: String(index % 97),
    url: `file:///app/${index % 13 === 0 ? 'node_modules/pkg' : 'src/part'}${index % 41}/file${index % 97}.js`,
    lineNumber: (index % 3001) * 3,
    columnNumber: 4,
  });
  const meta = (functionName: string): object => ({
    functionName,
    scriptId: '0',
    url: '',
    lineNumber: -1,
    columnNumber: -1,
  });
  const parent = new Int32Array(nodes + 1);
  const depth = new Int32Array(nodes + 1);
  const children = Array.from({ length: nodes + 1 }, (): number[] => []);
  for (let id = 2; id <= nodes; id += 1) {
    // Near the last ones, so that stacks become deep.
    const near = Math.max(1, id - 1 - Math.floor(random() ** 3 * Math.min(id - 1, 4000)));
    parent[id] = id < 4 || (depth[near] ?? 0) >= 40 || near === 2 ? 1 : near;
    depth[id] = (depth[parent[id] ?? 1] ?? 0) + 1;
    children[parent[id] ?? 1]?.push(id);
  }
  const list = Array.from({ length: nodes }, (_, index) => ({
    id: index + 1,
    callFrame: index === 0 ? meta('(root)') : index === 1 ? meta('(idle)') : frame(index),
    hitCount: 0,
    children: children[index + 1],
  }));
  let at = 5;
  const sampled = Array.from({ length: samples }, () => {
    const chance = random();
    if (chance < 0.1) return 2;
    if (chance < 0.4) at = 3 + Math.floor(random() * (nodes - 3));
    else if (chance < 0.7) at = Math.min(nodes, at + 1 + Math.floor(random() * 5));
    return at;
  });
  const timeDeltas = sampled.map((_, index) => 90 + (index % 21));
  const endTime = 1000 + timeDeltas.reduce((sum, delta) => sum + delta, 0) + 100;
  const profile = { nodes: list, startTime: 1000, endTime, samples: sampled, timeDeltas };
  return new TextEncoder().encode(JSON.stringify(profile));
}

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
