import type { HotframeApi, HotframeExports, RunningDownload } from '../api.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Download } from './download.ts';
import type { DownloadFlow } from './downloadFlow.ts';
import type { JobActions } from './jobActions.ts';
import type { ProfileActions } from './profileActions.ts';
import { toPublicJob, toPublicProfile } from './publicJob.ts';

/** What the API works with. */
export interface ApiParts {
  store: JobStore;
  flow: DownloadFlow;
  jobs: JobActions;
  profiles: ProfileActions;
}

/** What `activate` returns. */
export function createExports(parts: ApiParts): HotframeExports {
  const api = createApi(parts);
  return {
    getApi: (version) => {
      // Others call it from JavaScript, too.
      if ((version as unknown) !== api.version) {
        throw new RangeError(`Hotframe has version ${api.version} of its API, not ${String(version)}.`);
      }
      return api;
    },
  };
}

function createApi({ store, flow, jobs, profiles }: ApiParts): HotframeApi {
  return {
    version: 1,
    jobsFolder: store.folder,
    listJobs: async () => {
      const entries = await store.list();
      return entries.flatMap((entry) => (entry.kind === 'job' ? [toPublicJob(entry.record, entry.folder)] : []));
    },
    download: async (request) => toRunning(await flow.start(request)),
    resume: async (jobId) => toRunning(await flow.startAgain((await jobs.find(jobId)).record)),
    attachProfile: async (jobId, file) => {
      const { folder } = await jobs.find(jobId);
      return toPublicProfile(await profiles.add(jobId, file), folder);
    },
  };
}

function toRunning(download: Download): RunningDownload {
  const ended = download.ended.then(({ record, folder, exitCode }) => ({ job: toPublicJob(record, folder), exitCode }));
  // Who does not ask how it ended is told by the log.
  ended.catch(() => undefined);
  return { id: download.id, ended, cancel: () => download.cancel() };
}
