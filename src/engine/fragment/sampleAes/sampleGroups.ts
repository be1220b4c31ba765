import { FieldReader } from '../mediaTime/boxes.ts';
import type { PlacedBox } from './boxTree.ts';
import { damaged } from './error.ts';
import { readGroupEntry, type Protection, type Scheme } from './protection.ts';

const groupBoxes: ReadonlySet<string> = new Set(['sgpd', 'sbgp']);
/** Indices above count the descriptions of the fragment, others those of the init segment (ISO/IEC 14496-12 §8.9.4). */
const fragmentGroups = 0x10000;

/** Whether the box groups samples by how they are encrypted (ISO/IEC 23001-7 §6). */
export function isProtectionGroup(bytes: Buffer, { type, body, end }: PlacedBox): boolean {
  return groupBoxes.has(type) && end - body >= 8 && bytes.toString('latin1', body + 4, body + 8) === 'seig';
}

/** The descriptions in the `sgpd` among `boxes`; none without one. */
export function readGroups(bytes: Buffer, boxes: readonly PlacedBox[], scheme: Scheme): Protection[] {
  const groups: Protection[] = [];
  const sgpd = boxes.find((box) => box.type === 'sgpd' && isProtectionGroup(bytes, box));
  if (!sgpd) return groups;
  const fields = new FieldReader(bytes, sgpd);
  const version = fields.u32() >>> 24;
  fields.skip(4);
  const defaultBytes = version === 0 ? 0 : fields.u32();
  if (version > 1) fields.skip(4);
  const count = fields.u32();
  for (let entry = 0; entry < count; entry++) {
    const length = version === 0 ? fields.left : defaultBytes || fields.u32();
    const body = sgpd.end - fields.left;
    fields.skip(length);
    if (fields.isOver || length === 0) throw damaged('the description of a sample group is cut');
    groups.push(readGroupEntry(bytes, { body, end: body + length }, scheme));
  }
  return groups;
}

/** Says for the samples of a `traf`, one after the other, which protection they have. */
export class GroupedProtection {
  readonly #ofTrack: Protection | undefined;
  readonly #groups: readonly Protection[];
  readonly #ownGroups: readonly Protection[];
  readonly #fields: FieldReader | undefined;
  #runs = 0;
  #left = 0;
  #current: Protection | undefined;

  constructor(
    bytes: Buffer,
    boxes: readonly PlacedBox[],
    ofTrack: Protection | undefined,
    groups: readonly Protection[],
  ) {
    this.#ofTrack = ofTrack;
    this.#groups = groups;
    this.#ownGroups = ofTrack ? readGroups(bytes, boxes, ofTrack.scheme) : [];
    const sbgp = boxes.find((box) => box.type === 'sbgp' && isProtectionGroup(bytes, box));
    if (!sbgp) return;
    this.#fields = new FieldReader(bytes, sbgp);
    const version = this.#fields.u32() >>> 24;
    this.#fields.skip(version === 1 ? 8 : 4);
    this.#runs = this.#fields.u32();
  }

  next(): Protection | undefined {
    while (this.#left === 0 && this.#runs > 0 && this.#fields) {
      this.#runs--;
      this.#left = this.#fields.u32();
      this.#current = this.#described(this.#fields.u32());
      if (this.#fields.isOver) throw damaged('the groups of the samples are cut');
    }
    // Samples behind the last run belong to no group.
    if (this.#left === 0) return this.#ofTrack;
    this.#left--;
    return this.#current;
  }

  #described(index: number): Protection | undefined {
    if (index === 0) return this.#ofTrack;
    const group = index > fragmentGroups ? this.#ownGroups[index - fragmentGroups - 1] : this.#groups[index - 1];
    if (!group) throw damaged('a sample belongs to a group that is described nowhere');
    return group;
  }
}
