import type { Fault } from './fault.ts';

/** Injects two or three of `faults` at once, so that one occurs during the recovery from another. */
export function combined(name: string, faults: readonly Fault[]): Fault {
  return {
    name,
    nodes: 3,
    repetitions: 50,
    faultsPerComparison: 2,
    async inject(trial, disk) {
      const { random } = trial;
      const left = [...faults];
      const chosen: Fault[] = [];
      for (let count = 2 + random.below(2); count > 0 && left.length > 0; count -= 1) {
        chosen.push(...left.splice(random.below(left.length), 1));
      }
      const details = await Promise.all(chosen.map((fault) => fault.inject(trial, disk)));
      return details.join('; ');
    },
  };
}
