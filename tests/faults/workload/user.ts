import type { UserId } from '@parley/protocol';

export interface User {
  readonly id: UserId;
  readonly name: string;
  readonly token: string;
}
