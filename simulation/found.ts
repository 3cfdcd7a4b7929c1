import type { Plan } from './run/plan.ts';

export interface Found {
  readonly name: string;
  readonly plan: Plan;
}

/** Bugs that the simulation found, each with a plan that was made as small as could be: they must stay away. */
export const FOUND: readonly Found[] = [
  {
    name: 'an edit made while the sending timed out is done to the message that turns out to be stored',
    plan: {
      seed: 36,
      nodes: 1,
      users: 3,
      devices: 0,
      rateLimits: true,
      history: 0,
      steps: [
        { atMs: 39608, kind: 'silence', dice: '36.82' },
        { atMs: 40889, kind: 'send', dice: '36.87' },
        { atMs: 45853, kind: 'edit', dice: '36.97' },
        { atMs: 51070, kind: 'invite', dice: '36.107' },
      ],
    },
  },
  {
    name: 'a deletion made while the sending timed out is done to the message that turns out to be stored',
    plan: {
      seed: 79,
      nodes: 1,
      users: 3,
      devices: 1,
      rateLimits: false,
      history: 0,
      steps: [
        { atMs: 3759, kind: 'pause', dice: '79.2' },
        { atMs: 5831, kind: 'send', dice: '79.7' },
        { atMs: 6338, kind: 'delete', dice: '79.9' },
        { atMs: 25963, kind: 'jump of a client’s clock', dice: '79.45' },
      ],
    },
  },
  {
    name: 'a failure that another tab takes over is withdrawn where its message is shown already',
    plan: {
      seed: 1101,
      nodes: 2,
      users: 2,
      devices: 2,
      rateLimits: false,
      history: 0,
      steps: [
        { atMs: 699, kind: 'leave', dice: '1101.0' },
        { atMs: 1911, kind: 'storm', dice: '1101.5' },
        { atMs: 2975, kind: 'storm', dice: '1101.7' },
        { atMs: 4971, kind: 'join', dice: '1101.9' },
        { atMs: 5436, kind: 'send', dice: '1101.10' },
        { atMs: 6632, kind: 'open a page', dice: '1101.12' },
        { atMs: 7368, kind: 'open a page', dice: '1101.15' },
        { atMs: 7496, kind: 'send', dice: '1101.16' },
        { atMs: 8548, kind: 'open a page', dice: '1101.18' },
        { atMs: 9887, kind: 'send', dice: '1101.20' },
        { atMs: 9972, kind: 'send', dice: '1101.21' },
        { atMs: 10872, kind: 'storm', dice: '1101.22' },
        { atMs: 11815, kind: 'send', dice: '1101.23' },
        { atMs: 12125, kind: 'send directly', dice: '1101.24' },
        { atMs: 14099, kind: 'silence', dice: '1101.28' },
        { atMs: 17685, kind: 'send', dice: '1101.39' },
        { atMs: 48321, kind: 'close a page', dice: '1101.99' },
      ],
    },
  },
];
