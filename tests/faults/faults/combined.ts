import type { Fault } from './fault.ts';

/** Two or three of `kinds` at once, so that one happens while another is being dealt with. */
export function combined(name: string, kinds: readonly Fault[]): Fault {
  return {
    name,
    nodes: 3,
    repetitions: 50,
    faultsPerComparison: 2,
    async inject(trial, disk) {
      const { random } = trial;
      const left = [...kinds];
      const affected: Fault[] = [];
      for (let count = 2 + random.below(2); count > 0 && left.length > 0; count -= 1) {
        affected.push(...left.splice(random.below(left.length), 1));
      }
      const details = await Promise.all(affected.map((kind) => kind.inject(trial, disk)));
      return details.join('; ');
    },
  };
}
