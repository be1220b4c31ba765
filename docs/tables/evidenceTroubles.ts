import type { EvidenceErrorCode } from '../../src/evidence/errors.ts';
import type { ProfileErrorCode } from '../../src/profile/errors.ts';
import type { Troubles } from './trouble.ts';

export const profileTroubles: Troubles<ProfileErrorCode> = {
  PROFILE_FORMAT: {
    says: [
      '… is not a profile that is known here',
      '… is …, which is not readable yet',
      'the SVG image is not a flame graph that is known here',
    ],
    why: 'The content is none of the [formats that are read](profiles.md). Its name does not matter.',
    help: 'Of `perf.data`, take the output of `perf script`. Of a heap snapshot, record a heap profile instead. Other tools mostly export pprof, speedscope or folded stacks.',
  },
  PROFILE_BROKEN: {
    says: ['… is not whole: …', 'the CPU profile is damaged: …', '… is a damaged gzip file'],
    why: 'The format is known, and the file was cut off or changed.',
    help: 'Copy or record it again. A `perf script` whose last sample is cut is read without it.',
  },
  PROFILE_EMPTY: {
    says: [
      '… is empty',
      'the CPU profile holds no sample',
      'the folded file holds no stack with weight',
      'perf took no sample.',
    ],
    why: 'There is nothing to show: the recording was too short, or the program did nothing but wait.',
    help: 'Record for longer, or with a shorter interval.',
  },
  PROFILE_TOO_LARGE: {
    says: ['… more than the … MiB read here', 'the profile is larger than can be shown: …'],
    why: 'The file is beyond one of the [limits](profiles.md#limits).',
    help: 'Record for a shorter time or with a longer interval. `perf script` may be longer than other formats, for it is read as a stream.',
  },
  PROFILE_UNREADABLE: {
    says: ['… cannot be read: …'],
    why: 'The file is not there, or may not be read.',
    help: 'Check the path and the permissions.',
  },
  PROFILE_UNWRITABLE: {
    says: ['… cannot be written: …'],
    why: 'The export, or the profile beside a download, cannot be written there.',
    help: 'Choose a folder that exists and that you may write to. A download is whole without the profile that could not be saved.',
  },
  PROFILE_OPTION: {
    says: ['Which profile? A file is missing.', '--export needs -o <file>.'],
    why: 'An option of `hotframe profile` is wrong; the sentence names it.',
    help: '`hotframe profile --help` and [reference.md](reference.md) list them.',
  },
  PROFILE_RULE: {
    says: ['the rules for categories cannot be used: …', 'rule … takes longer than … ms on this profile’s names'],
    why: 'A rule of your own has no pattern, no category, a pattern that is no regular expression, or one that takes too long. All rules are left out then.',
    help: 'Mend the rules that the sentence numbers ([your own rules](profiles.md#your-own-rules)).',
  },
  PROFILE_MISMATCH: {
    says: ['… counts … and … …: they cannot be compared', '… holds … and … …: they have no stacks in common'],
    why: 'Two profiles that count different things, or V8’s and a native one, have no difference that means anything.',
    help: 'Record both in the same way.',
  },
  PROFILE_RECORDER: {
    says: [
      'There is no perf on this machine, which records native profiles.',
      'perf may not sample this process….',
      'Native profiles are recorded with perf, on Linux only.',
    ],
    why: 'The recorder cannot start or did not end well: mostly `perf` is missing or not allowed.',
    help: 'Install `linux-perf` (Debian) or `linux-tools-generic` (Ubuntu); set `kernel.perf_event_paranoid` to 1, or in a container give CAP_PERFMON ([native profiles](profiles.md#native-on-linux)). `cpu` works everywhere.',
  },
};

export const claimTroubles: Troubles<EvidenceErrorCode> = {
  CLAIM_UNREADABLE: {
    says: ['… does not exist', '… cannot be read'],
    why: 'There is no such file, or it may not be read.',
    help: 'Check the path of the claim.',
  },
  CLAIM_SYNTAX: {
    says: ['… is no JSON: …'],
    why: 'The claim is not valid JSON.',
    help: 'Take out comments and commas behind the last entry; the editor marks the place.',
  },
  CLAIM_INVALID: {
    says: ['… is no claim that can be used: …'],
    why: 'Fields are missing, unknown or wrong; the sentence names each.',
    help: 'Open the claim in the editor, which marks what is wrong and completes the rest ([a claim’s file](claims.md#a-claims-file)).',
  },
  CLAIM_UNTESTABLE: {
    says: [
      '… names neither a workload nor a profile.',
      'The profile that the claim names is of no use: …',
      'There is no job in ….',
      'The job in … cannot be served again: ….',
      'The arm "…" runs in the extension host.',
      'The process that started this test has no extension host.',
    ],
    why: 'The claim has neither a workload nor a profile that could settle it, its workload is a job that cannot be served again, or an arm runs only in the editor.',
    help: 'Add `workload`, with `baseline` and `candidate` to have two arms run against each other, or `profile`. For a job, download the stream again in one go to a `.ts` file and name that job.',
  },
  CLAIM_RECORD: {
    says: ['What is in … is of another test: ….', 'line … of … …'],
    why: 'The folder of the report holds runs of a changed claim, another program, workload or machine, or a damaged record. Such runs are never mixed.',
    help: 'Remove the folder to test from the start, or name another one with `--report`.',
  },
  CLAIM_RUN: {
    says: [
      'The test cannot be brought to an end: ….',
      'The program of the arm "…" is not there: ….',
      'The … could not be profiled: ….',
      'The claim is being tested already: ….',
      'Runs are measured on Linux only.',
      'Perl, which measures the runs, cannot be started.',
      'The extension host that runs the arm is not there any more.',
    ],
    why: 'A program is missing or fails, the output of its runs is wrong, another test runs in the same folder, this system cannot measure, or the window of VS Code that ran an arm was closed. The runs so far are kept.',
    help: 'Do what the sentence says, then give the same command again: it goes on. The first line of each failure is in `runs.jsonl`.',
  },
  CLAIM_OPTION: {
    says: ['The arm "…" runs a program that nobody has confirmed: …', '--profile-only makes no pairs.'],
    why: 'An option is wrong, or the claim runs a program that nobody has looked at yet.',
    help: 'Look at the command, then answer the question on a terminal, or name it with `--allow-command`, as the hint writes it.',
  },
};
