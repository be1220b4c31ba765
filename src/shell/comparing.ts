import * as vscode from 'vscode';
import type { JobStore } from '../jobs/store.ts';
import { comparisonUri, isComparable, pairProfiles, type ComparisonSide } from './comparison.ts';
import { DIFF_VIEW_TYPE } from './diffEditor.ts';
import type { JobNode } from './jobItems.ts';
import { listProfiles, pickProfile, type JobAndProfile } from './profilePicks.ts';
import { jobLabel } from './sentences.ts';

/**
 * Opens the difference of two profiles or of two jobs: those given, those selected, or those that the person chooses. Of two jobs the older
 * one comes first, and of several profiles the two first count.
 */
export class Comparing {
  readonly #store: JobStore;

  constructor(store: JobStore) {
    this.#store = store;
  }

  /** Compares the lines; asks for what is missing of them. */
  async compare(nodes: readonly JobNode[]): Promise<void> {
    const all = await listProfiles(this.#store);
    const [first, second] = nodes.filter(({ kind }) => kind === 'job' || kind === 'profile');
    const one = first && sideOf(first, all);
    const other = second && sideOf(second, all);
    if (one !== undefined && other !== undefined) {
      const pair = pairProfiles(one, other);
      if (pair === undefined) throw new Error(vscode.l10n.t('These have no profiles of one kind to compare.'));
      return openComparison(pair);
    }
    const title = vscode.l10n.t('Compare Profiles');
    const left = one?.length === 1 ? one[0] : await pickProfile(one ?? all, title);
    if (left === undefined) return;
    const rest = all.filter(
      ({ node }) => node.path !== left.node.path && isComparable(node.profile, left.node.profile),
    );
    if (rest.length === 0) {
      throw new Error(vscode.l10n.t('No other profile can be compared with {0}.', nameOf(left)));
    }
    const right = await pickProfile(rest, vscode.l10n.t('Compare {0} With', nameOf(left)));
    if (right !== undefined) await openComparison([left, right]);
  }
}

/** A profile with what `pairProfiles` looks at. */
type Side = JobAndProfile & { profile: JobAndProfile['node']['profile'] };

/** The profiles of a line: its own, or all of its job. */
function sideOf(node: JobNode, all: readonly JobAndProfile[]): Side[] {
  return all
    .filter((one) => (node.kind === 'profile' ? one.node.path === node.path : one.node.id === node.id))
    .map((one) => ({ ...one, profile: one.node.profile }));
}

async function openComparison(pair: readonly [JobAndProfile, JobAndProfile]): Promise<void> {
  const [before, after] = [...pair].sort((a, b) => (a.record.createdAt < b.record.createdAt ? -1 : 1));
  if (before === undefined || after === undefined) return;
  const isAlike = nameOf(before) === nameOf(after);
  const side = (one: JobAndProfile): ComparisonSide => ({
    uri: vscode.Uri.file(one.node.path).toString(),
    name: isAlike ? `${nameOf(one)} ${timeOf(one)}` : nameOf(one),
  });
  const uri = vscode.Uri.from(comparisonUri({ before: side(before), after: side(after) }));
  await vscode.commands.executeCommand('vscode.openWith', uri, DIFF_VIEW_TYPE);
}

/** `sintel CPU profile`: a recorded profile's own name is the same in every job. */
function nameOf({ node, record }: JobAndProfile): string {
  const { kind, name } = node.profile;
  return kind === 'attached' && node.label === name ? name : `${jobLabel(record)} ${node.label}`;
}

function timeOf({ record }: JobAndProfile): string {
  return new Date(record.startedAt ?? record.createdAt).toLocaleTimeString();
}
