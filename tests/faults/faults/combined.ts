import type { FaultKind } from './fault.ts';

/** Two or three of `kinds` at once, so that one happens while another is being dealt with. */
export function together(name: string, kinds: readonly FaultKind[]): FaultKind {
  return {
    name,
    nodes: 3,
    cycles: 50,
    faultsPerComparison: 2,
    async strike(scene, disk) {
      const { dice } = scene;
      const left = [...kinds];
      const struck: FaultKind[] = [];
      for (let count = 2 + dice.below(2); count > 0 && left.length > 0; count -= 1) {
        struck.push(...left.splice(dice.below(left.length), 1));
      }
      const details = await Promise.all(struck.map((kind) => kind.strike(scene, disk)));
      return details.join('; ');
    },
  };
}
