import type { CheckedRequest } from './checkRequest.ts';
import type { FragmentJob } from './fragment/fetchFragment.ts';
import { initId } from './fragment/sources.ts';
import type { OutputFile } from './output/outputFile.ts';
import type { InitSegment } from './playlist/model.ts';
import type { Source, Stream } from './source.ts';

/** All fragments of all streams, each with its place in the output of its stream, in the order in which they are fetched. */
export function planJobs(request: CheckedRequest, source: Source, outputs: readonly OutputFile[]): FragmentJob[] {
  const bandwidth = source.variant?.bandwidth ?? request.limits.undeclaredBandwidth;
  return source.streams.flatMap((stream, index) => {
    return planStream(stream, outputs[index] as OutputFile, (durationS) =>
      largestFragment(request, durationS, bandwidth),
    );
  });
}

function planStream(
  { name, id, plan }: Stream,
  output: OutputFile,
  maxBytesOf: (durationS: number) => number,
): FragmentJob[] {
  const where = name === 'main' ? '' : ` of ${name}`;
  let lastInit: string | undefined;
  const isNewInit = (map: InitSegment | undefined) => {
    const init = map && initId(map);
    const isNew = init !== undefined && init !== lastInit;
    lastInit = init ?? lastInit;
    return isNew;
  };
  return plan.fragments.map((fragment) => ({
    fragment,
    slot: output.slots[fragment.index] as OutputFile['slots'][number],
    stream: name,
    streamId: id,
    label: `Fragment ${fragment.index + 1} of ${plan.fragments.length}${where}`,
    hasNewInit: !fragment.gap && isNewInit(fragment.map),
    maxBytes: maxBytesOf(fragment.durationS),
  }));
}

/** What a fragment may have at most, in bytes. */
function largestFragment({ limits }: CheckedRequest, durationS: number, bandwidth: number): number {
  return Math.max(limits.fragmentBytes, Math.ceil((limits.bandwidthMargin * bandwidth * durationS) / 8));
}
