import type { UserId } from '@parley/protocol';

export interface Person {
  readonly id: UserId;
  readonly name: string;
  readonly token: string;
}
