import { join } from 'node:path';
import * as vscode from 'vscode';
import { isJobId } from '../jobs/record.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Target } from './commands.ts';
import { Comparing } from './comparing.ts';
import type { JobActions } from './jobActions.ts';
import type { JobNode } from './jobItems.ts';
import type { JobsView } from './jobsView.ts';
import { askProfiles, type ProfileActions } from './profileActions.ts';
import { listProfiles, pickJob, pickProfile, type ProfileNode } from './profilePicks.ts';

/** What the commands for profiles work with. */
export interface ProfileCommandParts {
  store: JobStore;
  jobs: JobActions;
  actions: ProfileActions;
  view: JobsView;
}

/** The commands for profiles: for the line that was clicked, else for those that are selected, else for what the person chooses. */
export class ProfileCommands {
  readonly #parts: ProfileCommandParts;
  readonly #comparing: Comparing;

  constructor(parts: ProfileCommandParts) {
    this.#parts = parts;
    this.#comparing = new Comparing(parts.store);
  }

  /**
   * Attaches files to a job.
   * @param files a URI or several; asked for without them.
   * @returns what was attached, of a single file itself.
   */
  async attach(target: Target, files?: unknown): Promise<unknown> {
    const { store, actions, view } = this.#parts;
    const id = idOf(target ?? view.selection[0]) ?? (await pickJob(store, vscode.l10n.t('Attach Profile')));
    if (id === undefined) return undefined;
    if (files instanceof vscode.Uri) return (await actions.attach(id, [files]))[0];
    const given: unknown[] | undefined = Array.isArray(files) ? files : undefined;
    return actions.attach(
      id,
      given?.filter((file) => file instanceof vscode.Uri),
    );
  }

  /** Opens a profile as a flamegraph; of a job, its first one. */
  async open(target: Target): Promise<void> {
    const { actions } = this.#parts;
    const path = await this.#pathOf(target);
    if (path !== undefined) await actions.open(vscode.Uri.file(path));
  }

  /**
   * Opens files as flamegraphs, whatever they are called and whoever made them.
   * @param file a URI; asked for without it.
   */
  async openFiles(file?: unknown): Promise<void> {
    const title = vscode.l10n.t('Open Profile File as Flamegraph');
    const files = file instanceof vscode.Uri ? [file] : await askProfiles(title, vscode.l10n.t('Open'));
    for (const each of files) await this.#parts.actions.open(each);
  }

  /** Compares two lines, those selected, or those that the person chooses. */
  async compare(target: Target, selected?: readonly JobNode[]): Promise<void> {
    const nodes = selected ?? (isNode(target) ? [target] : this.#parts.view.selection);
    await this.#comparing.compare(nodes);
  }

  /** Compares a line with another profile, which the person chooses. */
  async compareWith(target: Target): Promise<void> {
    const node = isNode(target) ? target : this.#parts.view.selection[0];
    await this.#comparing.compare(node === undefined ? [] : [node]);
  }

  /** Renames a profile. */
  async rename(target: Target, name?: unknown): Promise<void> {
    const node = await this.#profileOf(target, vscode.l10n.t('Rename Profile'));
    if (node !== undefined) await this.#parts.actions.rename(node, typeof name === 'string' ? name : undefined);
  }

  /** Shows a profile's file in its folder. */
  async reveal(target: Target): Promise<void> {
    const node = await this.#profileOf(target, vscode.l10n.t('Reveal Profile'));
    if (node !== undefined) await this.#parts.jobs.reveal(node.path);
  }

  /** Takes profiles out of their jobs, one after the other; ends where the person does not want one to go. */
  async detach(target: Target, selected: readonly JobNode[] | undefined, isSure: boolean | undefined): Promise<void> {
    const several = selected ?? (target === undefined ? this.#parts.view.selection : []);
    const nodes = several.filter((node) => node.kind === 'profile');
    const [node] = nodes;
    const chosen = nodes.length > 1 ? nodes : [await this.#profileOf(target ?? node, vscode.l10n.t('Detach Profile'))];
    for (const one of chosen) {
      if (one === undefined || !(await this.#parts.actions.detach(one, isSure))) return;
    }
  }

  /** The profile that a command is for: the line's, the selected one, or one that the person chooses. */
  async #profileOf(target: Target, title: string): Promise<ProfileNode | undefined> {
    const line = target ?? this.#parts.view.selection[0];
    if (isNode(line) && line.kind === 'profile') return line;
    const all = await listProfiles(this.#parts.store);
    const id = idOf(line);
    const own = all.filter(({ node }) => node.id === id);
    return (await pickProfile(own.length > 0 ? own : all, title))?.node;
  }

  async #pathOf(target: Target): Promise<string | undefined> {
    const line = target ?? this.#parts.view.selection[0];
    if (isNode(line) && line.kind === 'profile') return line.path;
    const id = idOf(line);
    if (id === undefined) return (await this.#profileOf(undefined, vscode.l10n.t('Open Flamegraph')))?.path;
    const { folder, record } = await this.#parts.jobs.find(id);
    const [profile] = record.profiles;
    if (profile === undefined) throw new Error(vscode.l10n.t('This job has no profile.'));
    return join(folder, 'profiles', profile.file);
  }
}

function isNode(target: Target): target is JobNode {
  return typeof target === 'object';
}

function idOf(target: Target): string | undefined {
  const id = isNode(target) ? target.id : target;
  return id !== undefined && isJobId(id) ? id : undefined;
}
