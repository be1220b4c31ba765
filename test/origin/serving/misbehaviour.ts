import type { Exchange } from './exchange.ts';
import type { Strike } from './faultBook.ts';
import { bodies } from './faulty/bodies.ts';
import { cuts } from './faulty/cuts.ts';
import { encodings } from './faulty/encodings.ts';
import { heads } from './faulty/heads.ts';
import { playlists } from './faulty/playlists.ts';
import { ranges } from './faulty/ranges.ts';
import type { FaultKind } from './kinds.ts';

/** Answers in one way that is not the right one, or not the usual one. */
export type Behaviour = (exchange: Exchange, fault: Strike['fault'], turn: number) => Promise<void>;

const behaviours: Readonly<Record<FaultKind, Behaviour>> = {
  ...heads,
  ...cuts,
  ...bodies,
  ...ranges,
  ...encodings,
  ...playlists,
};

/** Answers as the fault says. */
export async function misbehave(exchange: Exchange, { fault, turn }: Strike): Promise<void> {
  await behaviours[fault.kind](exchange, fault, turn);
}
